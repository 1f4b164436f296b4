package app

import (
	"context"
	"errors"
	"net/http"

	"github.com/plumbline-audit/plumbline/internal/notify"
	"github.com/plumbline-audit/plumbline/internal/notify/slack"
)

// CanNotify says what is missing for messages to be posted.
func (a *App) CanNotify() error {
	switch {
	case a.Config.Slack.Token.Reveal() == "":
		return &UsageError{errors.New("--notify needs slack.token in the configuration, such as token: ${SLACK_BOT_TOKEN}")}
	case a.Config.Slack.Channel == "" && len(a.Config.Slack.Routes) == 0:
		return &UsageError{errors.New("--notify needs slack.channel in the configuration, such as channel: \"#data-quality\"")}
	}
	return nil
}

// Deliver posts every message that waits.
func (a *App) Deliver(ctx context.Context, client *http.Client) (notify.Delivery, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return notify.Delivery{}, err
	}
	n := slack.New(a.Config.Slack.Token.Reveal(), a.Config.Slack.APIURL, client)
	return notify.Deliver(ctx, &outbox{store: store}, n, a.o.Now, a.o.Log)
}
