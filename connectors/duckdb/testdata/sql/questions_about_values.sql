SELECT 0 AS q, left(md5($1 || v), 16) AS k, CAST(n AS DOUBLE) AS n0, CAST(first AS DOUBLE) AS n1, CAST(NULL AS DOUBLE) AS n2, CAST(NULL AS DOUBLE) AS n3, CAST(NULL AS DOUBLE) AS n4, CAST(NULL AS DOUBLE) AS n5, CAST(NULL AS DOUBLE) AS n6, CAST(NULL AS DOUBLE) AS n7
FROM (
  SELECT v, n, first,
    row_number() OVER (ORDER BY n DESC, v) AS common,
    row_number() OVER (ORDER BY first DESC, v) AS recent
  FROM (
    SELECT "order_id" AS v, count(*) AS n, epoch_us(min("received_at")) AS first
    FROM "web"."order_completed"
    WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND "order_id" IS NOT NULL
    GROUP BY 1
  ) AS grouped
) AS ranked
WHERE common <= 10 OR recent <= 10
