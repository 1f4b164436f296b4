SELECT
  epoch_us(date_trunc('hour', "received_at")) AS hour,
  count(*) AS n
FROM "web"."tracks"
WHERE "received_at" >= TIMESTAMP '2026-02-09 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-09 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
GROUP BY 1
