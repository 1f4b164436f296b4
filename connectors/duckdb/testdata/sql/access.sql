SELECT count(*) AS n
FROM "web"."order_completed"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-08 08:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
UNION ALL
SELECT count(*) AS n
FROM "web"."pages"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-08 08:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
UNION ALL
SELECT count(*) AS n
FROM "web"."tracks"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-08 08:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
