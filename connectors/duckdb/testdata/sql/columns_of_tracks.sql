WITH "__pl_web_tracks" AS (
SELECT * REPLACE (CASE WHEN "event_text" = 'Buy' THEN 'Order Completed' ELSE "event_text" END AS "event_text")
FROM "web"."tracks"
)
SELECT * FROM "__pl_web_tracks" LIMIT 0
