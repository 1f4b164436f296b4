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
    CAST(count("gift") AS VARCHAR),
    CAST(count(CASE WHEN "gift" THEN 1 END) AS VARCHAR),
    CAST(count("order_id") AS VARCHAR),
    CAST(count(CASE WHEN length("order_id") = 512 THEN 1 END) AS VARCHAR),
    CAST(approx_count_distinct("order_id") AS VARCHAR),
    CAST(count(CASE WHEN "order_id" NOT IN ('it''s', 'ok') THEN 1 END) AS VARCHAR),
    CAST(count(CASE WHEN NOT regexp_matches("order_id", '^[A-Z0-9-]{6,}$') THEN 1 END) AS VARCHAR),
    CAST(count("products") AS VARCHAR),
    CAST(count("quantity") AS VARCHAR),
    CAST(count(CASE WHEN CAST("quantity" AS DOUBLE) > 0 THEN 1 END) AS VARCHAR),
    CAST(sum(CASE WHEN CAST("quantity" AS DOUBLE) > 0 THEN ln(CAST("quantity" AS DOUBLE)) END) AS VARCHAR),
    CAST(sum(CAST("quantity" AS DOUBLE)) AS VARCHAR),
    CAST(min("quantity") AS VARCHAR),
    CAST(max("quantity") AS VARCHAR),
    CAST(approx_count_distinct("quantity") AS VARCHAR),
    CAST(count("total") AS VARCHAR),
    CAST(count(CASE WHEN CASE WHEN isfinite("total") THEN "total" END > 0 THEN 1 END) AS VARCHAR),
    CAST(sum(CASE WHEN CASE WHEN isfinite("total") THEN "total" END > 0 THEN ln(CASE WHEN isfinite("total") THEN "total" END) END) AS VARCHAR),
    CAST(sum(CASE WHEN isfinite("total") THEN "total" END) AS VARCHAR),
    CAST(min(CASE WHEN isfinite("total") THEN "total" END) AS VARCHAR),
    CAST(max(CASE WHEN isfinite("total") THEN "total" END) AS VARCHAR),
    CAST(count(CASE WHEN CASE WHEN isfinite("total") THEN "total" END <> trunc(CASE WHEN isfinite("total") THEN "total" END) THEN 1 END) AS VARCHAR),
    CAST(approx_count_distinct("total") AS VARCHAR),
    CAST(count(CASE WHEN CASE WHEN isfinite("total") THEN "total" END < 0 OR CASE WHEN isfinite("total") THEN "total" END > 1000000 THEN 1 END) AS VARCHAR),
    CAST(count("user_id") AS VARCHAR),
    CAST(count(CASE WHEN length("user_id") = 512 THEN 1 END) AS VARCHAR)
  ]) AS VARCHAR) AS figures
FROM "web"."order_completed"
WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
GROUP BY 1, 2, 3, 4, 5
