package slack_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/notify/slack"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

const probeToken = "xoxb-1-probe"

func TestProbe(t *testing.T) {
	t.Parallel()
	fake := testkit.NewSlack(t, probeToken, "#data-quality", "#web-data")
	client := &http.Client{Timeout: 5 * time.Second}
	n := slack.New(probeToken, fake.URL, client)
	fake.Scopes("chat:write, channels:read")
	p, err := n.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slack.Probe{Team: "Northlight", User: "plumbline", Scopes: []string{"chat:write", "channels:read"}}, p); diff != "" {
		t.Error(diff)
	}
	fake.Leave("#web-data")
	for name, tt := range map[string]struct {
		channel string
		scopes  []string
		want    slack.Channel
		unknown bool
	}{
		"by its name, on a later page": {"#web-data", p.Scopes, slack.Channel{Found: true}, false},
		"without the sign":             {"data-quality", p.Scopes, slack.Channel{Found: true, Member: true}, false},
		"by its id":                    {"C00000001", p.Scopes, slack.Channel{Found: true, Member: true}, false},
		"an id that is not there":      {"C99999999", p.Scopes, slack.Channel{}, false},
		"a name that is not there":     {"#elsewhere", p.Scopes, slack.Channel{}, false},
		"without the scope":            {"#data-quality", []string{"chat:write"}, slack.Channel{}, true},
	} {
		got, err := n.Channel(t.Context(), slack.Probe{Scopes: tt.scopes}, tt.channel)
		if err != nil || (got.Unknown != "") != tt.unknown {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		got.Unknown = ""
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if len(fake.Posts()) > 0 {
		t.Error("a message was posted")
	}
}

func TestProbeRefused(t *testing.T) {
	t.Parallel()
	fake := testkit.NewSlack(t, probeToken)
	wrong := slack.New("xoxb-2-wrong", fake.URL, &http.Client{Timeout: 5 * time.Second})
	if _, err := wrong.Probe(t.Context()); err == nil || !strings.Contains(err.Error(), "invalid_auth") || !strings.Contains(err.Error(), "slack.token") ||
		strings.Contains(err.Error(), "xoxb") {
		t.Errorf("a wrong token: %v", err)
	}
	nobody := slack.New(probeToken, "http://127.0.0.1:1/", &http.Client{Timeout: 5 * time.Second})
	if _, err := nobody.Probe(t.Context()); err == nil || strings.Contains(err.Error(), probeToken) || !strings.Contains(err.Error(), "can be reached") {
		t.Errorf("nobody answers: %v", err)
	}
}
