SELECT 0 AS q, k AS k, CAST(n AS DOUBLE) AS n0, CAST(filled AS DOUBLE) AS n1, CAST(again AS DOUBLE) AS n2, CAST(quick AS DOUBLE) AS n3, CAST(soon AS DOUBLE) AS n4, CAST(first_again AS DOUBLE) AS n5, CAST(first_quick AS DOUBLE) AS n6, CAST(near AS DOUBLE) AS n7
FROM (
  SELECT CAST(day AS VARCHAR) || '|' || coalesce(version, '') AS k, count(*) AS n, count(value) AS filled, count(CASE WHEN value IS NOT NULL AND nth > 1 THEN 1 END) AS again, count(CASE WHEN gap <= 2000000 THEN 1 END) AS quick, count(CASE WHEN gap <= 60000000 THEN 1 END) AS soon,
    coalesce(min(CASE WHEN value IS NOT NULL AND nth > 1 THEN seen END), 0) AS first_again, coalesce(min(CASE WHEN gap <= 2000000 THEN seen END), 0) AS first_quick, count(CASE WHEN pause <= 2000000 THEN 1 END) AS near
  FROM (
    SELECT day, version, value, seen,
      row_number() OVER (PARTITION BY day, value ORDER BY seen) AS nth,
      CASE WHEN who IS NOT NULL THEN own - lag(own) OVER (PARTITION BY who, same0, same1, same2, same3, same4 ORDER BY own) END AS gap,
      CASE WHEN who IS NOT NULL THEN own - lag(own) OVER (PARTITION BY who ORDER BY own) END AS pause
    FROM (
      SELECT CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day, "context_app_version" AS version, "id" AS id, "order_id" AS value,
        epoch_us("received_at") AS seen, epoch_us(coalesce(CAST("timestamp" AS TIMESTAMP), "received_at")) AS own, coalesce("user_id", "anonymous_id") AS who, "order_id" AS same0, CAST("gift" AS VARCHAR) AS same1, CAST("products" AS VARCHAR) AS same2, CAST("quantity" AS VARCHAR) AS same3, CAST("total" AS VARCHAR) AS same4,
        row_number() OVER (PARTITION BY "id" ORDER BY "received_at") AS copy
      FROM "web"."order_completed"
      WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
  AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
  AND (user_id <> 'internal' OR user_id IS NULL)
  AND "event_text" = 'It''s "x"'
    ) AS sent
    WHERE id IS NULL OR copy = 1
  ) AS told
  GROUP BY 1
) AS days
