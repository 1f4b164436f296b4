package config

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type common struct {
	MinRows int `yaml:"min_rows"`
}

type settings struct {
	common `yaml:"-"`
	Common common             `yaml:",inline"`
	Drop   float64            `yaml:"drop"`
	Days   uint8              `yaml:"days"`
	Wait   time.Duration      `yaml:"wait"`
	On     *bool              `yaml:"on"`
	Names  []string           `yaml:"names"`
	Pairs  [][]string         `yaml:"pairs"`
	By     map[string]float64 `yaml:"by"`
	Inner  struct{ Level string }
}

func section(t *testing.T, text string) Section {
	t.Helper()
	c, err := Parse("p.yaml", []byte("checks:\n  volume-drop:\n"+text), environ("DROP", "0.25", "BAD", "what"), words())
	if err != nil {
		t.Fatal(err)
	}
	return c.Check("volume-drop")
}

func TestSectionDecode(t *testing.T) {
	got := settings{Drop: .5, Days: 7, Names: []string{"usual"}}
	err := section(t, "    min_rows: 20\n    drop: ${DROP}\n    wait: 6h\n    on: false\n    pairs: [[a, b]]\n    by: {web: 1e-3}\n    inner: {level: high}\n").Decode(&got)
	if err != nil {
		t.Fatal(err)
	}
	want := settings{Common: common{20}, Drop: .25, Days: 7, Wait: 6 * time.Hour, On: new(bool), Names: []string{"usual"}, Pairs: [][]string{{"a", "b"}}, By: map[string]float64{"web": 1e-3}}
	want.Inner.Level = "high"
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSectionMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an unknown setting", "    dorp: 0.4\n", "p.yaml:3:5: unknown setting \"dorp\" (did you mean \"drop\"?) [unknown-setting]\n   3 |     dorp: 0.4\n     |     ^"},
		{"text for a number", "    drop: high\n", "p.yaml:3:11: must be a number, but is \"high\" [wrong-type]\n   3 |     drop: high\n     |           ^"},
		{"a number in quotes", "    drop: \"1\"\n", "p.yaml:3:11: must be a number, not text: leave the quotes out [wrong-type]\n   3 |     drop: \"1\"\n     |           ^"},
		{"not a number", "    drop: .nan\n", "p.yaml:3:11: must be a number, but is \".nan\" [wrong-type]\n   3 |     drop: .nan\n     |           ^"},
		{"too large", "    days: 256\n", "p.yaml:3:11: must be a whole number, but is \"256\" [wrong-type]\n   3 |     days: 256\n     |           ^"},
		{"a list for a map", "    by: [1]\n", "p.yaml:3:9: must be settings, written as KEY: value, but is a list [wrong-type]\n   3 |     by: [1]\n     |         ^"},
		{"a switch", "    on: maybe\n", "p.yaml:3:9: must be true or false, but is \"maybe\" [wrong-type]\n   3 |     on: maybe\n     |         ^"},
		{"twice", "    days: 1\n    days: 2\n", "p.yaml:4:5: \"days\" is set twice, first on line 3 [set-twice]\n   4 |     days: 2\n     |     ^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := section(t, c.text).Decode(&settings{})
			var mistakes Errors
			if !errors.As(err, &mistakes) || err.Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
	t.Run("all at once, and from variables without their value", func(t *testing.T) {
		err := section(t, "    drop: ${BAD}\n    wait: ${BAD}\n    x: 1\n").Decode(&settings{})
		var mistakes Errors
		if !errors.As(err, &mistakes) || len(mistakes) != 3 || strings.Contains(err.Error(), "what") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSectionPlace(t *testing.T) {
	cause := errors.New("drop is 3, but must be above 0 and at most 1")
	s := section(t, "    drop: 3\n")
	err := s.Place(cause)
	if want := "p.yaml:2:3: drop is 3, but must be above 0 and at most 1 [bad-check-setting]\n   2 |   volume-drop:\n     |   ^"; err.Error() != want || !errors.Is(err, cause) {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if again := s.Place(err); again.Error() != err.Error() {
		t.Errorf("placed twice: %v", again)
	}
	if got := Default().Check("rename").Place(cause); got.Error() != cause.Error() {
		t.Errorf("without a section: %v", got)
	}
	if s.Place(nil) != nil {
		t.Error("no error should stay none")
	}
}

func TestSectionWithoutSettings(t *testing.T) {
	c := mustParse(t, "checks: {rename: on, pii: false, volume-drop: }\n")
	for id, off := range map[string]bool{"rename": false, "pii": true, "volume-drop": false, "unplanned-event": false} {
		got := settings{Drop: .5}
		if err := c.Check(id).Decode(&got); err != nil || got.Drop != .5 || c.Check(id).Off() != off || c.Check(id).ID != id {
			t.Errorf("%s: got %+v, %v", id, got, err)
		}
	}
	if err := c.Check("rename").Decode(settings{}); err == nil {
		t.Error("a value that cannot be set should be an error")
	}
}

func TestUnbuiltWords(t *testing.T) {
	later := words()
	later.Later = []string{"near-duplicate"}
	_, err := Parse("p.yaml", []byte("checks: {near-duplicate: off}\nignore: [{kinds: [near-duplicate]}]\nsources: [{schema: a, layout: rudderstack}]\nwarehouse: {url: \"snowflake://a\"}\n"), environ(), later)
	for _, want := range []string{
		`p.yaml:1:10: the check "near-duplicate" is not built yet; leave it out`,
		`p.yaml:2:19: "near-duplicate" is not built yet: no check reports it so far; leave it out [not-built]`,
		`p.yaml:3:31: "rudderstack" is not built yet: events of RudderStack are not read so far`,
		`p.yaml:4:18: "snowflake" is not built yet: only duckdb: can be audited so far`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got\n%v\nwant among it\n%s", err, want)
		}
	}
}
