SELECT "day" AS day, "event" AS event, sum("rows") AS n
FROM "metrics"."daily_counts"
WHERE "day" >= DATE '2026-03-07'
  AND "day" < DATE '2026-03-10'
  AND "source" = 'kept'
  AND "event" IN ('Buy')
GROUP BY 1, 2
ORDER BY 1, 2
