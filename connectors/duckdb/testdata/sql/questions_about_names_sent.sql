SELECT 0 AS q, k AS k, CAST(n AS DOUBLE) AS n0, CAST(NULL AS DOUBLE) AS n1, CAST(NULL AS DOUBLE) AS n2, CAST(NULL AS DOUBLE) AS n3, CAST(NULL AS DOUBLE) AS n4, CAST(NULL AS DOUBLE) AS n5, CAST(NULL AS DOUBLE) AS n6, CAST(NULL AS DOUBLE) AS n7
FROM (
  SELECT "event_text" AS k, count(*) AS n
  FROM "web"."tracks"
  WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND "event_text" IS NOT NULL
  GROUP BY 1
  HAVING count(*) >= 20
) AS names
