package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func words() Known {
	return Known{
		Kinds:   []string{"rename", "near-duplicate", "event-stopped", "volume-drop", "unplanned-event", "pii"},
		Checks:  []string{"rename", "volume-drop", "unplanned-event", "pii"},
		Layouts: []string{"segment", "rollup"},
	}
}

func environ(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func mustParse(t *testing.T, text string, opts ...Option) *Config {
	t.Helper()
	c, err := Parse("/etc/plumbline/plumbline.yaml", []byte(text), environ("NAME", "value", "EMPTY", ""), append([]Option{words()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadFull(t *testing.T) {
	got, err := Load("testdata/full.yaml", environ("SLACK_BOT_TOKEN", "xoxb-1"), words())
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.File, want.Dir = "testdata/full.yaml", dir
	want.Workspace, want.Timezone = "northlight", "UTC"
	want.Warehouse.URL = URL("duckdb:" + filepath.Join(dir, "warehouse.duckdb"))
	want.Warehouse.Concurrency, want.Warehouse.Timeout = 2, 90*time.Second
	want.Sources = []Source{
		{
			Schema: "web", Name: "Web shop", ID: "web", Layout: "segment", Timezone: "America/Los_Angeles", Environment: "production",
			Owner: "@frontend", Exclude: []string{"debug_tick"}, Where: "context_app_name <> 'internal'",
		},
		{Schema: "analytics.ios", Name: "ios", ID: "ios", Layout: "segment", Timezone: "UTC", Environment: "production"},
		{
			Schema: "metrics", Name: "metrics", ID: "metrics", Layout: "rollup", Timezone: "UTC", Environment: "production",
			Table: "daily_counts", Columns: Columns{Event: "name", Day: "day", Rows: "n"},
		},
	}
	want.Plans = []Plan{{File: Path(filepath.Join(dir, "tracking-plan.json")), Sources: []string{"web"}}, {File: "/plans/other.json"}}
	want.State = URL("sqlite:" + filepath.Join(dir, "plumbline.db"))
	want.Checks = map[string]Section{"volume-drop": {ID: "volume-drop"}, "pii": {ID: "pii"}}
	want.Events = []EventRule{{Events: []string{"Purchase Completed"}, Labels: map[string]string{"tier": "1"}, Severity: "critical", Owner: "@checkout"}}
	want.Properties = []PropertyRule{{Names: []string{"experiment_id", "variant"}, Open: true}}
	want.Expect = []Expectation{{Events: []string{"Coupon Applied"}, Sources: []string{"web"}, Kinds: []Kind{"event-stopped"}, From: "2026-07-01", Until: "2026-08-01", Why: "DATA-812"}}
	want.Accept = []Acceptance{{Events: []string{"Page Scrolled"}, From: "2026-06-03", Why: "sampled to 10 %"}}
	want.Ignore = []Ignore{{Events: []string{"[Amplitude] *"}, Kinds: []Kind{"unplanned-event"}, Why: "auto-tracked"}, {Different: []string{"Signed In", "Sign In"}}}
	want.Calendar = []Quiet{{From: "2026-11-27", Until: "2026-11-30", Sources: []string{"web", "ios"}, Why: "Black Friday"}}
	want.Slack.Token, want.Slack.Channel = NewSecret("xoxb-1"), "#data-quality"
	want.Slack.Routes = []Route{{Source: "web", Channel: "#web-data"}}
	want.Owners = map[string]string{"growth": "S0123GROWTH"}
	want.Destinations = []Destination{{Name: "Braze", Sources: []string{"web"}, Mode: "cloud", Events: []string{"Purchase Completed"}, Match: "exact", AcceptsLate: 72 * time.Hour}}
	want.Fixes.Schema, want.History, want.Privacy.Values = "marts", 182, "never"
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{}, Section{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !got.Check("pii").Off() || got.Check("volume-drop").Off() || got.Check("rename").Off() {
		t.Error("pii alone should be off")
	}
}

func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse("plumbline.yaml", data, environ(), words())
			if _, ok := errors.AsType[Errors](err); !ok {
				t.Fatalf("got %v, want mistakes", err)
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".yaml") + ".want"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("UPDATE=1 rewrites it; -want +got:\n%s", diff)
			}
			if strings.Contains(got, "hidden") {
				t.Error("shows a secret")
			}
		})
	}
}

func TestEmptyFileIsDefault(t *testing.T) {
	for name, text := range map[string]string{"nothing": "", "a comment": "# nothing yet\n", "a document start": "---\n", "null": "~\n", "a mark": "\uFEFF"} {
		t.Run(name, func(t *testing.T) {
			got := mustParse(t, text)
			want := Default()
			want.File, want.Dir, want.State = got.File, "/etc/plumbline", "sqlite:/etc/plumbline/plumbline.db"
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	big := strings.Repeat("# a comment that goes on\n", 5<<20/25)
	if _, err := Parse("big.yaml", []byte(big), environ()); err == nil || !strings.Contains(err.Error(), "larger than 1 MB") {
		t.Errorf("from memory: got %v", err)
	}
	file := filepath.Join(t.TempDir(), "big.yaml")
	if err := os.WriteFile(file, []byte(big), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, environ()); err == nil || !strings.Contains(err.Error(), "larger than 1 MB") {
		t.Errorf("from a file: got %v", err)
	}
}

func TestLoadWithoutFile(t *testing.T) {
	if _, err := Load("testdata/none.yaml", environ()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want not exist", err)
	}
	if _, err := Load("testdata", environ()); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("got %v, want a word about folders", err)
	}
}

func TestExpansion(t *testing.T) {
	files := Files(func(path string) ([]byte, error) {
		if path == "/etc/plumbline/schema.txt" {
			return []byte("from_file\n"), nil
		}
		return nil, os.ErrNotExist
	})
	for _, c := range []struct{ name, text, want string }{
		{"a variable", "fixes: {schema: \"${NAME}\"}", "value"},
		{"inside other text", "fixes: {schema: \"a_${NAME}_${NAME}\"}", "a_value_value"},
		{"escaped", "fixes: {schema: \"$${NAME}\"}", "${NAME}"},
		{"a file beside the configuration", "fixes: {schema: \"${file:schema.txt}\"}", "from_file"},
		{"a dollar alone", "fixes: {schema: \"$NAME $\"}", "$NAME $"},
		{"in a block", "fixes:\n  schema: >-\n    ${NAME}", "value"},
		{"the value is not expanded again", "fixes: {schema: \"${AGAIN}\"}", "${NAME}"},
		{"not in a comment", "# ${NOWHERE}\nfixes: {schema: x}", "x"},
		{"an alias", "workspace: &n ${NAME}\nfixes: {schema: *n}", "value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse("/etc/plumbline/p.yaml", []byte(c.text), environ("NAME", "value", "AGAIN", "${NAME}"), files)
			if err != nil {
				t.Fatal(err)
			}
			if got.Fixes.Schema != c.want {
				t.Errorf("got %q, want %q", got.Fixes.Schema, c.want)
			}
		})
	}
	t.Run("numbers come from variables too", func(t *testing.T) {
		got, err := Parse("p.yaml", []byte("warehouse: {concurrency: \"${N}\", timeout: \"${T}\"}"), environ("N", "7", "T", "2m"))
		if err != nil || got.Warehouse.Concurrency != 7 || got.Warehouse.Timeout != 2*time.Minute {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestPaths(t *testing.T) {
	for _, c := range []struct{ name, text, url, state string }{
		{"beside the file", "warehouse: {url: duckdb:w.duckdb}\nstate: sqlite:s.db", "duckdb:/etc/plumbline/w.duckdb", "sqlite:/etc/plumbline/s.db"},
		{"absolute", "warehouse: {url: duckdb:/w.duckdb}\nstate: sqlite:/s.db", "duckdb:/w.duckdb", "sqlite:/s.db"},
		{"above", "warehouse: {url: duckdb:../w}", "duckdb:/etc/w", "sqlite:/etc/plumbline/plumbline.db"},
		{"in memory", "state: \"sqlite::memory:\"", "", "sqlite::memory:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustParse(t, c.text)
			if string(got.Warehouse.URL) != c.url || string(got.State) != c.state {
				t.Errorf("got %s and %s, want %s and %s", got.Warehouse.URL, got.State, c.url, c.state)
			}
		})
	}
}

func TestMistakeFoundLater(t *testing.T) {
	c := mustParse(t, "plans:\n  - file: plan.json\n")
	err := c.Mistake("plans[0].file", os.ErrNotExist)
	want := "/etc/plumbline/plumbline.yaml:2:11: file does not exist [unreadable-file]\n   2 |   - file: plan.json\n     |           ^"
	if err.Error() != want || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if err := Default().Mistake("plans[0].file", os.ErrNotExist); err.Error() != os.ErrNotExist.Error() {
		t.Error("without a file the error should stay as it is")
	}
	if err := c.Mistake("state", errors.New("cannot\nbe reached")); !strings.HasSuffix(strings.Split(err.Error(), "\n")[0], ":1:1: cannot be reached [unusable-setting]") {
		t.Errorf("got %v", err)
	}
	if c.Mistake("state", nil) != nil {
		t.Error("no error should stay none")
	}
}

func TestAliasesThatNeverEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("checks:\n  rename:\n    a: &a [" + strings.Repeat("x, ", 10) + "]\n")
	for i := 'b'; i < 'j'; i++ {
		b.WriteString("    " + string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+string(i-1)+", ", 10) + "]\n")
	}
	for name, text := range map[string]string{"a bomb": b.String(), "a ring": "checks: {rename: &a {b: *a}}\n"} {
		t.Run(name, func(t *testing.T) {
			var mistakes Errors
			if _, err := Parse("p.yaml", []byte(text), environ(), words()); !errors.As(err, &mistakes) {
				t.Errorf("got %v, want a mistake", err)
			}
		})
	}
}
