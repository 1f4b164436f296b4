SELECT 0 AS q, k AS k, CAST(n AS DOUBLE) AS n0, CAST(others AS DOUBLE) AS n1, CAST(filled AS DOUBLE) AS n2, CAST(shared AS DOUBLE) AS n3, CAST(person AS DOUBLE) AS n4, CAST(first_shared AS DOUBLE) AS n5, CAST(first_person AS DOUBLE) AS n6, CAST(NULL AS DOUBLE) AS n7
FROM (
  SELECT CAST(day AS VARCHAR) || '|' AS k, count(CASE WHEN side = 1 THEN 1 END) AS n, count(CASE WHEN side = 0 THEN 1 END) AS others, count(CASE WHEN side = 1 AND value IS NOT NULL THEN 1 END) AS filled,
    count(CASE WHEN side = 1 AND value IS NOT NULL AND least_side = 0 THEN 1 END) AS shared, count(CASE WHEN side = 1 AND who IS NOT NULL AND (before_side = 0 AND seen - before_seen <= 60000000 OR after_side = 0 AND after_seen - seen <= 60000000) THEN 1 END) AS person, coalesce(min(CASE WHEN side = 1 AND value IS NOT NULL AND least_side = 0 THEN seen END), 0) AS first_shared, coalesce(min(CASE WHEN side = 1 AND who IS NOT NULL AND (before_side = 0 AND seen - before_seen <= 60000000 OR after_side = 0 AND after_seen - seen <= 60000000) THEN seen END), 0) AS first_person
  FROM (
    SELECT day, side, value, who, seen,
      min(side) OVER (PARTITION BY day, value) AS least_side,
      lag(side) OVER (PARTITION BY who ORDER BY seen) AS before_side, lag(seen) OVER (PARTITION BY who ORDER BY seen) AS before_seen,
      lead(side) OVER (PARTITION BY who ORDER BY seen) AS after_side, lead(seen) OVER (PARTITION BY who ORDER BY seen) AS after_seen
    FROM (
      SELECT CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day, 1 AS side, "order_id" AS value, coalesce("user_id", "anonymous_id") AS who, epoch_us("received_at") AS seen
      FROM "web"."order_completed"
      WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND "event_text" = 'Order Completed'
      UNION ALL
      SELECT CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day, 0 AS side, "order_id" AS value, coalesce("user_id", "anonymous_id") AS who, epoch_us("received_at") AS seen
      FROM "ios"."order_completed"
      WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND "event_text" = 'Order Completed'
    ) AS sides
  ) AS told
  GROUP BY 1
) AS days
