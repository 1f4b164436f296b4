package connectors

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// profileKey is one row of a table's exact tier.
type profileKey struct {
	day   landed.Day
	slice landed.Slice
}

// tableProfile collects the chunks of a table.
type tableProfile struct {
	span landed.Span
	lost bool
	rows map[profileKey]int64
	cols map[profileKey][]landed.ColumnProfile
}

// profileTasks asks for the exact tier: a statement per table and chunk of columns.
func (s *survey) profileTasks() []task {
	if span, ok := s.want(landed.Profiles); ok {
		s.snap.Held[landed.Profiles] = span
	}
	var out []task
	for _, name := range s.tables {
		span, ok := s.wantOf(landed.Profiles, name)
		if !ok {
			continue
		}
		wr := s.w.writer(s.a, s.req.LoadedBy)
		t, _ := wr.event(name, s.cat[name])
		var rules []landed.Constraint
		for _, c := range s.req.Constraints {
			if c.Table == name {
				rules = append(rules, c)
			}
		}
		s.profiles[name] = &tableProfile{span: span, rows: map[profileKey]int64{}, cols: map[profileKey][]landed.ColumnProfile{}}
		for _, c := range wr.chunks(t, s.properties(name), rules, span) {
			out = append(out, s.profileTask(wr, c))
		}
	}
	return out
}

// properties are the columns of a table that are judged, by name.
func (s *survey) properties(table string) []column {
	var out []column
	for _, c := range s.cat[table] {
		if s.a.layout.property(c.name) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b column) int { return cmp.Compare(a.name, b.name) })
	return out
}

// profileTask is one chunk. When a rule cannot be counted the rest of the chunk is still read, rule by rule.
func (s *survey) profileTask(wr *writer, c chunk) task {
	st, figures := wr.profiles(c)
	name := c.table.rel.Table
	return task{
		Statement: st, about: c.table.rel,
		read: func(rows Rows) (func(), error) { return s.readProfiles(rows, c, figures) },
		split: func(err error) []task {
			bare := c
			bare.rules = nil
			if n := len(c.rules); n == 0 || errors.Is(err, errTimeout) {
				return nil
			}
			one := s.profileTask(s.w.writer(s.a, s.req.LoadedBy), bare) // chunks of one table fail at the same time
			one.split = nil
			read := one.read
			one.read = func(rows Rows) (func(), error) {
				commit, readErr := read(rows)
				if readErr != nil {
					return nil, readErr
				}
				return func() {
					commit()
					tr := s.w.trouble(err, c.table.rel)
					tr.Why = "the plan's rules for " + s.ruled(c) + " could not be counted: " + tr.Why
					tr.HowToFix = "look for a pattern that the warehouse cannot read; " + tr.HowToFix
					s.gap(landed.Profiles, name, c.span, tr)
				}, nil
			}
			return []task{one}
		},
		lost: func(tr Trouble) {
			p := s.profiles[name]
			if !p.lost {
				s.gap(landed.Profiles, name, c.span, tr)
			}
			p.lost, p.span = true, landed.NoSpan
		},
	}
}

func (s *survey) ruled(c chunk) string {
	var out []string
	for _, r := range c.rules {
		if slices.ContainsFunc(c.columns, func(col column) bool { return col.name == r.Column }) && !slices.Contains(out, r.Column) {
			out = append(out, r.Column)
		}
	}
	return strings.Join(out, ", ")
}

func (s *survey) readProfiles(rows Rows, c chunk, figures []figure) (func(), error) {
	var (
		day    dayCell
		dims   sliceCells
		n      intCell
		packed sql.NullString
	)
	read := map[profileKey][]landed.ColumnProfile{}
	counted := map[profileKey]int64{}
	dest := slices.Concat([]any{&day}, dims.dest(), []any{&n, &packed})
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("read profiles: %w", err)
		}
		s.meter.count(n.n)
		k := profileKey{day.day, dims.slice()}
		counted[k] += n.n
		cols, err := unpack(packed.String, n.n, c, figures)
		if err != nil {
			return nil, err
		}
		read[k] = merge(read[k], cols) // NULL and "" are one slice
	}
	return func() {
		p := s.profiles[c.table.rel.Table]
		for k, cols := range read {
			p.rows[k] = counted[k]
			p.cols[k] = append(p.cols[k], cols...)
		}
	}, rows.Err()
}

// merge adds the figures of equal columns.
func merge(a, b []landed.ColumnProfile) []landed.ColumnProfile {
	if a == nil {
		return b
	}
	for i := range a {
		a[i] = addProfile(a[i], b[i])
	}
	return a
}

// finish folds rare slices into landed.Other and sorts.
func (p *tableProfile) finish() []landed.Profile {
	if p.lost {
		return nil
	}
	var k kept
	for key, n := range p.rows {
		k.add(key.slice, n)
	}
	k.decide()
	rows := map[profileKey]int64{}
	cols := map[profileKey][]landed.ColumnProfile{}
	order := func(a, b profileKey) int { return cmp.Or(cmp.Compare(a.day, b.day), compareSlices(a.slice, b.slice)) }
	for _, key := range slices.SortedFunc(maps.Keys(p.rows), order) {
		to := profileKey{key.day, k.apply(key.slice)}
		own := p.cols[key]
		slices.SortFunc(own, func(a, b landed.ColumnProfile) int { return cmp.Compare(a.Column, b.Column) })
		rows[to] += p.rows[key]
		cols[to] = merge(cols[to], own)
	}
	out := make([]landed.Profile, 0, len(rows))
	for _, key := range slices.SortedFunc(maps.Keys(rows), order) {
		out = append(out, landed.Profile{Day: key.day, Slice: key.slice, Rows: rows[key], Columns: cols[key]})
	}
	return out
}
