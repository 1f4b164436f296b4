SELECT
  "day" AS day,
  "event" AS name,
  CAST(NULL AS VARCHAR) AS platform,
  CAST(NULL AS VARCHAR) AS app_version,
  sum("rows") AS n
FROM "metrics"."daily_counts"
WHERE "day" >= DATE '2026-03-07'
  AND "day" < DATE '2026-03-10'
  AND "source" = 'kept'
GROUP BY 1, 2, 3, 4
