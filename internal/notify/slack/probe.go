package slack

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/plumbline-audit/plumbline/internal/notify"
)

// Probe is what Slack says of a token.
type Probe struct {
	Team, User string
	Scopes     []string // nil where Slack did not say
}

// Has says whether the token has a scope, as far as is known.
func (p Probe) Has(scope string) bool { return p.Scopes == nil || slices.Contains(p.Scopes, scope) }

// Probe asks Slack whose the token is and what it may. It posts nothing.
func (n *Notifier) Probe(ctx context.Context) (Probe, error) {
	r, err := n.api.AuthTestContext(ctx)
	if err != nil {
		return Probe{}, n.reworded("ask slack about the token", err)
	}
	p := Probe{Team: r.Team, User: r.User}
	if list, ok := r.Header["X-Oauth-Scopes"]; ok {
		p.Scopes = []string{}
		for s := range strings.SplitSeq(strings.Join(list, ","), ",") {
			if s = strings.TrimSpace(s); s != "" {
				p.Scopes = append(p.Scopes, s)
			}
		}
	}
	return p, nil
}

// Channel is how a channel stands to the bot.
type Channel struct {
	Found    bool
	Member   bool
	Archived bool
	Unknown  string // why nothing can be said; "" where something was
}

// channelID is what Slack's ids of channels look like.
var channelID = regexp.MustCompile(`^[CGD][A-Z0-9]{7,}$`)

// listed is how many channels are looked through for a name, a thousand to a page.
const listed = 10

// Channel looks a channel up, by its id or by its name. It posts nothing, and needs the scope channels:read, or
// groups:read for private ones.
func (n *Notifier) Channel(ctx context.Context, p Probe, name string) (Channel, error) {
	var kinds []string
	if slices.Contains(p.Scopes, "channels:read") {
		kinds = append(kinds, "public_channel")
	}
	if slices.Contains(p.Scopes, "groups:read") {
		kinds = append(kinds, "private_channel")
	}
	if len(kinds) == 0 {
		return Channel{Unknown: "it can only be looked up with the scope channels:read; the first message will tell"}, nil
	}
	if channelID.MatchString(name) {
		c, err := n.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: name})
		var answer slack.SlackErrorResponse
		if errors.As(err, &answer) && answer.Err == "channel_not_found" {
			return Channel{}, nil
		}
		if err != nil {
			return Channel{}, n.reworded("look up slack channel "+name, err)
		}
		return Channel{Found: true, Member: c.IsMember, Archived: c.IsArchived}, nil
	}
	params := slack.GetConversationsParameters{Limit: 1000, Types: kinds}
	for range listed {
		page, next, err := n.api.GetConversationsContext(ctx, &params)
		if err != nil {
			return Channel{}, n.reworded("look up slack channel "+name, err)
		}
		for _, c := range page {
			if c.Name == strings.TrimPrefix(name, "#") {
				return Channel{Found: true, Member: c.IsMember, Archived: c.IsArchived}, nil
			}
		}
		if next == "" {
			return Channel{}, nil
		}
		params.Cursor = next
	}
	return Channel{Unknown: "there are too many channels to look it up by its name; the first message will tell"}, nil
}

// reworded says what was being done and what to do, without the token.
func (n *Notifier) reworded(doing string, err error) error {
	explained := n.explain(err, "")
	mend := "see whether slack.com can be reached from here"
	if r, ok := errors.AsType[*notify.RefusedError](explained); ok {
		mend = r.Mend
	}
	text := err.Error()
	if n.token != "" {
		text = strings.ReplaceAll(text, n.token, "•••")
	}
	return fmt.Errorf("%s: %s: %s", doing, text, mend)
}
