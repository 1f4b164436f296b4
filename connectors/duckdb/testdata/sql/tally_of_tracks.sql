WITH "__pl_web_tracks" AS (
SELECT * REPLACE (CASE WHEN "event_text" = 'Buy' THEN 'Order Completed' ELSE "event_text" END AS "event_text")
FROM "web"."tracks"
)
SELECT count(*) AS n, count(DISTINCT "id") AS ids, CAST(sum(hash("anonymous_id", "context_app_version", "context_library_name", "context_library_version", "context_page_path", "event", "event_text", "id", CAST("received_at" AS VARCHAR), CAST("timestamp" AS VARCHAR), "user_id", CAST("uuid_ts" AS VARCHAR))) % 18446744073709551616 AS VARCHAR) AS hash
FROM "__pl_web_tracks"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
