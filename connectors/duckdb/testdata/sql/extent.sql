SELECT
  count(*) AS n,
  epoch_us(min("received_at")) AS earliest,
  epoch_us(max("received_at")) AS latest
FROM "web"."tracks"
WHERE "received_at" >= TIMESTAMP '2000-01-01 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-09 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
