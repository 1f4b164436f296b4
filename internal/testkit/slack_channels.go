package testkit

import (
	"net/http"
	"slices"
	"strings"
)

// Scopes sets what the token may, as Slack lists it: chat:write,channels:read.
func (s *Slack) Scopes(list string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = list
}

// Leave takes the bot out of a channel.
func (s *Slack) Leave(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent[channel] = true
}

// list answers conversations.list, a channel to a page, as it may for a caller that has the scope.
func (s *Slack) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mayRead(w, r) {
		return
	}
	var names []string
	for n := range s.channels {
		names = append(names, n)
	}
	slices.Sort(names)
	at := 0
	if c := r.Form.Get("cursor"); c != "" {
		at = slices.Index(names, c)
	}
	if at < 0 || len(names) == 0 {
		refuse(w, "invalid_cursor")
		return
	}
	next := ""
	if at+1 < len(names) {
		next = names[at+1]
	}
	reply(w, map[string]any{
		"ok": true, "channels": []any{s.shown(names[at])}, "response_metadata": map[string]any{"next_cursor": next},
	})
}

// info answers conversations.info.
func (s *Slack) info(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mayRead(w, r) {
		return
	}
	for n, id := range s.channels {
		if id == r.Form.Get("channel") {
			reply(w, map[string]any{"ok": true, "channel": s.shown(n)})
			return
		}
	}
	refuse(w, "channel_not_found")
}

func (s *Slack) shown(name string) map[string]any {
	return map[string]any{"id": s.channels[name], "name": strings.TrimPrefix(name, "#"), "is_channel": true, "is_member": !s.absent[name]}
}

// mayRead refuses a caller without the scope.
func (s *Slack) mayRead(w http.ResponseWriter, r *http.Request) bool {
	if r.ParseForm() != nil {
		refuse(w, "invalid_form_data")
		return false
	}
	if code := s.auth(r); code != "" {
		refuse(w, code)
		return false
	}
	if !slices.Contains(strings.FieldsFunc(s.scopes, func(r rune) bool { return r == ',' || r == ' ' }), "channels:read") {
		refuse(w, "missing_scope")
		return false
	}
	return true
}
