SELECT 0 AS q, CAST(NULL AS VARCHAR) AS k, CAST(sum(CASE WHEN former = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n0, CAST(sum(CASE WHEN former = 1 AND still = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n1, CAST(sum(CASE WHEN former = 1 AND moved = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n2, CAST(sum(CASE WHEN moved = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n3, CAST(sum(CASE WHEN earlier = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n4, CAST(sum(CASE WHEN earlier = 1 AND former = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n5, CAST(sum(CASE WHEN active = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n6, CAST(sum(CASE WHEN active = 1 AND former = 1 THEN 1 ELSE 0 END) AS DOUBLE) AS n7
FROM (
  SELECT coalesce("user_id", "anonymous_id") AS who,
    max(CASE WHEN "received_at" >= TIMESTAMP '2026-01-10 08:00:00' AND "received_at" < TIMESTAMP '2026-02-07 08:00:00' AND "event_text" = 'Buy' THEN 1 ELSE 0 END) AS earlier,
    max(CASE WHEN "received_at" >= TIMESTAMP '2026-02-07 08:00:00' AND "received_at" < TIMESTAMP '2026-03-07 08:00:00' AND "event_text" = 'Buy' THEN 1 ELSE 0 END) AS former,
    max(CASE WHEN "received_at" >= TIMESTAMP '2026-03-07 08:00:00' AND "received_at" < TIMESTAMP '2026-04-04 07:00:00' AND "event_text" = 'Buy' THEN 1 ELSE 0 END) AS still,
    max(CASE WHEN "received_at" >= TIMESTAMP '2026-03-07 08:00:00' AND "received_at" < TIMESTAMP '2026-04-04 07:00:00' AND "event_text" = 'Order Completed' THEN 1 ELSE 0 END) AS moved,
    max(CASE WHEN "received_at" >= TIMESTAMP '2026-03-07 08:00:00' AND "received_at" < TIMESTAMP '2026-04-04 07:00:00' THEN 1 ELSE 0 END) AS active
  FROM "web"."tracks"
  WHERE "received_at" >= TIMESTAMP '2026-01-10 08:00:00'
  AND "received_at" < TIMESTAMP '2026-04-04 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  GROUP BY 1
) AS people
WHERE who IS NOT NULL
