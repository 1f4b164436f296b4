package config

import (
	"fmt"
	"log/slog"
)

// mask is what a secret looks like wherever it would be printed.
const mask = "•••"

// Secret is a value that must not be seen: it prints as ••• in every format, in JSON, YAML and logs.
// The text is kept behind a function, so that printing a struct around it cannot reach it either.
type Secret struct{ reveal func() string }

// NewSecret hides a text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return text }}
}

// Reveal returns the hidden text, for the one place that sends it; "" when nothing was set.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Set says whether there is a secret.
func (s Secret) Set() bool { return s.reveal != nil }

// Equal says whether two secrets hide the same text.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

// String is ••• for every secret that is set.
func (s Secret) String() string {
	if !s.Set() {
		return ""
	}
	return mask
}

// Format prints ••• whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// MarshalText is what JSON and other text encodings get.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML is what YAML gets.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// LogValue is what a structured log gets.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
