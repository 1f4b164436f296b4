// Package config reads plumbline.yaml and reports every mistake in it with file, line and column.
package config

import (
	"path/filepath"
	"strings"
	"time"
)

// Config is plumbline.yaml, checked, expanded and with defaults filled in.
type Config struct {
	File string `yaml:"-"` // as it was named; "" for a run without a file
	Dir  string `yaml:"-"` // the folder that relative paths were resolved against

	Workspace    string             `yaml:"workspace"`
	Timezone     Zone               `yaml:"timezone"`
	Warehouse    Warehouse          `yaml:"warehouse"`
	Sources      []Source           `yaml:"sources"`
	Plans        []Plan             `yaml:"plans"`
	ShortPlan    *ShortPlan         `yaml:"plan"` // what was written as `plan:`; Plans holds it as well
	State        URL                `yaml:"state"`
	Checks       map[string]Section `yaml:"checks"`
	Events       []EventRule        `yaml:"events"`
	Properties   []PropertyRule     `yaml:"properties"`
	Expect       []Expectation      `yaml:"expect"`
	Accept       []Acceptance       `yaml:"accept"`
	Ignore       []Ignore           `yaml:"ignore"`
	Calendar     []Quiet            `yaml:"calendar"`
	Schedule     []Schedule         `yaml:"schedule"`
	Slack        Slack              `yaml:"slack"`
	Owners       map[string]string  `yaml:"owners"`
	Destinations []Destination      `yaml:"destinations"`
	Segment      Segment            `yaml:"segment"`
	DBT          DBT                `yaml:"dbt"`
	Fixes        Fixes              `yaml:"fixes"`
	HeartbeatURL Secret             `yaml:"heartbeat_url"`
	History      Days               `yaml:"history"`
	Retain       Days               `yaml:"retain"`
	Privacy      Privacy            `yaml:"privacy"`
	Webhook      Webhook            `yaml:"webhook"`
	Web          Web                `yaml:"web"`

	doc *document // positions, for mistakes that are only seen later
}

// Warehouse is where events land and what an audit may spend there.
type Warehouse struct {
	URL         URL           `yaml:"url"`
	User        string        `yaml:"user"`
	Password    Secret        `yaml:"password"`
	PrivateKey  Secret        `yaml:"private_key"`
	Passphrase  Secret        `yaml:"private_key_passphrase"`
	Role        string        `yaml:"role"`
	Compute     string        `yaml:"compute"`
	MaxScan     Bytes         `yaml:"max_scan"`
	PricePerTiB float64       `yaml:"price_per_tib"`
	Concurrency int           `yaml:"concurrency"`
	Timeout     time.Duration `yaml:"timeout"`
	Memory      Bytes         `yaml:"memory"`
	Threads     int           `yaml:"threads"`
	Temp        Path          `yaml:"temp"`
	Proxy       Secret        `yaml:"proxy"`
	CAFile      Path          `yaml:"ca_file"`
}

// Source is one schema in which one pipeline lands.
type Source struct {
	Schema      string        `yaml:"schema"`
	Name        string        `yaml:"name"` // how it is shown; ID where none was given
	ID          string        `yaml:"id"`   // unique; the last part of Schema where none was given
	Layout      Layout        `yaml:"layout"`
	Timezone    Zone          `yaml:"timezone"` // Config.Timezone where none was given
	Environment string        `yaml:"environment"`
	Owner       string        `yaml:"owner"`
	Was         []string      `yaml:"was"`
	Exclude     []string      `yaml:"exclude_tables"`
	Where       string        `yaml:"where"`
	WaitForData time.Duration `yaml:"wait_for_data"`
	Table       string        `yaml:"table"` // rollup only
	Columns     Columns       `yaml:"columns"`
}

// Columns names the columns of a rollup table; the optional ones are "" where there is none.
type Columns struct {
	Event      string `yaml:"event"`
	Day        string `yaml:"day"`
	Rows       string `yaml:"rows"`
	Source     string `yaml:"source"`
	Platform   string `yaml:"platform"`
	AppVersion string `yaml:"app_version"`
	Users      string `yaml:"users"`
}

// Plan is a tracking plan and the sources it holds for; without sources it holds for all.
type Plan struct {
	File    Path     `yaml:"file"`
	Sources []string `yaml:"sources"`
}

// ShortPlan is `plan:`, the short form for one plan that holds for all sources.
type ShortPlan struct {
	File Path `yaml:"file"`
}

// EventRule overrides what holds for some events; the first rule that matches wins.
type EventRule struct {
	Events   []string          `yaml:"events"` // names, with * for any text
	Labels   map[string]string `yaml:"labels"`
	Sources  []string          `yaml:"sources"`
	Severity Severity          `yaml:"severity"`
	Unique   string            `yaml:"unique"`
	Owner    string            `yaml:"owner"`
}

// PropertyRule says of some properties that they may hold anything.
type PropertyRule struct {
	Names []string `yaml:"names"`
	Open  bool     `yaml:"open"`
}

// Expectation says beforehand what will be found, from when and until when.
type Expectation struct {
	Events  []string `yaml:"events"`
	Sources []string `yaml:"sources"`
	Kinds   []Kind   `yaml:"kinds"`
	From    Date     `yaml:"from"`
	Until   Date     `yaml:"until"`
	Why     string   `yaml:"why"`
}

// Acceptance says that a level is the new usual from a day on.
type Acceptance struct {
	Events  []string `yaml:"events"`
	Sources []string `yaml:"sources"`
	Kinds   []Kind   `yaml:"kinds"`
	From    Date     `yaml:"from"`
	Why     string   `yaml:"why"`
}

// Ignore says what never to report: kinds for some events, or that two names are two events.
type Ignore struct {
	Events    []string `yaml:"events"`
	Sources   []string `yaml:"sources"`
	Kinds     []Kind   `yaml:"kinds"`
	Different []string `yaml:"different"` // two names, or none
	Why       string   `yaml:"why"`
}

// Quiet is a stretch of the calendar that says nothing of what is usual. Both days are included.
type Quiet struct {
	From    Date     `yaml:"from"`
	Until   Date     `yaml:"until"`
	Sources []string `yaml:"sources"`
	Why     string   `yaml:"why"`
}

// Schedule is when audits run.
type Schedule struct {
	Name     string `yaml:"name"`
	Cron     Cron   `yaml:"cron"`
	Timezone Zone   `yaml:"timezone"`
}

// Slack is where messages are posted.
type Slack struct {
	Token         Secret        `yaml:"token"`
	AppToken      Secret        `yaml:"app_token"`
	Channel       string        `yaml:"channel"`
	OpsChannel    string        `yaml:"ops_channel"`
	APIURL        string        `yaml:"api_url"`
	WeeklyLimit   int           `yaml:"weekly_limit"`
	WeeklySummary string        `yaml:"weekly_summary"`
	Allow         []string      `yaml:"allow"`
	Routes        []Route       `yaml:"routes"`
	WebhookURL    Secret        `yaml:"webhook_url"`
	SigningSecret Secret        `yaml:"signing_secret"`
	Remind        time.Duration `yaml:"remind"`
}

// Route sends what concerns one source to its own channel.
type Route struct {
	Source  string `yaml:"source"`
	Channel string `yaml:"channel"`
}

// Destination reads events by name. An event "*" stands for every planned name.
type Destination struct {
	Name        string        `yaml:"name"`
	Sources     []string      `yaml:"sources"`
	Mode        string        `yaml:"mode"`
	Events      []string      `yaml:"events"`
	Match       string        `yaml:"match"`
	AcceptsLate time.Duration `yaml:"accepts_late"` // 0: no limit known
}

// Segment is access to Segment's Public API.
type Segment struct {
	Token  Secret `yaml:"token"`
	Region string `yaml:"region"`
}

// DBT is where dbt describes its models.
type DBT struct {
	Manifest Path `yaml:"manifest"`
}

// Fixes is where views and models of fixes would live.
type Fixes struct {
	Schema string `yaml:"schema"`
}

// Privacy says which values of properties may be shown.
type Privacy struct {
	Values string `yaml:"values"`
}

// Webhook receives messages as JSON.
type Webhook struct {
	URL    Secret `yaml:"url"`
	Secret Secret `yaml:"secret"`
}

// Web is the page that the daemon serves.
type Web struct {
	Listen string `yaml:"listen"`
	Token  Secret `yaml:"token"`
}

// Default is the configuration of a run without a file: paths stay relative to the working directory.
func Default() *Config {
	return &Config{
		Workspace: "default",
		Timezone:  "UTC",
		Warehouse: Warehouse{Concurrency: 4, Timeout: 5 * time.Minute, PricePerTiB: 6.25},
		State:     "sqlite:plumbline.db",
		Slack:     Slack{WeeklyLimit: 30, WeeklySummary: "Mon 09:00"},
		Segment:   Segment{Region: "us"},
		Fixes:     Fixes{Schema: "analytics"},
		History:   180,
		Retain:    400,
		Privacy:   Privacy{Values: "enum-like"},
		Web:       Web{Listen: "127.0.0.1:8080"},
	}
}

// Check returns the section of a check; where the file has none, one that leaves every default as it is.
func (c *Config) Check(id string) Section {
	if s, ok := c.Checks[id]; ok {
		return s
	}
	return Section{ID: id}
}

// Mistake puts the place of a setting before an error that was only seen later, such as a plan file that cannot
// be read. The path is written as in docs/configuration.md with the index of each list, such as "plans[0].file";
// where the file does not have it, the nearest setting around it is shown.
func (c *Config) Mistake(path string, err error) error {
	if err == nil {
		return nil
	}
	if c.doc == nil {
		return err
	}
	return Errors{c.doc.wrap(c.doc.place(path), unusable, err)}
}

// sourceID is the id of a source that was given none: the last part of its schema.
func sourceID(schema string) string {
	return schema[strings.LastIndexByte(schema, '.')+1:]
}

// resolve returns path as seen from dir, unless it is absolute already.
func resolve(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
