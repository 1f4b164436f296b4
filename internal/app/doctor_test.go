package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// TestExamineNeverHangs: a Slack that does not answer is a problem, and all the rest is said.
func TestExamineNeverHangs(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	t.Cleanup(func() {
		close(stop)
		server.Close()
	})
	cfg := config.Default()
	cfg.Slack.Token, cfg.Slack.Channel, cfg.Slack.APIURL = config.NewSecret("xoxb-1-secret"), "#data", server.URL
	cfg.State = config.URL("sqlite:" + t.TempDir() + "/plumbline.db")
	a, err := New(cfg, Options{NoPlans: true})
	if err != nil {
		t.Fatal(err)
	}
	signs := Examine(t.Context(), a, server.Client(), 100*time.Millisecond)
	got := map[string]Sign{}
	for _, s := range signs {
		got[s.What] = s
		if strings.Contains(s.Text+s.Mend, "xoxb") {
			t.Errorf("the token is shown: %+v", s)
		}
	}
	for what, want := range map[string]Health{
		"connection": Problem, "access": Noted, "source": Noted, "plan": Noted, "state": Noted, "privacy": Noted, "schedule": Noted, "slack": Problem,
	} {
		if got[what].Health != want {
			t.Errorf("%s: %+v, want %s", what, got[what], want)
		}
	}
	if len(signs) != 8 {
		t.Errorf("%d signs: %+v", len(signs), signs)
	}
}

// arrivals are days of which part of the rows has landed each hour after their end.
func arrivals(days, after int) []landed.Arrival {
	var out []landed.Arrival
	for d := range days {
		a := landed.Arrival{Day: landed.Day(d), Rows: 1000}
		for h := range a.Hours {
			a.Hours[h] = 900
			if h >= after {
				a.Hours[h] = 990
			}
		}
		out = append(out, a)
	}
	return out
}

func TestInAfter(t *testing.T) {
	t.Parallel()
	odd := arrivals(20, 3)
	for h := range odd[4].Hours { // one day of a late load among many
		odd[4].Hours[h] = 0
	}
	never := arrivals(20, 49)
	for name, tt := range map[string]struct {
		of          []landed.Arrival
		last        landed.Day
		hours, days int
	}{
		"nothing landed":            {nil, 20, 0, 0},
		"at once":                   {arrivals(20, 0), 30, 0, 20},
		"six hours later":           {arrivals(20, 6), 30, 6, 20},
		"one late day of many":      {odd, 30, 3, 20},
		"not even in two days":      {never, 30, 49, 20},
		"days that still fill up":   {arrivals(20, 6), 19, 6, 18},
		"days without rows are out": {[]landed.Arrival{{Day: 1}}, 30, 0, 0},
	} {
		if hours, days := inAfter(tt.of, tt.last); hours != tt.hours || days != tt.days {
			t.Errorf("%s: %d hours on %d days, want %d on %d", name, hours, days, tt.hours, tt.days)
		}
	}
}
