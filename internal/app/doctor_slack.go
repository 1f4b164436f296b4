package app

import (
	"context"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/notify/slack"
)

// slack asks whose the token is, what it may, and whether the channels are there.
func (e *examination) slack(ctx context.Context) {
	c := e.a.Config.Slack
	if !c.Token.Set() {
		e.say("slack", Noted, "not configured: findings are printed and posted nowhere", "slack: {token: \"${SLACK_BOT_TOKEN}\", channel: \"#data-quality\"}")
		return
	}
	n := slack.New(c.Token.Reveal(), c.APIURL, e.client)
	p, err := n.Probe(ctx)
	if err != nil {
		e.say("slack", Problem, e.cause(err), "")
		return
	}
	text := "token of " + names.Visible(p.User) + " in " + names.Visible(p.Team)
	switch {
	case p.Scopes == nil:
		e.say("slack", Noted, text+"; Slack does not say which scopes it has", "it needs chat:write")
	case !slices.Contains(p.Scopes, "chat:write"):
		e.say("slack", Problem, text+" lacks the scope chat:write, with which messages are posted", "Slack app > OAuth & Permissions > Bot Token Scopes, then reinstall the app")
	default:
		e.say("slack", Well, text+", may post (chat:write)", "")
	}
	channels := []string{c.Channel}
	for _, r := range c.Routes {
		channels = append(channels, r.Channel)
	}
	slices.Sort(channels)
	for _, name := range slices.Compact(channels) {
		if name != "" {
			e.channel(ctx, n, p, name)
		}
	}
}

func (e *examination) channel(ctx context.Context, n *slack.Notifier, p slack.Probe, name string) {
	shown := names.Visible(name)
	got, err := n.Channel(ctx, p, name)
	switch {
	case err != nil:
		e.say("slack", Problem, e.cause(err), "")
	case got.Unknown != "":
		e.say("slack", Noted, shown+": "+got.Unknown, "")
	case !got.Found && !p.Has("groups:read"):
		e.say("slack", Problem, shown+" is no public channel", "check slack.channel and slack.routes; a private channel can be seen with the scope groups:read")
	case !got.Found:
		e.say("slack", Problem, shown+" is not there, or is private and the bot is not in it", "check slack.channel and slack.routes, and /invite the bot in it")
	case got.Archived:
		e.say("slack", Problem, shown+" is archived", "unarchive it, or name another channel")
	case !got.Member && !p.Has("chat:write.public"):
		e.say("slack", Problem, "the bot is not in "+shown, "/invite @"+strings.TrimPrefix(p.User, "@")+" in the channel")
	default:
		e.say("slack", Well, shown+" is there and takes messages", "")
	}
}
