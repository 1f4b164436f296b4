package app

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/connectors"
)

func TestWarehouseURL(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("shop.duckdb", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for written, want := range map[string]string{
		"duckdb:shop.duckdb":                "duckdb:shop.duckdb",
		" " + "duckdb:shop.duckdb":          "duckdb:shop.duckdb",
		"duckdb:///srv/shop.duckdb":         "duckdb:/srv/shop.duckdb",
		"shop.duckdb":                       "duckdb:shop.duckdb",
		"duckdb:exports":                    "duckdb:exports",
		"":                                  "no warehouse is named",
		"duckdb:":                           "names no file",
		"elsewhere.duckdb":                  "there is no such file, and it is no URL",
		"bigquery://project":                `there is no connector for "bigquery" yet`,
		"snowflake://me:x@account/db":       "holds a password",
		"redshift://h/db?password=x":        "holds a password",
		"DUCKDB:md:shop?motherduck_TOKEN=x": "holds a password",
	} {
		got, err := WarehouseURL(written)
		var usage *UsageError
		switch {
		case err == nil && string(got) == want:
		case err != nil && strings.Contains(err.Error(), want) && errors.As(err, &usage):
		default:
			t.Errorf("%q: %q, %v; want %s", written, got, err, want)
		}
	}
}

// TestPasswordsAreNotRepeated: whatever the rest of a URL is, its password is refused and stands in no error.
func TestPasswordsAreNotRepeated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const secret = "hunter2"
		scheme := rapid.SampledFrom([]string{"postgres://", "duckdb:", "snowflake://", "x:"}).Draw(t, "scheme")
		user := rapid.StringMatching(`[a-z%0-9]{0,8}`).Draw(t, "user")
		rest := rapid.StringMatching(`[a-z./?&=]{0,20}`).Draw(t, "rest")
		for _, u := range []string{scheme + user + ":" + secret + "@" + rest, scheme + "host/" + user + "?password=" + secret + "&" + rest} {
			if got, err := WarehouseURL(u); err == nil || strings.Contains(err.Error(), secret) || got != "" {
				t.Errorf("%s: %q %v", u, got, err)
			}
		}
	})
}

func TestPlanName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"tracking-plan.yaml": true, "plan.json": true, "TrackingPlan.yml": true, "Tracking Plan.csv": true, "tracking_plan": true,
		"plan2.json": true, "planet.json": false, "explained.yaml": false, "package.json": false, ".plan.yaml": false, "plan.png": false,
		"plumbline.yaml": false,
	} {
		if planName(name) != want {
			t.Errorf("%s is a plan: %t", name, !want)
		}
	}
}

func found(schema, value, problem string) connectors.Found {
	f := connectors.Found{Schema: schema, Layout: connectors.Segment(), Source: schema[strings.LastIndexByte(schema, '.')+1:], Problem: problem}
	if value != "" {
		f.Layout, f.Value, f.Source = connectors.Rollup("", connectors.RollupColumns{Source: "src"}), value, value
	}
	return f
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		found  []connectors.Found
		want   string // names of the sources, with the schema where it differs
		left   int
		broken int
		err    string
	}{
		"all are sources":                 {found: []connectors.Found{found("web", "", ""), found("ios", "", "")}, want: "web ios"},
		"staging is left out":             {found: []connectors.Found{found("web", "", ""), found("web_staging", "", "")}, want: "web", left: 1},
		"only staging":                    {found: []connectors.Found{found("web_qa", "", "")}, want: "web_qa"},
		"two schemas end alike":           {found: []connectors.Found{found("eu.web", "", ""), found("us.web", "", "")}, want: "web us_web_2"},
		"a broken one beside":             {found: []connectors.Found{found("web", "", ""), found("odd", "", "tracks lacks x: do y")}, want: "web", broken: 1},
		"only broken ones":                {found: []connectors.Found{found("odd", "", "tracks lacks x: do y")}, err: "the nearest is odd: tracks lacks x: do y", broken: 1},
		"nothing":                         {err: "it looks for <schema>.tracks"},
		"daily counts":                    {found: []connectors.Found{found("metrics", "web", ""), found("metrics", "ios", "")}, want: "web ios"},
		"daily counts of a source of its": {found: []connectors.Found{found("metrics", "web", ""), found("metrics", "ios", ""), found("web", "", "")}, want: "ios web", broken: 1},
	} {
		var s Setup
		got, err := s.choose(tt.found)
		if tt.err != "" {
			if !errors.Is(err, ErrNoLayout) || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var names []string
		for _, one := range got {
			names = append(names, one.Name)
		}
		if err != nil || strings.Join(names, " ") != tt.want || len(s.LeftOut) != tt.left || len(s.Unusable) != tt.broken {
			t.Errorf("%s: %v, left out %v, unusable %v, %v", name, names, s.LeftOut, s.Unusable, err)
		}
	}
}
