SELECT
  0 AS part,
  CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day,
  "event_text" AS name,
  "event" AS slug,
  CAST(NULL AS VARCHAR) AS platform,
  "context_library_name" AS library,
  "context_library_version" AS library_version,
  "context_app_version" AS app_version,
  count(*) AS n,
  epoch_us(max("uuid_ts")) AS loaded,
  count(CASE WHEN CASE WHEN "timestamp" < TIMESTAMPTZ '2026-03-08 10:00:00+00' THEN CAST(CAST("timestamp" AS TIMESTAMP) - INTERVAL 28800 SECOND AS DATE) ELSE CAST(CAST("timestamp" AS TIMESTAMP) - INTERVAL 25200 SECOND AS DATE) END < CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END THEN 1 END) AS belated
FROM "web"."tracks"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
GROUP BY 2, 3, 4, 5, 6, 7, 8
UNION ALL
SELECT
  1 AS part,
  CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day,
  CAST(NULL AS VARCHAR) AS name,
  CAST(NULL AS VARCHAR) AS slug,
  CAST(NULL AS VARCHAR) AS platform,
  "context_library_name" AS library,
  "context_library_version" AS library_version,
  "context_app_version" AS app_version,
  count(*) AS n,
  epoch_us(max("uuid_ts")) AS loaded,
  count(CASE WHEN CASE WHEN "timestamp" < TIMESTAMPTZ '2026-03-08 10:00:00+00' THEN CAST(CAST("timestamp" AS TIMESTAMP) - INTERVAL 28800 SECOND AS DATE) ELSE CAST(CAST("timestamp" AS TIMESTAMP) - INTERVAL 25200 SECOND AS DATE) END < CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END THEN 1 END) AS belated
FROM "web"."pages"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
GROUP BY 2, 3, 4, 5, 6, 7, 8
