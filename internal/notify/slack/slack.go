// Package slack posts messages to Slack: blocks, threads, and errors that say what to do.
package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/plumbline-audit/plumbline/internal/notify"
)

// eventType is how plumbline recognises its own messages in a channel's history.
const eventType = "plumbline_finding"

// unsure is how long to wait before a message is posted again whose answer was lost: long enough for Slack to recover.
const unsure = time.Minute

// Notifier posts to one Slack workspace.
type Notifier struct {
	api   *slack.Client
	token string
}

// New returns a Notifier. The token is a bot's, with chat:write; apiURL is Slack's own when it is "". It connects to
// nothing. Nothing that the Notifier returns holds the token.
func New(token, apiURL string, client *http.Client) *Notifier {
	options := []slack.Option{slack.OptionHTTPClient(client)}
	if apiURL != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimRight(apiURL, "/")+"/"))
	}
	return &Notifier{api: slack.New(token, options...), token: token}
}

// Notify posts a message: on its own, or into the thread it follows. Its errors are a *notify.TemporaryError or a
// *notify.RefusedError.
func (n *Notifier) Notify(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	text, blocks := Render(m)
	options := []slack.MsgOption{
		slack.MsgOptionText(text, false), // Render has escaped it
		slack.MsgOptionBlocks(blocks...),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{
			"finding_id": m.Finding.ID, "message_id": m.ID, "workspace": m.Workspace, "news": string(m.News),
		}}),
	}
	if m.Thread != "" {
		options = append(options, slack.MsgOptionTS(m.Thread))
	}
	channel, ts, err := n.api.PostMessageContext(ctx, m.Channel, options...)
	if err != nil {
		return notify.Receipt{}, n.explain(err, m.Channel)
	}
	return notify.Receipt{Channel: channel, Thread: ts}, nil
}

// explain turns what went wrong into what to do about it.
func (n *Notifier) explain(err error, channel string) error {
	var limited *slack.RateLimitedError
	var answer slack.SlackErrorResponse
	var status slack.StatusCodeError
	wrapped := n.wrap(err, channel)
	switch {
	case errors.As(err, &limited):
		return &notify.TemporaryError{After: max(limited.RetryAfter, time.Second), Err: wrapped}
	case errors.As(err, &answer):
		return refusal(answer.Err, channel, wrapped)
	case errors.As(err, &status):
		if status.Retryable() {
			return &notify.TemporaryError{After: unsure, Err: wrapped}
		}
		return &notify.RefusedError{Mend: "is slack.api_url the address of Slack's Web API?", Err: wrapped}
	case errors.Is(err, context.Canceled):
		return wrapped
	default:
		// No answer, or one that was cut short: the message may stand in the channel. Of losing it and repeating it,
		// repeating is the smaller harm.
		return &notify.TemporaryError{After: unsure, Err: wrapped}
	}
}

// refusal is what Slack answered in words.
func refusal(code, channel string, err error) error {
	refused := func(mend string) error { return &notify.RefusedError{Mend: mend, Err: err} }
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable",
		"request_timeout", "team_added_to_org":
		return &notify.TemporaryError{After: unsure, Err: err}
	case "channel_not_found", "not_in_channel":
		return refused("check slack.channel and slack.routes, and invite the bot: /invite in " + channel)
	case "is_archived":
		return refused("unarchive " + channel + ", or name another channel in slack.channel or slack.routes")
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired":
		return refused("put a bot token that is valid into slack.token (Slack app > OAuth & Permissions)")
	case "missing_scope", "no_permission", "ekm_access_denied", "restricted_action", "restricted_action_thread_only_channel":
		return refused("give the bot the scope chat:write and let it post in " + channel)
	case "invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text", "invalid_arguments", "metadata_too_large":
		return refused("this is a fault of plumbline: please report it with the finding's kind")
	}
	return refused("look the code up in Slack's page on chat.postMessage")
}

// wrap says what was being done, without the token wherever the cause might repeat it.
func (n *Notifier) wrap(err error, channel string) error {
	if n.token != "" && strings.Contains(err.Error(), n.token) {
		err = errors.New(strings.ReplaceAll(err.Error(), n.token, "•••"))
	}
	return fmt.Errorf("post to slack channel %s: %w", channel, err)
}
