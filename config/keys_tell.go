package config

func slackKeys() []Key {
	const socket = "nothing answers in Slack so far: no buttons, no slash command"
	const pace = "messages are not spread over the week so far"
	return []Key{
		{Path: "slack.token", Doc: "Token of a Slack app (`xoxb-…`) that may post.", Example: "${SLACK_BOT_TOKEN}"},
		{Path: "slack.channel", Doc: "Where findings are posted.", Example: `"#data-quality"`},
		{Path: "slack.api_url", Doc: "Another Slack endpoint, for tests.", Example: "http://127.0.0.1:9000/api/"},
		{Path: "slack.routes", Doc: "Channels of single sources.", Example: `[{source: web, channel: "#web-data"}]`},
		{Path: "slack.routes[].source", Doc: "Id of the source. Required.", Example: "web"},
		{Path: "slack.routes[].channel", Doc: "Its channel. Required.", Example: `"#web-data"`},
		{Path: "slack.app_token", Doc: "Token for Socket Mode.", Example: "${SLACK_APP_TOKEN}", Unbuilt: socket},
		{Path: "slack.signing_secret", Doc: "Proof that a request comes from Slack.", Example: "${SLACK_SIGNING_SECRET}", Unbuilt: socket},
		{Path: "slack.allow", Doc: "Who may spend money from Slack.", Example: "[S0123DATA]", Unbuilt: socket},
		{Path: "slack.webhook_url", Doc: "Incoming webhook, in place of a token.", Example: "${SLACK_WEBHOOK_URL}", Unbuilt: "messages are posted with a token only, because threads need one"},
		{Path: "slack.ops_channel", Doc: "Where audits that failed or stayed incomplete are posted.", Example: `"#data-platform"`, Unbuilt: "what concerns the audit itself is not posted so far"},
		{Path: "slack.weekly_limit", Default: "30", Doc: "Messages a week and channel; the rest waits in one digest.", Example: "30", Unbuilt: pace},
		{Path: "slack.weekly_summary", Default: "Mon 09:00", Doc: "When the summary is posted.", Example: `"Mon 09:00"`, Unbuilt: pace},
		{Path: "slack.remind", Doc: "After how long an open finding is told again.", Example: "7d", Unbuilt: pace},
		{Path: "owners.NAME", Doc: "Slack user, user group or channel of an owner that the plan names.", Example: "S0123GROWTH"},
	}
}

func otherKeys() []Key {
	const daemon = "there is no daemon so far; start audits from cron"
	const webhook = "findings are told in Slack only so far"
	const onlyCloud = "fixes are written for cloud mode only so far"
	const segment = "Segment's API is not used so far"
	return []Key{
		{Path: "destinations", Doc: "Who reads events by their exact name, so that a rename says who misses it.", Example: `[{name: Braze, sources: [web], events: ["*"]}]`},
		{Path: "destinations[].name", Doc: "What it is called. Required.", Example: "Braze"},
		{Path: "destinations[].sources", Default: "all", Doc: "Ids of the sources it reads.", Example: "[web]"},
		{Path: "destinations[].mode", Default: "cloud", Doc: "How events reach it: `cloud`.", Example: "cloud", Words: []string{"cloud"}, Later: map[string]string{"device": onlyCloud, "warehouse": onlyCloud}},
		{Path: "destinations[].events", Doc: "Names that it matches; `\"*\"` is every planned name. Required.", Example: `["Purchase Completed"]`},
		{Path: "destinations[].match", Default: "exact", Doc: "How it compares names: `exact`.", Example: "exact", Words: []string{"exact"}},
		{Path: "destinations[].accepts_late", Doc: "How old an event may be when it is sent again.", Example: "72h"},
		{Path: "fixes.schema", Default: "analytics", Doc: "Where views and models of fixes would live.", Example: "analytics"},
		{Path: "privacy.values", Default: "enum-like", Doc: "Which values may be shown: `enum-like`, `never` or `always`.", Example: "never", Words: []string{"enum-like", "never", "always"}},
		{Path: "schedule", Doc: "When audits run. Nothing starts them yet: start `plumbline audit` from cron. `--as-of` takes the hour of its morning from here: the earliest of that day in any schedule, 04:15 of the source's zone where there is none.", Example: `[{name: nightly, cron: "15 4 * * *"}]`},
		{Path: "schedule[].name", Doc: "Name of the schedule, for mistakes about it. Must be unique.", Example: "nightly"},
		{Path: "schedule[].cron", Doc: "Minute, hour, day, month, weekday. Required.", Example: `"15 4 * * *"`},
		{Path: "schedule[].timezone", Default: "`timezone`", Doc: "Time zone of the hour.", Example: "UTC"},
		{Path: "heartbeat_url", Doc: "Called after each complete audit.", Example: "${HEARTBEAT_URL}", Unbuilt: daemon},
		{Path: "segment", Doc: "Access to Segment's Public API.", Example: `{token: "${SEGMENT_TOKEN}"}`, Unbuilt: segment},
		{Path: "segment.token", Doc: "Its token.", Example: "${SEGMENT_TOKEN}", Unbuilt: segment},
		{Path: "segment.region", Default: "us", Doc: "`us` or `eu`.", Example: "eu", Unbuilt: segment},
		{Path: "dbt", Doc: "Models that read the events.", Example: "{manifest: target/manifest.json}", Unbuilt: "dbt's manifest is not read so far"},
		{Path: "dbt.manifest", Doc: "dbt's manifest, relative to the configuration.", Example: "target/manifest.json", Unbuilt: "dbt's manifest is not read so far"},
		{Path: "webhook", Doc: "Messages as JSON.", Example: "{url: https://example.com/hook}", Unbuilt: webhook},
		{Path: "webhook.url", Doc: "Where they are sent.", Example: "https://example.com/hook", Unbuilt: webhook},
		{Path: "webhook.secret", Doc: "Key of the signature.", Example: "${WEBHOOK_SECRET}", Unbuilt: webhook},
		{Path: "web", Doc: "The page that the daemon serves.", Example: "{listen: 127.0.0.1:8080}", Unbuilt: daemon},
		{Path: "web.listen", Default: "127.0.0.1:8080", Doc: "Its address.", Example: "127.0.0.1:8080", Unbuilt: daemon},
		{Path: "web.token", Doc: "What a reader must know.", Example: "${WEB_TOKEN}", Unbuilt: daemon},
	}
}
