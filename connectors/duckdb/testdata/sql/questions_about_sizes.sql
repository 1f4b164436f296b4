SELECT 0 AS q, CAST(NULL AS VARCHAR) AS k, CAST(b AS DOUBLE) AS n0, CAST(n AS DOUBLE) AS n1, CAST(NULL AS DOUBLE) AS n2, CAST(NULL AS DOUBLE) AS n3, CAST(NULL AS DOUBLE) AS n4, CAST(NULL AS DOUBLE) AS n5, CAST(NULL AS DOUBLE) AS n6, CAST(NULL AS DOUBLE) AS n7
FROM (
  SELECT CASE WHEN CASE WHEN isfinite("total") THEN "total" END = 0 THEN 0 ELSE greatest(0, least(31, 6 + CAST(floor(5 * log10(abs(CASE WHEN isfinite("total") THEN "total" END))) AS INTEGER))) END AS b, count(*) AS n
  FROM "web"."order_completed"
  WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND CASE WHEN isfinite("total") THEN "total" END > 0
  GROUP BY 1
) AS bins
