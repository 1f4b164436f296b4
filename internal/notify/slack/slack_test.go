package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/notify/slack"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

const token = "xoxb-111-222-verysecret"

func TestNotify(t *testing.T) {
	t.Parallel()
	s := testkit.NewSlack(t, token, "#data-quality")
	n := slack.New(token, s.URL, http.DefaultClient)
	first, err := n.Notify(t.Context(), rename())
	if err != nil {
		t.Fatal(err)
	}
	if first.Channel != "C00000001" || first.Thread == "" {
		t.Errorf("receipt %+v names neither channel nor thread", first)
	}
	after := resolved()
	after.Thread = first.Thread
	if _, err := n.Notify(t.Context(), after); err != nil {
		t.Fatal(err)
	}
	posts := s.Posts()
	if len(posts) != 2 {
		t.Fatalf("posted %d messages", len(posts))
	}
	if posts[0].Thread != "" || posts[1].Thread != first.Thread {
		t.Errorf("threads are %q and %q, want none and %q", posts[0].Thread, posts[1].Thread, first.Thread)
	}
	want := map[string]any{
		"event_type":    "plumbline_finding",
		"event_payload": map[string]any{"finding_id": "PL-7K2M9Q", "message_id": "m1", "workspace": "northlight", "news": "new"},
	}
	if diff := cmp.Diff(want, posts[0].Metadata); diff != "" {
		t.Errorf("metadata differs (-want +got):\n%s", diff)
	}
	for key, value := range map[string]string{"unfurl_links": "false", "unfurl_media": "false"} {
		if got := posts[0].Form.Get(key); got != value {
			t.Errorf("%s is %q, want %q", key, got, value)
		}
	}
	if !strings.HasPrefix(posts[0].Text, `Critical: "Purchase Completed" is now sent as "purchase_completed" since Tue 26 May 14:05 UTC`) {
		t.Errorf("fallback text is %q", posts[0].Text)
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte("<html>" + token + "</html>"))
	}
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
}

type failure struct {
	token, channel string
	answer         http.HandlerFunc
	temporary      time.Duration // 0: a person must act
	says           string
}

func failures() map[string]failure {
	return map[string]failure{
		"an unknown channel":           {channel: "#nowhere", says: "invite the bot: /invite in #nowhere"},
		"a wrong token":                {token: "xoxb-other", says: "slack.token"},
		"the bot is not in it":         {answer: answer(`{"ok":false,"error":"not_in_channel"}`), says: "invite the bot"},
		"a scope is missing":           {answer: answer(`{"ok":false,"error":"missing_scope","needed":"chat:write"}`), says: "chat:write"},
		"blocks that Slack refuses":    {answer: answer(`{"ok":false,"error":"invalid_blocks"}`), says: "fault of plumbline"},
		"a code nobody knows":          {answer: answer(`{"ok":false,"error":"brand_new"}`), says: "brand_new"},
		"not Slack at all":             {answer: status(http.StatusNotFound), says: "slack.api_url"},
		"too fast, wait 7 seconds":     {answer: status(http.StatusTooManyRequests, "Retry-After", "7"), temporary: 7 * time.Second, says: "rate limit"},
		"too fast, no hint":            {answer: status(http.StatusTooManyRequests), temporary: time.Minute, says: "429"},
		"Slack is down":                {answer: status(http.StatusBadGateway), temporary: time.Minute, says: "502"},
		"Slack has a fault of its own": {answer: answer(`{"ok":false,"error":"internal_error"}`), temporary: time.Minute, says: "internal_error"},
		"half an answer":               {answer: answer(`{"ok":tr`), temporary: time.Minute, says: "post to slack channel #data-quality"},
		"the connection breaks": {
			answer:    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			temporary: time.Minute, says: "post to slack channel #data-quality",
		},
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, tc := range failures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testkit.NewSlack(t, token, "#data-quality")
			if tc.answer != nil {
				s.Answer(tc.answer)
			}
			m, use := rename(), token
			if tc.channel != "" {
				m.Channel = tc.channel
			}
			if tc.token != "" {
				use = tc.token
			}
			_, err := slack.New(use, s.URL, http.DefaultClient).Notify(t.Context(), m)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Fatalf("error is %v, want it to say %q", err, tc.says)
			}
			var temporary *notify.TemporaryError
			var refused *notify.RefusedError
			switch {
			case tc.temporary > 0 && !errors.As(err, &temporary), tc.temporary == 0 && !errors.As(err, &refused):
				t.Fatalf("error is a %T: %v", err, err)
			case tc.temporary > 0 && temporary.After != tc.temporary:
				t.Errorf("to be tried again after %s, want %s", temporary.After, tc.temporary)
			}
			if strings.Contains(err.Error(), use) {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

// box is an outbox in memory.
type box struct {
	waiting []audit.Outgoing
	told    []audit.Told
	why     []string
}

func (b *box) Claim(context.Context, time.Time, time.Duration) (audit.Outgoing, bool, error) {
	if len(b.waiting) == 0 {
		return audit.Outgoing{}, false, nil
	}
	o := b.waiting[0]
	b.waiting = b.waiting[1:]
	return o, true, nil
}

func (b *box) Delivered(_ context.Context, _ string, t audit.Told) error {
	b.told = append(b.told, t)
	return nil
}

func (b *box) Undelivered(_ context.Context, _, why string, _ time.Time) error {
	b.why = append(b.why, why)
	return nil
}

func waiting(t *testing.T, messages ...notify.Message) *box {
	t.Helper()
	b := &box{}
	for _, m := range messages {
		body, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		b.waiting = append(b.waiting, audit.Outgoing{ID: m.ID, Route: m.Channel, Body: body})
	}
	return b
}

// TestTokenIsNowhere: not in what is logged, not in what is kept of a message that failed.
func TestTokenIsNowhere(t *testing.T) {
	t.Parallel()
	s := testkit.NewSlack(t, token, "#data-quality")
	for range 3 {
		s.Answer(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}
	lost := rename()
	lost.Channel = "#nowhere"
	b := waiting(t, rename(), lost, outage())
	var log bytes.Buffer
	d, err := notify.Deliver(t.Context(), b, slack.New(token, s.URL, http.DefaultClient), time.Now, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil || d.Undelivered == 0 {
		t.Fatalf("delivery %+v, %v", d, err)
	}
	for _, text := range append(b.why, log.String()) {
		if strings.Contains(text, token) || strings.Contains(text, "verysecret") {
			t.Errorf("the token stands in %s", text)
		}
	}
}

// TestPace: Slack takes one message a second in a channel; the second one waits for it and both arrive.
func TestPace(t *testing.T) {
	t.Parallel()
	s := testkit.NewSlack(t, token, "#data-quality")
	s.Pace(time.Second, time.Now)
	b := waiting(t, rename(), outage())
	d, err := notify.Deliver(t.Context(), b, slack.New(token, s.URL, http.DefaultClient), time.Now, slog.New(slog.DiscardHandler))
	if err != nil || d.Delivered != 2 || len(s.Posts()) != 2 {
		t.Errorf("delivered %+v, %v, why not: %q", d, err, b.why)
	}
}
