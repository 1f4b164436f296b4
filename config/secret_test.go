package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const hush = "hunter2-never-shown"

func TestSecretNeverPrints(t *testing.T) {
	type holder struct {
		Public Secret `json:"public" yaml:"public"`
		inner  Secret
		list   []Secret
		ptr    *Secret
	}
	s := NewSecret(hush)
	h := holder{s, s, []Secret{s}, &s}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%T"} {
		fmt.Fprintf(&out, verb+verb+verb+"\n", s, h, &h)
	}
	for _, v := range []any{s, h, map[string]any{"k": s}} {
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		y, err := yaml.Dump(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(j)
		out.Write(y)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("holding", slog.Any("secret", s), slog.Any("holder", h))
	}
	fmt.Fprint(&out, fmt.Errorf("send with %v: %w", s, errors.New("refused")))
	if strings.Contains(out.String(), hush) || strings.Contains(out.String(), fmt.Sprintf("%x", hush)) {
		t.Errorf("the secret was printed:\n%s", out.String())
	}
	if !strings.Contains(out.String(), mask) {
		t.Error("nothing shows that there is a secret")
	}
	if s.Reveal() != hush || s.String() != mask || !s.Set() || !s.Equal(NewSecret(hush)) {
		t.Error("the secret cannot be used")
	}
	if none := NewSecret(""); none.Set() || none.String() != "" || none.Reveal() != "" || none.Equal(s) {
		t.Error("no text should be no secret")
	}
}

// A file with every sort of mistake around a secret, which comes from outside or stands in the file itself.
func TestMistakesNeverShowSecrets(t *testing.T) {
	files := Files(func(string) ([]byte, error) { return []byte(hush), nil })
	for _, value := range []string{"${SECRET}", "${file:/run/secret}", hush, `"` + hush + `"`, "'" + hush + "'"} {
		for _, text := range []string{
			"slack: {token: VALUE, chanel: x}",
			"slack: {chanel: x, token: VALUE}",
			"slack:\n  token: VALUE\n  token: VALUE\n",
			"slack:\n  token: [VALUE]\n",
			"slack:\n  token: {a: VALUE}\n",
			"slack: {token:   VALUE , weekly_limit: 3}",
			"slack:\n  token: >-\n    VALUE\n    more\n\tbroken",
			"slack:\n  token:\n    VALUE\n  channel: [\n",
			"slack:\n  \"token\": VALUE: x\n",
			"warehouse: {password: VALUE, url: nowhere}",
			"warehouse: {private_key: VALUE, timeout: VALUE-}",
			"heartbeat_url: VALUE\nwebhook: {url: x, secret: VALUE}",
			"segment:\n  tokn: x\n  token: VALUE",
			"webhook: {signing_secret: VALUE",
		} {
			text = strings.ReplaceAll(text, "VALUE-", "5")
			text = strings.ReplaceAll(text, "VALUE", value)
			_, err := Parse("p.yaml", []byte(text), environ("SECRET", hush), files, words())
			if err == nil {
				t.Errorf("no mistake in\n%s", text)
				continue
			}
			if strings.Contains(err.Error(), hush) || strings.Contains(fmt.Sprintf("%+v %#v", err, err), hush) {
				t.Errorf("the secret is shown for\n%s\n%v", text, err)
			}
		}
	}
}

// What comes from outside is not shown either where it is no secret by name: nobody knows what a variable holds.
func TestMistakesNeverShowVariables(t *testing.T) {
	for _, text := range []string{
		"timezone: ${SECRET}", "state: ${SECRET}", "warehouse: {url: \"${SECRET}\"}", "warehouse: {concurrency: \"${SECRET}\"}",
		"warehouse: {timeout: \"${SECRET}\"}", "sources: [{schema: web, layout: \"${SECRET}\"}]", "privacy: {values: \"${SECRET}\"}",
		"events: [{severity: \"${SECRET}\"}]", "expect: [{kinds: [\"${SECRET}\"], from: \"${SECRET}\", until: 2026-01-01}]",
		"sources: [{schema: \"${SECRET}\"}, {schema: \"${SECRET}\"}]", "history: ${SECRET}", "slack: {api_url: \"${SECRET}\"}",
		"sources: [{schema: web}]\nplans: [{file: p.json, sources: [\"${SECRET}\"]}]", "slack: ${SECRET}", "checks: {rename: \"${SECRET}\"}",
		"destinations: [{name: \"${SECRET}\", events: [a]}, {name: \"${SECRET}\", events: [a]}]", "properties: [{open: \"${SECRET}\", names: [a]}]",
	} {
		_, err := Parse("p.yaml", []byte(text), environ("SECRET", hush), words())
		if err == nil {
			t.Errorf("no mistake in\n%s", text)
		} else if strings.Contains(err.Error(), hush) {
			t.Errorf("the variable is shown for\n%s\n%v", text, err)
		}
	}
}

func TestSecretFromOutsideMustNotBeEmpty(t *testing.T) {
	_, err := Parse("p.yaml", []byte("slack: {token: \"${TOKEN}\", channel: x}"), environ("TOKEN", ""))
	if err == nil || !strings.Contains(err.Error(), `the value of "${TOKEN}" is empty`) {
		t.Errorf("got %v", err)
	}
}
