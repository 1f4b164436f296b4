package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/simulate"
	"github.com/plumbline-audit/plumbline/tools/eval/figures"
)

// told is one pair of names that a report names in a source.
type told struct {
	Kind    string `json:"kind"`
	Source  string `json:"source"`
	Event   string `json:"event"`
	Related string `json:"related_event"`
}

// report is what a rename's reader takes from the program's report.
type report struct {
	Audit struct {
		Complete   bool              `json:"complete"`
		NotChecked []json.RawMessage `json:"not_checked"`
	} `json:"audit"`
	Findings []struct {
		told
		Sources []string `json:"sources"`
		Members []told   `json:"members"`
	} `json:"findings"`
}

// audit runs the program with an empty state on the workspace in dir, and returns the pairs it names.
func audit(program, dir string, asOf time.Time) ([]told, error) {
	if err := forget(dir); err != nil {
		return nil, err
	}
	text, err := figures.Run(program, dir, "audit", "--as-of", asOf.Format(time.DateOnly), "--format", "json", "--fail-on", "never")
	if err != nil {
		return nil, err
	}
	pairs, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("audit %s: %w", dir, err)
	}
	return pairs, nil
}

// forget empties the state in a folder.
func forget(dir string) error {
	state, err := filepath.Glob(filepath.Join(dir, "plumbline.db*"))
	if err != nil {
		return fmt.Errorf("look for an older state: %w", err)
	}
	for _, f := range state {
		if err := os.Remove(f); err != nil {
			return fmt.Errorf("empty the state: %w", err)
		}
	}
	return nil
}

// read takes the pairs of names out of a report. One that is not complete measures nothing.
func read(text []byte) ([]told, error) {
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	if !r.Audit.Complete || len(r.Audit.NotChecked) > 0 {
		return nil, errors.New("it is not complete; read the report for what was not checked")
	}
	return r.pairs(), nil
}

// pairs are the pairs of names that a report names, each once for each source.
func (r report) pairs() []told {
	var out []told
	add := func(t told) {
		if t.Related != "" && (t.Kind == "rename" || t.Kind == "near-duplicate") && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	for _, f := range r.Findings {
		for _, m := range f.Members {
			add(m)
		}
		if len(f.Members) == 0 {
			for _, s := range f.Sources {
				add(told{f.Kind, s, f.Event, f.Related})
			}
		}
	}
	return out
}

// A verdict is how one workspace was judged.
type verdict struct {
	w      *simulate.Workspace
	found  []simulate.Change // renames that were told, with both names and in a source where they happened
	missed []simulate.Change
	nearly []simulate.Change // of those: told as two spellings of one name
	wrong  []told            // renames told that are none
}

// judge holds what was told against the truth. A rename is found if a `rename` names the old name as event and the new
// one as related, in a source where it happened. Every other pair that a `rename` names is false: an event that ended
// and another that began, a feature and its successor, the right names in the wrong order or in a source where nothing
// happened. A pair is counted once, in however many sources it is told.
func judge(w *simulate.Workspace, pairs []told) verdict {
	v := verdict{w: w}
	for _, c := range w.Truth.Renames {
		is := func(kind string) bool {
			return slices.ContainsFunc(pairs, func(t told) bool {
				return t.Kind == kind && t.Event == c.Old && t.Related == c.New && slices.Contains(c.Sources, t.Source)
			})
		}
		switch {
		case is("rename"):
			v.found = append(v.found, c)
		case is("near-duplicate"):
			v.nearly = append(v.nearly, c)
			fallthrough
		default:
			v.missed = append(v.missed, c)
		}
	}
	for _, t := range pairs {
		real := slices.ContainsFunc(w.Truth.Renames, func(c simulate.Change) bool {
			return t.Event == c.Old && t.Related == c.New && slices.Contains(c.Sources, t.Source)
		})
		again := slices.ContainsFunc(v.wrong, func(o told) bool { return o.Event == t.Event && o.Related == t.Related })
		if t.Kind == "rename" && !real && !again {
			v.wrong = append(v.wrong, t)
		}
	}
	return v
}

// what says which change a false rename fell for.
func (v verdict) what(t told) string {
	all := slices.Concat(v.w.Truth.Harmless, v.w.Truth.Renames)
	for _, c := range all {
		if c.Old == t.Event && c.New == t.Related {
			return string(c.Kind)
		}
	}
	name := func(of string, pick func(simulate.Change) string) string {
		for _, c := range all {
			if pick(c) == of && of != "" {
				return string(c.Kind)
			}
		}
		return "nothing"
	}
	return "old: " + name(t.Event, func(c simulate.Change) string { return c.Old }) +
		", new: " + name(t.Related, func(c simulate.Change) string { return c.New })
}

// tally counts what is found and missed under a key.
type tally struct{ found, all int }

// count adds up verdicts by a key of each change; changes without a key are left out.
func count[K cmp.Ordered](list []verdict, key func(simulate.Change) (K, bool)) map[K]tally {
	out := map[K]tally{}
	for _, v := range list {
		for _, c := range v.found {
			if k, ok := key(c); ok {
				out[k] = tally{out[k].found + 1, out[k].all + 1}
			}
		}
		for _, c := range v.missed {
			if k, ok := key(c); ok {
				out[k] = tally{out[k].found, out[k].all + 1}
			}
		}
	}
	return out
}
