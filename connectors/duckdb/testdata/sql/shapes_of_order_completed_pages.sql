WITH grouped AS (
  SELECT 0 AS t, day, c, v, count(*) AS n
  FROM (
    SELECT day, unnest([0, 1, 100002, 100003, 4]) AS c, unnest([v0, v1, v2, v3, v4]) AS v
    FROM (
      SELECT CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day, "anonymous_id" AS v0, "order_id" AS v1, CAST("quantity" AS VARCHAR) AS v2, CAST("total" AS VARCHAR) AS v3, "user_id" AS v4
      FROM "web"."order_completed"
      WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
        AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
        AND (user_id <> 'internal' OR user_id IS NULL)
    ) AS s
  ) AS x
  WHERE v IS NOT NULL
  GROUP BY 2, 3, 4
  UNION ALL
  SELECT 1 AS t, day, c, v, count(*) AS n
  FROM (
    SELECT day, unnest([0, 1]) AS c, unnest([v0, v1]) AS v
    FROM (
      SELECT CASE WHEN "received_at" < TIMESTAMP '2026-03-08 10:00:00' THEN CAST("received_at" - INTERVAL 28800 SECOND AS DATE) ELSE CAST("received_at" - INTERVAL 25200 SECOND AS DATE) END AS day, "anonymous_id" AS v0, "user_id" AS v1
      FROM "web"."pages"
      WHERE "received_at" >= TIMESTAMP '2026-03-07 08:00:00'
        AND "received_at" < TIMESTAMP '2026-03-10 07:00:00'
        AND (user_id <> 'internal' OR user_id IS NULL)
    ) AS s
  ) AS x
  WHERE v IS NOT NULL
  GROUP BY 2, 3, 4
), ranked AS (
  SELECT
    t, day, c, v, n,
    row_number() OVER (PARTITION BY t, day, c ORDER BY n DESC, v) AS place
  FROM grouped
)
SELECT
  t, day, c,
  CASE WHEN c < 100000 THEN CASE
    WHEN v = '' THEN 0
    WHEN length(v) = 36 AND regexp_full_match(v, '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}') THEN 1
    WHEN left(v, 1) IN ('{', '[') AND json_valid(v) THEN 2
    WHEN regexp_full_match(v, '\+[0-9][0-9 ().-]{6,}[0-9]|[0-9]{4}([ -]?[0-9]{4}){2}[ -]?[0-9]{2,7}|\([0-9]{2,4}\)[ 0-9.-]{5,}') THEN 7
    WHEN TRY_CAST(v AS DOUBLE) IS NOT NULL THEN 3
    WHEN regexp_matches(v, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(left(v, 10) AS DATE) IS NOT NULL THEN 4
    WHEN lower(v) IN ('true', 'false') THEN 5
    WHEN regexp_full_match(v, '[^@\s]+@[^@\s]+\.[^@\s]+') THEN 6
    ELSE 8
  END END AS class,
  CASE WHEN NOT c < 100000 THEN CASE WHEN CASE WHEN isfinite(TRY_CAST(v AS DOUBLE)) THEN TRY_CAST(v AS DOUBLE) END = 0 THEN 0 ELSE greatest(0, least(31, 6 + CAST(floor(5 * log10(abs(CASE WHEN isfinite(TRY_CAST(v AS DOUBLE)) THEN TRY_CAST(v AS DOUBLE) END))) AS INTEGER))) END END AS decade,
  CASE WHEN place <= 20 THEN left(md5($1 || v), 16) END AS hash,
  sum(n) AS n
FROM ranked
GROUP BY 1, 2, 3, 4, 5, 6
