SELECT
  CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day,
  CAST(NULL AS VARCHAR) AS platform,
  "context_library_name" AS library,
  "context_library_version" AS library_version,
  "context_app_version" AS app_version,
  count(*) AS n,
  CAST(to_json([
    CAST(count("anonymous_id") AS VARCHAR),
    CAST(count(CASE WHEN length("anonymous_id") = 512 THEN 1 END) AS VARCHAR),
    CAST(count("user_id") AS VARCHAR),
    CAST(count(CASE WHEN length("user_id") = 512 THEN 1 END) AS VARCHAR)
  ]) AS VARCHAR) AS figures
FROM "web"."pages"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
GROUP BY 1, 2, 3, 4, 5
