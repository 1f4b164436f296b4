package config

// Key is one setting: what docs/configuration.md says of it, and whether it works yet.
type Key struct {
	Path    string // as in the file, [] for an entry of a list and NAME for a key of the user's choice
	Default string // "" where there is none
	Doc     string
	Example string // as it would be written in the file
	Unbuilt string // why it is refused; "" for a setting that works

	Words []string          // the only words it takes; nil: not a matter of words
	Later map[string]string // words that are promised, and why they are refused
}

// Keys lists every setting in the order of the documentation. To build a feature, take its Unbuilt away.
func Keys() []Key {
	var all []Key
	for _, part := range [][]Key{
		topKeys(), warehouseKeys(), sourceKeys(), planKeys(), checkKeys(), judgementKeys(), slackKeys(), otherKeys(),
	} {
		all = append(all, part...)
	}
	return all
}

// keyOf is the entry of one setting.
func keyOf(path string) Key {
	for _, k := range Keys() {
		if k.Path == path {
			return k
		}
	}
	return Key{}
}

func unbuilt() map[string]string {
	out := map[string]string{}
	for _, k := range Keys() {
		if k.Unbuilt != "" {
			out[k.Path] = k.Unbuilt
		}
	}
	return out
}

// unbuiltLayouts are layouts that are promised, and why they are refused.
func unbuiltLayouts() map[string]string {
	return map[string]string{"rudderstack": "events of RudderStack are not read so far"}
}

// unbuiltWarehouses are the schemes of warehouse.url that are promised, and why they are refused.
func unbuiltWarehouses() map[string]string {
	const only = "only duckdb: can be audited so far"
	return map[string]string{"postgres": only, "redshift": only, "snowflake": only, "bigquery": only}
}

func topKeys() []Key {
	return []Key{
		{Path: "workspace", Default: "default", Doc: "Stands in every message, report, metric and id; several workspaces can share one state.", Example: "northlight"},
		{Path: "timezone", Default: "UTC", Doc: "Time zone of the sources that name none. A day is a calendar day of it.", Example: "Europe/Berlin"},
		{Path: "state", Default: "sqlite:plumbline.db", Doc: "Where audits remember what they saw: `sqlite:FILE`. A relative file is relative to the configuration.", Example: "sqlite:plumbline.db"},
		{Path: "history", Default: "180d", Doc: "How many days the first audit reads.", Example: "90d"},
		{Path: "retain", Default: "400d", Doc: "How many days are kept in the state; at least as many as `history`.", Example: "400d"},
	}
}

func warehouseKeys() []Key {
	const access = "accounts of a warehouse come with the connectors that need one"
	const network = "there is no connector that needs the network so far"
	return []Key{
		{Path: "warehouse.url", Doc: "`duckdb:FILE`, or `duckdb:FOLDER` with `FOLDER/SCHEMA/TABLE/*.parquet`, `.csv[.gz]` or `.ndjson[.gz]`. A relative path is relative to the configuration. It never holds a password.", Example: "duckdb:warehouse.duckdb"},
		{Path: "warehouse.user", Doc: "Account that reads the warehouse.", Example: "plumbline", Unbuilt: access},
		{Path: "warehouse.password", Doc: "Its password.", Example: "${WAREHOUSE_PASSWORD}", Unbuilt: access},
		{Path: "warehouse.private_key", Doc: "Its key, where the warehouse takes one.", Example: "${file:/run/secrets/key.p8}", Unbuilt: access},
		{Path: "warehouse.private_key_passphrase", Doc: "Passphrase of the key.", Example: "${KEY_PASSPHRASE}", Unbuilt: access},
		{Path: "warehouse.role", Doc: "Role to take after connecting.", Example: "REPORTER", Unbuilt: access},
		{Path: "warehouse.compute", Doc: "Virtual warehouse or cluster that runs the statements.", Example: "AUDIT_XS", Unbuilt: access},
		{Path: "warehouse.max_scan", Doc: "The most a whole audit may read.", Example: "50GB", Unbuilt: "no warehouse that tells the price of a statement can be audited so far"},
		{Path: "warehouse.price_per_tib", Default: "6.25", Doc: "What reading a tebibyte costs, for estimates.", Example: "6.25", Unbuilt: "no warehouse that tells the price of a statement can be audited so far"},
		{Path: "warehouse.concurrency", Default: "4", Doc: "How many statements run at once, 1 to 64.", Example: "2"},
		{Path: "warehouse.timeout", Default: "5m", Doc: "How long one statement may take.", Example: "10m"},
		{Path: "warehouse.memory", Doc: "Memory that DuckDB may use, at least 64MB; what does not fit goes to `temp`. Without it DuckDB takes up to 80 % of the machine.", Example: "2GB"},
		{Path: "warehouse.threads", Doc: "Threads that DuckDB may use, 1 to 1024. Without it one a core.", Example: "2"},
		{Path: "warehouse.temp", Doc: "Folder for what does not fit into memory. Relative to the configuration; without it, beside the warehouse's file.", Example: "/var/tmp"},
		{Path: "warehouse.proxy", Doc: "Proxy on the way to the warehouse.", Example: "${HTTPS_PROXY}", Unbuilt: network},
		{Path: "warehouse.ca_file", Doc: "Certificates to trust.", Example: "ca.pem", Unbuilt: network},
	}
}

func sourceKeys() []Key {
	return []Key{
		{Path: "sources", Default: "every schema with the layout, but for dev, staging and test", Doc: "Where events land.", Example: "[{schema: web}, {schema: ios}]"},
		{Path: "sources[].schema", Doc: "The schema; also `project.dataset` or `database.schema`. Required.", Example: "web"},
		{Path: "sources[].name", Default: "the id", Doc: "How it is shown to people.", Example: "Web shop"},
		{Path: "sources[].id", Default: "last part of the schema", Doc: "What it is called in flags, JSON, plans and in this file. Must be unique.", Example: "web"},
		{Path: "sources[].layout", Default: "segment", Doc: "`segment`, or `rollup` for daily counts that somebody already keeps.", Example: "segment"},
		{Path: "sources[].timezone", Default: "`timezone`", Doc: "Time zone whose calendar days are judged.", Example: "America/Los_Angeles"},
		{Path: "sources[].environment", Default: "production", Doc: "Anything but `production` is judged and shown, and counts for the exit code, but is posted nowhere; reports name it behind the source.", Example: "staging"},
		{Path: "sources[].owner", Doc: "Slack user, user group or channel that is told.", Example: `"@frontend"`},
		{Path: "sources[].was", Doc: "Earlier schemas whose history is this source's, the newest first. They are read up to the first day of the next one, are no sources of their own, and may be gone: then the state's memory of them counts.", Example: "[web_old]"},
		{Path: "sources[].wait_for_data", Doc: "Start when the day is in, at the latest after this.", Example: "6h", Unbuilt: "it needs the daemon; an audit started by hand or by cron judges what has landed"},
		{Path: "sources[].exclude_tables", Doc: "Tables left out. `*` stands for any text.", Example: "[debug_tick]"},
		{Path: "sources[].where", Doc: "One boolean expression; only rows for which it is true are read.", Example: `"context_app_name <> 'internal'"`},
		{Path: "sources[].table", Default: "daily_counts", Doc: "The table of a `rollup`.", Example: "daily_counts"},
		{Path: "sources[].columns.event", Default: "event", Doc: "`rollup`: column with the event's name.", Example: "event_name"},
		{Path: "sources[].columns.day", Default: "day", Doc: "`rollup`: column with the day, a date or ISO text.", Example: "day"},
		{Path: "sources[].columns.rows", Default: "rows", Doc: "`rollup`: column with the count.", Example: "n"},
		{Path: "sources[].columns.source", Doc: "`rollup`: column whose values are sources of their own.", Example: "source"},
		{Path: "sources[].columns.platform", Doc: "`rollup`: column with the platform.", Example: "platform"},
		{Path: "sources[].columns.app_version", Doc: "`rollup`: column with the version of the app.", Example: "app_version"},
		{Path: "sources[].columns.users", Doc: "`rollup`: column with the number of users.", Example: "users", Unbuilt: "users of several days cannot be added up, and no finding tells them for a rollup so far"},
	}
}

func planKeys() []Key {
	return []Key{
		{Path: "plans", Doc: "Tracking plans. A source has one; a plan without `sources` holds for all that have none of their own.", Example: "[{file: tracking-plan.json, sources: [web]}]"},
		{Path: "plans[].file", Doc: "The plan, in any supported format; recognised by content. Relative to the configuration. Required.", Example: "tracking-plan.json"},
		{Path: "plans[].sources", Default: "all", Doc: "Ids of the sources it holds for.", Example: "[web]"},
		{Path: "plan.file", Doc: "Short form for one plan that holds for all sources.", Example: "tracking-plan.json"},
	}
}

func checkKeys() []Key {
	return []Key{
		{Path: "checks", Default: "every check, with its own defaults", Doc: "Settings of checks by id, or `off`; each check's page has its settings.", Example: "{volume-drop: {sensitivity: strict}, pii: off}"},
	}
}

func judgementKeys() []Key {
	const names = "Names as sent; `*` stands for any text."
	const ids = "Ids of sources; all where none is named."
	return []Key{
		{Path: "events", Doc: "What holds for some events only; the first entry that matches wins.", Example: `[{events: ["Purchase Completed"], severity: critical}]`},
		{Path: "events[].events", Doc: names, Example: `["Purchase *"]`},
		{Path: "events[].labels.NAME", Doc: "Labels of the plan that an event must have.", Example: `"1"`},
		{Path: "events[].sources", Doc: ids, Example: "[web]"},
		{Path: "events[].severity", Doc: "`critical`, `warning` or `info` for what is found in these events.", Example: "critical", Words: severities()},
		{Path: "events[].unique", Doc: "Property that differs from action to action, so that one counted twice is seen.", Example: "order_id"},
		{Path: "events[].owner", Doc: "Slack user, user group or channel that is told.", Example: `"@checkout"`},
		{Path: "properties", Doc: "What holds for some properties only.", Example: "[{names: [experiment_id], open: true}]"},
		{Path: "properties[].names", Doc: "Names of properties.", Example: "[experiment_id, variant]"},
		{Path: "properties[].open", Default: "false", Doc: "They may be absent and hold any value.", Example: "true"},
		{Path: "expect", Doc: "Says what will be found before it happens: it is not posted and is not counted as open.", Example: `[{events: ["Coupon Applied"], from: 2026-07-01, until: 2026-08-01}]`},
		{Path: "expect[].events", Default: "all", Doc: names, Example: `["Coupon Applied"]`},
		{Path: "expect[].sources", Default: "all", Doc: ids, Example: "[web]"},
		{Path: "expect[].kinds", Default: "all", Doc: "Kinds of findings.", Example: "[event-stopped]"},
		{Path: "expect[].from", Doc: "First day. Required.", Example: "2026-07-01"},
		{Path: "expect[].until", Doc: "Last day. Required.", Example: "2026-08-01"},
		{Path: "expect[].why", Doc: "Shown with what was expected.", Example: "DATA-812"},
		{Path: "accept", Doc: "Says that a level is the new usual.", Example: `[{events: ["Page Scrolled"], from: 2026-06-03}]`},
		{Path: "accept[].events", Default: "all", Doc: names, Example: `["Page Scrolled"]`},
		{Path: "accept[].sources", Default: "all", Doc: ids, Example: "[web]"},
		{Path: "accept[].kinds", Default: "all", Doc: "Kinds of findings.", Example: "[volume-drop]", Unbuilt: "a level is accepted for all kinds that judge volume"},
		{Path: "accept[].from", Doc: "First day of the new usual. Required.", Example: "2026-06-03"},
		{Path: "accept[].why", Doc: "Why.", Example: "sampled to 10 %"},
		{Path: "ignore", Doc: "What is never reported.", Example: `[{different: ["Signed In", "Sign In"]}]`},
		{Path: "ignore[].events", Default: "all", Doc: names, Example: `["[Amplitude] *"]`},
		{Path: "ignore[].sources", Default: "all", Doc: ids, Example: "[web]"},
		{Path: "ignore[].kinds", Default: "all", Doc: "Kinds of findings.", Example: "[unplanned-event]"},
		{Path: "ignore[].different", Doc: "Two names that are two events; stands alone, with `why` at most.", Example: `["Signed In", "Sign In"]`},
		{Path: "ignore[].why", Doc: "Why.", Example: "auto-tracked"},
		{Path: "calendar", Doc: "Days that say nothing of what is usual: no finding about volume, and not part of the baseline.", Example: "[{from: 2026-11-27, until: 2026-11-30, why: Black Friday}]"},
		{Path: "calendar[].from", Doc: "First day. Required.", Example: "2026-11-27"},
		{Path: "calendar[].until", Doc: "Last day. Required.", Example: "2026-11-30"},
		{Path: "calendar[].sources", Default: "all", Doc: ids, Example: "[web, ios]"},
		{Path: "calendar[].why", Doc: "Why.", Example: "Black Friday"},
	}
}
