package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/setup"
)

// ErrNoLayout is returned where the warehouse holds nothing that can be audited.
var ErrNoLayout = errors.New("no schema of the warehouse has a layout that plumbline knows")

// choose picks the sources of what was found, and says why the rest is none. Each gets a name of its own.
func (s *Setup) choose(found []connectors.Found) ([]SetupSource, error) {
	var usable, unlikely []connectors.Found
	for _, f := range found {
		switch word, dev := development(f.Schema); {
		case dev:
			unlikely = append(unlikely, f)
			s.LeftOut = append(s.LeftOut, setup.LeftOut{Schema: f.Schema, Why: "looks like " + word})
		case f.Problem != "":
			s.Unusable = append(s.Unusable, setup.LeftOut{Schema: f.Schema, Why: f.Problem})
		default:
			usable = append(usable, f)
		}
	}
	s.LeftOut = slices.Compact(s.LeftOut) // a table of daily counts is found once for each of its sources
	if len(usable) == 0 && len(s.Unusable) == 0 && len(unlikely) > 0 {
		usable, s.LeftOut, s.Only = unlikely, nil, true
		for _, f := range unlikely {
			if f.Problem != "" {
				s.Unusable = append(s.Unusable, setup.LeftOut{Schema: f.Schema, Why: f.Problem})
			}
		}
		usable = slices.DeleteFunc(usable, func(f connectors.Found) bool { return f.Problem != "" })
	}
	if len(usable) == 0 {
		return nil, s.nothing()
	}
	return s.named(usable), nil
}

// nothing says why there is no source.
func (s *Setup) nothing() error {
	if len(s.Unusable) == 0 {
		return fmt.Errorf("%w: it looks for <schema>.tracks with event_text and received_at (Segment), or <schema>.daily_counts "+
			"with event, day and rows. Is it the right file or folder, and may its tables be read?", ErrNoLayout)
	}
	u := s.Unusable[0]
	return fmt.Errorf("%w; the nearest is %s: %s", ErrNoLayout, names.Visible(u.Schema), u.Why)
}

// named gives each source a name of its own: two schemas may end in the same part. Daily counts of a source whose rows
// are there as well are left out.
func (s *Setup) named(usable []connectors.Found) []SetupSource {
	taken := map[string]bool{}
	for _, f := range usable {
		taken[f.Source] = taken[f.Source] || f.Value == ""
	}
	given := map[string]bool{}
	var out []SetupSource
	for _, f := range usable {
		own := SetupSource{Name: f.Source, Schema: f.Schema, Layout: f.Layout.Name, found: f}
		if f.Value != "" && (taken[f.Value] || given[f.Value]) {
			s.Unusable = append(s.Unusable, setup.LeftOut{Schema: f.Schema, Why: "it counts " + names.Visible(f.Value) + ", which is a source of its own"})
			continue
		}
		for i := 2; given[own.Name]; i++ {
			own.Name, own.named = fmt.Sprintf("%s_%d", names.Snake(f.Schema), i), true
		}
		given[own.Name] = true
		own.found.Source = own.Name
		out = append(out, own)
	}
	return out
}

// quietAfter is how old the newest row may be before the data count as ended.
const quietAfter = 48 * time.Hour

// decide chooses the zone and the morning to begin with.
func (s *Setup) decide(r SetupRequest, now time.Time) {
	var traffic []setup.Traffic
	var newest time.Time
	for _, one := range s.Sources {
		traffic = append(traffic, setup.Traffic{Source: one.Name, Hours: one.Extent.Hours})
		if one.Extent.Last.After(newest) {
			newest = one.Extent.Last
		}
	}
	s.Zone = setup.GuessZone(traffic, r.Machine, now)
	if r.Timezone != "" {
		s.Zone = setup.Zone{Name: r.Timezone, Why: "as --timezone says"}
	}
	if newest.IsZero() {
		return
	}
	zone, err := time.LoadLocation(s.Zone.Name)
	if err != nil {
		return // only names that were loaded before are chosen
	}
	s.Last = landed.DayOf(newest.In(zone))
	if now.Sub(newest) < quietAfter {
		return
	}
	s.AsOf = s.Last + 1
	if newest.In(zone).Hour() < 20 && !s.counted() {
		s.AsOf = s.Last // the last day is not whole
	}
}

// counted says whether all sources are daily counts, whose newest day has no hour.
func (s *Setup) counted() bool {
	return !slices.ContainsFunc(s.Sources, func(x SetupSource) bool { return x.Layout != "rollup" })
}

// describe writes the sources as the configuration lists them.
func (s *Setup) describe(f *setup.File) {
	for _, one := range s.Sources {
		entry := setup.Source{Schema: one.Schema}
		if one.named {
			entry.ID = one.Name
		}
		if one.Layout == "rollup" {
			entry.Layout, entry.Columns = one.Layout, rollupColumns(one.found.Layout)
		}
		again := func(e setup.Source) bool { return e.Schema == entry.Schema && e.Layout == entry.Layout }
		if !slices.ContainsFunc(f.Sources, again) { // each value of a source column is a source
			f.Sources = append(f.Sources, entry)
		}
	}
	f.LeftOut = append(slices.Clone(s.LeftOut), s.Unusable...)
}

// rollupColumns are the columns that the configuration has to name: those that not every such table has.
func rollupColumns(l connectors.Layout) []setup.Pair {
	var out []setup.Pair
	for _, p := range []setup.Pair{{Key: "source", Value: l.Counts.Source}, {Key: "platform", Value: l.Counts.Platform}, {Key: "app_version", Value: l.Counts.AppVersion}} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	return out
}

// writeSetup writes the configuration, a draft of a plan if one is wanted, and makes the state with its key.
func writeSetup(ctx context.Context, r SetupRequest, f setup.File, out *Setup, o Options) error {
	text, err := f.Write()
	if err != nil {
		return &UsageError{err}
	}
	cfg, err := config.Parse(r.Out, text, func(string) (string, bool) { return "", false }, Known())
	if err != nil {
		return fmt.Errorf("the configuration that was to be written does not read back; please report it: %w", err)
	}
	if r.Infer {
		cfg.Plans, cfg.ShortPlan = nil, nil // it is not there yet
		var plan []byte
		if slices.ContainsFunc(out.Sources, func(s SetupSource) bool { return s.Extent.Rows > 0 }) {
			if plan, err = draft(ctx, cfg, out, o); err != nil {
				return err
			}
		}
		if out.Planned == 0 { // a plan of nothing says nothing
			out.Draft, f.Plan, f.Draft = "", "", false
			if text, err = f.Write(); err != nil {
				return &UsageError{err}
			}
		} else if err := writeFile(out.Draft, plan, r.Force); err != nil {
			return &UsageError{fmt.Errorf("write %s: %w", out.Draft, err)}
		}
	}
	if err := writeFile(r.Out, text, r.Force); err != nil {
		return &UsageError{fmt.Errorf("write %s: %w", r.Out, err)}
	}
	o.Memory, o.NoPlans = false, true
	a, err := New(cfg, o)
	if err != nil {
		return err
	}
	store, err := a.Store(ctx)
	if err == nil {
		_, err = store.Key(ctx)
	}
	if err := errors.Join(err, a.Close()); err != nil {
		return fmt.Errorf("%s is written, but its state cannot be kept: %w", r.Out, err)
	}
	return nil
}

// writeFile writes a file whole or not at all; one that is there is only replaced by force.
func writeFile(name string, data []byte, force bool) (err error) {
	if !force {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err != nil {
			return errors.Join(err, os.Remove(name))
		}
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".plumbline-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what went wrong before is what matters
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
