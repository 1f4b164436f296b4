package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/words"
)

func newDoctor(g *global) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say whether everything that an audit needs is there, and how to mend what is not",
		Long: "Looks at the connection, the rights to read, each source, the plan, the state, the hour by which a day has\n" +
			"landed, and Slack, and says of each: ok, problem or note. It changes nothing and posts nothing.\n\n" +
			"Exit codes: 0 no problem, 2 a problem.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.doctor(cmd.Context(), format) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func (g *global) doctor(ctx context.Context, format string) error {
	if format != "text" && format != "json" {
		return usage(fmt.Errorf("--format %s: write text or json", format))
	}
	c, err := g.load()
	if err != nil {
		return err
	}
	log, err := g.logger()
	if err != nil {
		return err
	}
	a, err := app.New(c, app.Options{Now: g.now, Log: log, NoPlans: true})
	if err != nil {
		return err
	}
	signs := app.Examine(ctx, a, &http.Client{Timeout: app.Patience}, app.Patience)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stopped: %w", err)
	}
	if format == "json" {
		err = signsJSON(g.out, signs)
	} else {
		signsText(g.out, signs)
	}
	problems := 0
	for _, s := range signs {
		if s.Health == app.Problem {
			problems++
		}
	}
	if err == nil && problems > 0 {
		return &exit{code: exitUsage}
	}
	return err
}

// signsText writes a line for each sign, and below it what to do, in 80 columns.
func signsText(w io.Writer, signs []app.Sign) {
	problems := 0
	for _, s := range signs {
		if s.Health == app.Problem {
			problems++
		}
		under(w, fmt.Sprintf("%-8s %-11s", s.Health, s.What), words.Safe(s.Text))
		if s.Mend != "" {
			under(w, "", "mend: "+words.Safe(s.Mend))
		}
	}
	switch problems {
	case 0:
		fmt.Fprintln(w, "\nNothing stands in the way. Next: plumbline audit")
	default:
		fmt.Fprintf(w, "\n%s to mend.\n", words.Many(int64(problems), "problem", "problems"))
	}
}

// under writes a label and a text whose further lines stand under its beginning.
func under(w io.Writer, label, text string) {
	indent := max(20, len(label)) + 1
	lines := fill(text, 80-indent)
	for i, l := range lines {
		if i > 0 {
			label = ""
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-*s%s", indent, label, l), " "))
	}
}

// fill breaks a text into lines of at most width characters; a word that is longer stands alone.
func fill(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		if line != "" && used+1+n > width {
			lines, line, used = append(lines, line), "", 0
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}

// signsJSON writes the signs for scripts.
func signsJSON(w io.Writer, signs []app.Sign) error {
	type sign struct {
		What   string  `json:"what"`
		Health string  `json:"health"`
		Text   string  `json:"text"`
		Mend   *string `json:"mend"`
	}
	doc := struct {
		SchemaVersion int    `json:"schema_version"`
		OK            bool   `json:"ok"`
		Signs         []sign `json:"signs"`
	}{SchemaVersion: 1, OK: true, Signs: []sign{}}
	for _, s := range signs {
		doc.OK = doc.OK && s.Health != app.Problem
		one := sign{What: s.What, Health: string(s.Health), Text: s.Text}
		if s.Mend != "" {
			one.Mend = &s.Mend
		}
		doc.Signs = append(doc.Signs, one)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return errors.Join(errors.New("write the signs as JSON"), err)
	}
	return nil
}
