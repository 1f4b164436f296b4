SELECT 0 AS q, k AS k, CAST(NULL AS DOUBLE) AS n0, CAST(NULL AS DOUBLE) AS n1, CAST(NULL AS DOUBLE) AS n2, CAST(NULL AS DOUBLE) AS n3, CAST(NULL AS DOUBLE) AS n4, CAST(NULL AS DOUBLE) AS n5, CAST(NULL AS DOUBLE) AS n6, CAST(NULL AS DOUBLE) AS n7
FROM (
  SELECT "id" AS k
  FROM "web"."order_completed"
  WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND (CASE WHEN isfinite("total") THEN "total" END < 0 OR CASE WHEN isfinite("total") THEN "total" END > 1000000)
  AND "id" IS NOT NULL
  ORDER BY "received_at" DESC, 1
  LIMIT 10
) AS sample
