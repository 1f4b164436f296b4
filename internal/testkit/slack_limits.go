package testkit

import (
	"encoding/json"
	"net/url"
	"unicode/utf16"
)

// What Slack refuses. The last is in no page of Slack's: it is what people have run into.
const (
	slackBlocks       = 50
	slackSection      = 3000
	slackHeader       = 150
	slackFields       = 10
	slackField        = 2000
	slackElements     = 10
	slackText         = 40_000
	slackBlocksInAll  = 13_000
	slackMetadataSize = 8_000
)

// parsePost reads a message from its form, or says with Slack's word why it refuses it.
func parsePost(form url.Values) (SlackPost, string) {
	p := SlackPost{Channel: form.Get("channel"), Thread: form.Get("thread_ts"), Text: form.Get("text"), Form: form}
	if raw := form.Get("blocks"); raw != "" {
		if json.Unmarshal([]byte(raw), &p.Blocks) != nil {
			return p, "invalid_blocks_format"
		}
	}
	if raw := form.Get("metadata"); raw != "" {
		if json.Unmarshal([]byte(raw), &p.Metadata) != nil || p.Metadata["event_type"] == nil || p.Metadata["event_payload"] == nil {
			return p, "invalid_metadata_format"
		}
		if len(raw) > slackMetadataSize {
			return p, "metadata_too_large"
		}
	}
	switch {
	case p.Text == "" && len(p.Blocks) == 0:
		return p, "no_text"
	case characters(p.Text) > slackText:
		return p, "msg_too_long"
	}
	return p, SlackRefuses(p.Blocks)
}

// SlackRefuses returns the error with which Slack answers blocks like these; "" when it takes them.
func SlackRefuses(blocks []map[string]any) string {
	if len(blocks) > slackBlocks {
		return "invalid_blocks"
	}
	total := 0
	for _, b := range blocks {
		if !blockFits(b) {
			return "invalid_blocks"
		}
		for _, text := range blockTexts(b) {
			total += characters(text)
		}
	}
	if total > slackBlocksInAll {
		return "msg_blocks_too_long"
	}
	return ""
}

// blockFits holds one block to the limits of its type; a type that is not here is refused, so that it is added with
// its limits.
func blockFits(b map[string]any) bool {
	switch b["type"] {
	case "section":
		fields, _ := b["fields"].([]any)
		if b["text"] == nil && len(fields) == 0 || len(fields) > slackFields {
			return false
		}
		for _, f := range fields {
			if !textFits(f, slackField, "mrkdwn", "plain_text") {
				return false
			}
		}
		return b["text"] == nil || textFits(b["text"], slackSection, "mrkdwn", "plain_text")
	case "header":
		return textFits(b["text"], slackHeader, "plain_text")
	case "context":
		elements, _ := b["elements"].([]any)
		if len(elements) == 0 || len(elements) > slackElements {
			return false
		}
		for _, e := range elements {
			if !textFits(e, slackSection, "mrkdwn", "plain_text") {
				return false
			}
		}
		return true
	case "divider":
		return true
	}
	return false
}

// textFits says whether a value is a text object of one of the types, neither empty nor too long.
func textFits(value any, limit int, types ...string) bool {
	object, _ := value.(map[string]any)
	text, _ := object["text"].(string)
	for _, t := range types {
		if object["type"] == t {
			return text != "" && characters(text) <= limit
		}
	}
	return false
}

// blockTexts returns the texts of a block.
func blockTexts(b map[string]any) []string {
	objects := []any{b["text"]}
	for _, key := range []string{"fields", "elements"} {
		list, _ := b[key].([]any)
		objects = append(objects, list...)
	}
	var texts []string
	for _, o := range objects {
		object, _ := o.(map[string]any)
		if text, ok := object["text"].(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// characters counts as Slack does, in UTF-16.
func characters(s string) int { return len(utf16.Encode([]rune(s))) }
