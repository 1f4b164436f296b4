package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// nightly is how renames that change only the spelling are found by the first complete night.
type nightly struct {
	found, renames, all int // told at all; told as a rename, not only as a twin; there were
	waited              int // of all, those that had too few rows on the first night
	wrong               []told
}

// spelled is one new spelling in one source, with the morning by which it has to be told.
type spelled struct {
	change simulate.Change
	source string
	rows   float64 // that had landed by then
	waited bool    // for enough of them, longer than the first whole day
}

// nights writes a workspace and audits it on each morning after the first whole day of a new spelling.
func (e *evaluation) nights(ctx context.Context, w *simulate.Workspace) error {
	dir := filepath.Join(e.dir, fmt.Sprintf("spelling-%d", w.Options.Seed))
	c, err := write(ctx, dir, w)
	if err != nil {
		return err
	}
	due := c.mornings()
	var found, all int
	for _, morning := range slices.Sorted(maps.Keys(due)) {
		asOf := w.Options.AsOf.AddDate(0, 0, morning-w.Options.Days)
		pairs, err := audit(e.program, dir, asOf)
		if err != nil {
			return err
		}
		for _, s := range due[morning] {
			told, renamed := s.in(pairs)
			all++
			if s.waited {
				e.spelling.waited++
			}
			if told {
				found++
			} else if e.verbose {
				fmt.Fprintf(e.out, "   %s: missed %s in %s after %.0f rows: %q -> %q\n", asOf.Format(time.DateOnly), s.change.Kind, s.source, s.rows, s.change.Old, s.change.New)
			}
			if renamed {
				e.spelling.renames++
			}
		}
		e.falseTwins(w, pairs)
	}
	e.spelling.found += found
	e.spelling.all += all
	fmt.Fprintf(e.out, "%-10s seed %-4d %7d rows: %d of %d new spellings told by their first complete night, over %d nights\n",
		"spelling", w.Options.Seed, c.rows, found, all, len(due))
	return e.clear(dir)
}

// enough is how many rows a name has before anybody can say something of it: on phones a release begins with fewer.
const enough = 3

// mornings are the new spellings by the morning, a number of days since the first, on which each has had one whole day
// and enough rows.
func (c *counts) mornings() map[int][]spelled {
	due := map[int][]spelled{}
	for _, r := range c.w.Truth.Renames {
		for s, y := range c.bySource(r.New) {
			if y == nil {
				continue
			}
			first := slices.IndexFunc(y, func(n float64) bool { return n > 0 })
			morning := first + 2
			for morning < c.w.Options.Days && sum(y[:morning]) < enough {
				morning++
			}
			if morning <= c.w.Options.Days && sum(y[:morning]) >= enough {
				due[morning] = append(due[morning], spelled{r, c.w.Sources[s].Name, sum(y[:morning]), morning > first+2})
			}
		}
	}
	return due
}

// in says whether the spelling was told, and whether as a rename.
func (s spelled) in(pairs []told) (any, rename bool) {
	for _, t := range pairs {
		if t.Event == s.change.Old && t.Related == s.change.New && t.Source == s.source {
			any, rename = true, rename || t.Kind == "rename"
		}
	}
	return any, rename
}

// falseTwins keeps what was told of two names that are two events. Each pair counts once in a workspace.
func (e *evaluation) falseTwins(w *simulate.Workspace, pairs []told) {
	words := newNameModel(w.Planned())
	for _, t := range pairs {
		real := slices.ContainsFunc(w.Truth.Renames, func(c simulate.Change) bool { return c.Old == t.Event && c.New == t.Related })
		// The button of an event ("Open Garden") is alike in every word; only a reader can tell that it is another event.
		button := t.Kind == "near-duplicate" && words.similarity(t.Event, t.Related) == 1
		if !real && !button && !slices.Contains(e.spelling.wrong, t) {
			e.spelling.wrong = append(e.spelling.wrong, t)
			if e.verbose {
				fmt.Fprintf(e.out, "   wrong in %s: %s %q -> %q\n", t.Source, t.Kind, t.Event, t.Related)
			}
		}
	}
}
