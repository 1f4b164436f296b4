// Package testkit holds what tests of several packages share: fakes that hold callers to the real thing's limits.
package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Slack is a Slack that records. It answers chat.postMessage and auth.test as Slack does, and refuses what Slack
// refuses: a wrong token, an unknown channel or thread, blocks beyond the limits, messages faster than one a second.
type Slack struct {
	URL string // of its Web API

	mu       sync.Mutex
	token    string
	channels map[string]string // by name: id
	posts    []SlackPost
	answers  []http.HandlerFunc // for the next requests, before any rule
	scopes   string
	absent   map[string]bool // channels that the bot is not in
	pace     time.Duration
	now      func() time.Time
	next     map[string]time.Time // by channel: when it takes another message
}

// SlackPost is one message that was accepted.
type SlackPost struct {
	Channel  string // as the caller named it
	Thread   string // the message it answers; "": none
	TS       string // its own id
	Text     string // for notifications
	Blocks   []map[string]any
	Metadata map[string]any
	Form     url.Values // everything as it was sent
}

// Shown returns all text that stands in the blocks, a text a line.
func (p SlackPost) Shown() string {
	var lines []string
	for _, b := range p.Blocks {
		lines = append(lines, blockTexts(b)...)
	}
	return strings.Join(lines, "\n")
}

// NewSlack starts a Slack for one test. It knows the token and the channels, by name or by id.
func NewSlack(tb testing.TB, token string, channels ...string) *Slack {
	tb.Helper()
	s := &Slack{
		token: token, channels: map[string]string{}, next: map[string]time.Time{}, now: time.Now,
		scopes: "chat:write,channels:read", absent: map[string]bool{},
	}
	for i, c := range channels {
		s.channels[c] = "C" + fmt.Sprintf("%08d", i+1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/chat.postMessage", s.postMessage)
	mux.HandleFunc("POST /api/auth.test", s.authTest)
	mux.HandleFunc("POST /api/conversations.list", s.list)
	mux.HandleFunc("POST /api/conversations.info", s.info)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	s.URL = server.URL + "/api/"
	return s
}

// Pace makes it refuse a message that follows another in the same channel within d by the clock now.
func (s *Slack) Pace(d time.Duration, now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace, s.now = d, now
}

// Answer lets h answer the next request in its place: a fault, a limit, a connection that breaks.
func (s *Slack) Answer(h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, h)
}

// Posts returns what was accepted, in order.
func (s *Slack) Posts() []SlackPost {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.posts)
}

func (s *Slack) authTest(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		refuse(w, "invalid_form_data")
		return
	}
	if code := s.auth(r); code != "" {
		refuse(w, code)
		return
	}
	w.Header().Set("X-Oauth-Scopes", s.scopes)
	reply(w, map[string]any{"ok": true, "team": "Northlight", "team_id": "T00000001", "user": "plumbline", "user_id": "U00000001", "bot_id": "B00000001"})
}

func (s *Slack) postMessage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) > 0 {
		h := s.answers[0]
		s.answers = s.answers[1:]
		h(w, r)
		return
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.ParseForm() != nil {
		refuse(w, "invalid_form_data")
		return
	}
	if code := s.auth(r); code != "" {
		refuse(w, code)
		return
	}
	name := r.Form.Get("channel")
	id, known := s.channel(name)
	if !known {
		refuse(w, "channel_not_found")
		return
	}
	now := s.now()
	if wait := s.next[id].Sub(now); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	p, code := parsePost(r.Form)
	if code == "" && p.Thread != "" && !slices.ContainsFunc(s.posts, func(o SlackPost) bool { return o.TS == p.Thread }) {
		code = "thread_not_found"
	}
	if code != "" {
		refuse(w, code)
		return
	}
	s.next[id] = now.Add(s.pace)
	p.TS = fmt.Sprintf("1780000000.%06d", len(s.posts)+1)
	s.posts = append(s.posts, p)
	reply(w, map[string]any{"ok": true, "channel": id, "ts": p.TS, "message": map[string]any{"text": p.Text, "ts": p.TS}})
}

// auth says what is wrong with a request's token; "" is nothing.
func (s *Slack) auth(r *http.Request) string {
	token := r.Form.Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	switch token {
	case "":
		return "not_authed"
	case s.token:
		return ""
	}
	return "invalid_auth"
}

// channel finds a channel by the name it was made with, with or without #, or by its id.
func (s *Slack) channel(name string) (id string, known bool) {
	for n, id := range s.channels {
		if name == n || name == id || "#"+name == n {
			return id, true
		}
	}
	return "", false
}

func refuse(w http.ResponseWriter, code string) { reply(w, map[string]any{"ok": false, "error": code}) }

func reply(w http.ResponseWriter, body map[string]any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // a caller that has gone away needs no answer
}
