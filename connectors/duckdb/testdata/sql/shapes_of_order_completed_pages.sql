WITH grouped AS (
  SELECT t, day, c, v, count(*) AS n
  FROM (
    SELECT 0 AS t, day, c, v
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
    UNION ALL
    SELECT 1 AS t, day, c, v
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
  ) AS u
  GROUP BY 1, 2, 3, 4
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
    WHEN contains(v, '@') AND regexp_full_match(v, '[^@\s:/?&="<>]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}') AND NOT regexp_matches(v, '(?i)@[0-9]x\.|\.(png|jpe?g|gif|svg|webp|css|js|html?|json|pdf|mp4)$') THEN 6
    WHEN (contains(v, '@') OR contains(v, '%40')) AND regexp_matches(regexp_replace(v, '(?i)git@|@[0-9]x\.', ' ', 'g'), '[A-Za-z0-9][A-Za-z0-9._+-]*(@|%40)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}([^A-Za-z0-9./-]|[.]?$|[.]\s)')
      AND NOT regexp_matches(v, '(?i)@[0-9]x\.|\.(png|jpe?g|gif|svg|webp|css|js|html?|json|pdf|mp4)$') THEN 10
    WHEN left(v, 1) IN ('{', '[') AND json_valid(v) THEN 2
    WHEN left(v, 1) BETWEEN '2' AND '6' AND length(v) BETWEEN 13 AND 23 AND regexp_full_match(v, '[0-9]+([ -][0-9]{2,})*') AND regexp_full_match(regexp_replace(v, '[ -]', '', 'g'), '4[0-9]{12}([0-9]{3}){0,2}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(0[0-5]|[68][0-9])[0-9]{11}|35[2-8][0-9]{13}|6(011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|62[0-9]{14,17}') THEN CASE
      WHEN list_sum(list_transform(range(length(regexp_replace(v, '[^0-9]', '', 'g'))), lambda i: CASE
        WHEN i % 2 = 0 THEN CAST(substr(reverse(regexp_replace(v, '[^0-9]', '', 'g')), i + 1, 1) AS INTEGER)
        ELSE [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][CAST(substr(reverse(regexp_replace(v, '[^0-9]', '', 'g')), i + 1, 1) AS INTEGER) + 1]
      END)) % 10 = 0 THEN 9 ELSE 3 END
    WHEN left(v, 1) IN ('+', '(') AND length(regexp_replace(v, '[^0-9]', '', 'g')) BETWEEN 9 AND 15
      AND regexp_full_match(v, '\+[1-9][0-9 ().-]+[0-9]|\([0-9]{2,4}\)[ 0-9-]{5,}') THEN 7
    WHEN TRY_CAST(v AS DOUBLE) IS NOT NULL THEN 3
    WHEN regexp_matches(v, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(left(v, 10) AS DATE) IS NOT NULL THEN 4
    WHEN lower(v) IN ('true', 'false') THEN 5
    ELSE 8
  END END AS class,
  CASE WHEN NOT c < 100000 THEN CASE WHEN CASE WHEN isfinite(TRY_CAST(v AS DOUBLE)) THEN TRY_CAST(v AS DOUBLE) END = 0 THEN 0 ELSE greatest(0, least(31, 6 + CAST(floor(5 * log10(abs(CASE WHEN isfinite(TRY_CAST(v AS DOUBLE)) THEN TRY_CAST(v AS DOUBLE) END))) AS INTEGER))) END END AS decade,
  CASE WHEN place <= 20 THEN left(md5($1 || v), 16) END AS hash,
  sum(n) AS n
FROM ranked
GROUP BY 1, 2, 3, 4, 5, 6
