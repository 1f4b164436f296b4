package checks

import (
	"fmt"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// What it takes for the older name of a pair to have fallen when the younger appeared. True renames stand far above
// it, names that live side by side far below.
const (
	fellSure = 3.0
	fellPart = 0.2
)

// nearDuplicate finds two spellings of one event. Where the older one fell as the younger appeared it is a rename.
type nearDuplicate struct {
	MinRows float64 `yaml:"min_rows"` // rows of the younger name below which it says nothing
}

func newNearDuplicate(s Settings) (Check, error) {
	c := nearDuplicate{MinRows: 3}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.MinRows < 1 {
		return nil, fmt.Errorf("min_rows is %v, but must be at least 1", c.MinRows)
	}
	return c, nil
}

// Needs implements Check.
func (c nearDuplicate) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 180, landed.Columns: 1}
}

// pair is two names of one source that may be one event; old is the planned or the older one.
type pair struct {
	old, new observed
	rule     string
	oldName  string
	match    names.Match
}

// Run implements Check.
func (c nearDuplicate) Run(in Input) Verdict {
	s := look(in)
	var out Verdict
	for _, p := range c.pairs(in, s.obs, s.spelling) {
		j := s.spelling(p)
		out.Findings = append(out.Findings, s.ended(describePair(in, p, s.total, j), p))
	}
	out.Findings = append(out.Findings, c.twinsToday(in, s.obs, out.Findings)...)
	return out
}

// pairs finds for each active name its best twin: a planned one first, else an older one.
func (c nearDuplicate) pairs(in Input, obs []observed, judge func(pair) judged) []pair {
	byName, all, planned := c.catalogue(in, obs)
	index := names.NewIndex(all, names.Learn(planned))
	var out []pair
	for _, o := range obs {
		if o.Call != landed.Track || o.planned != nil || !o.active() || o.total < c.MinRows {
			continue
		}
		if p, ok := c.best(in, o, index, byName, judge); ok {
			out = append(out, p)
		}
	}
	return append(oneHeir(out), c.successors(in, obs, out, judge)...)
}

// catalogue returns what landed by name, and all names to compare with: planned ones and those that landed.
func (c nearDuplicate) catalogue(in Input, obs []observed) (byName map[string]observed, all, planned []string) {
	byName = map[string]observed{}
	for _, o := range obs {
		if o.Call != landed.Track {
			continue
		}
		if have, ok := byName[o.Name]; !ok || have.total < o.total {
			byName[o.Name] = o
		}
	}
	if in.agreed() {
		for _, e := range in.Plan.Events {
			if e.Call != landed.Track.String() {
				continue
			}
			planned = append(planned, e.Name)
			if _, ok := byName[e.Name]; !ok {
				n := in.history().Len()
				byName[e.Name] = observed{Event: landed.Event{Name: e.Name}, y: make([]float64, n), first: -1, last: -1, planned: &e}
			}
		}
	}
	for _, o := range obs {
		if o.Call == landed.Track {
			all = append(all, o.Name)
		}
	}
	for _, name := range planned {
		if byName[name].first < 0 {
			all = append(all, name)
		}
	}
	return byName, all, planned
}

// best is the twin of one name: the surer before the less sure, planned before unplanned, the same letters before words
// that are bent or moved, then the one with more rows. Between two names that nobody planned the older is the event, on
// the same day the larger. A likeness that is not sure counts where the older name handed over to this one.
func (c nearDuplicate) best(in Input, o observed, index *names.Index, byName map[string]observed, judge func(pair) judged) (pair, bool) {
	var found pair
	var ok bool
	for _, n := range index.Near(o.Name) {
		other := byName[n.Name]
		if n.Name == o.Name || in.different(n.Name, o.Name) || other.planned == nil && !older(other, o) {
			continue
		}
		p := pair{old: other, new: o, rule: n.Match.Rule, oldName: n.Name, match: n.Match}
		if n.Match.Level < names.High && !handedOver(p, judge) {
			continue
		}
		if !ok || nearer(p, found) {
			found, ok = p, true
		}
	}
	return found, ok
}

// older says whether a is the one that the other is a spelling of.
func older(a, b observed) bool {
	switch {
	case a.first != b.first:
		return a.first < b.first
	case a.total != b.total:
		return a.total > b.total
	default:
		return a.Name < b.Name
	}
}

// judged is what is known of a pair: whether it is a rename, and how sure.
type judged struct {
	kind       finding.Kind
	confidence float64
	score      *float64
	home       home    // where the younger name lives; of a rename
	lost       float64 // how much of its usual the older name lost there
	parts      []finding.Evidence
}

// spelling judges a pair that is alike in spelling: whether the older name fell as the younger appeared, a good part of
// it everywhere, or nearly all of it where the younger one lives.
func (s *scene) spelling(p pair) judged {
	j := judged{kind: finding.NearDuplicate, confidence: .95}
	if p.old.Table == p.new.Table && p.old.Table != "" {
		j.confidence = .98
	}
	if p.match.Level == names.Medium {
		j.confidence = .9
	}
	if p.old.first < 0 || p.new.began() < minBefore || p.old.first >= p.new.began() {
		return j
	}
	k := candidate{pair: p, end: p.new.scoredTo()}
	k.home = s.homeOf([]observed{p.new}, p.new.began(), k.end)
	k.handover = s.around(k.home, p.new.began(), k.end).measure([]observed{p.old}, []observed{p.new})
	if k.lost.Z >= fellSure && k.lost.Part >= fellPart {
		j.kind, j.score, j.lost, j.home = finding.Rename, &k.lost.Z, k.lost.Part, k.home
		j.parts = k.volumeEvidence()
	}
	return j
}

// minBefore is how many days of history the older name needs before the younger one appeared for "it fell" to mean
// anything.
const minBefore = 7

// quietShare is the share of its source below which a spelling of a name that nobody planned is worth a line.
const quietShare = .01

// describePair writes the finding of two names that are one event.
func describePair(in Input, p pair, rest []float64, j judged) finding.Finding {
	span := in.history()
	began := p.new.began()
	f := finding.Finding{
		Kind: j.kind, Severity: finding.Warning,
		Subject: finding.Subject{Source: in.Landed.Source.Name, Event: p.oldName, Related: p.new.Name},
		Sources: []string{in.Landed.Source.Name},
		Call:    landed.Track, Table: qualified(in, p.new.Table),
		Since: span.First + landed.Day(began), Older: j.kind != finding.Rename && standsLonger(in, p.new.y, span.First, began), LastSeen: span.First + landed.Day(p.new.last), Ongoing: true,
		Rows: int64(p.new.total), Confidence: j.confidence, Score: j.score, Planned: p.old.planned != nil,
		Share: p.new.since(began) / max(1, total(rest[began:])),
	}
	f.Slice = onlyVersion(p.new.Event, p.old.Event, began-14, len(p.new.y)-1)
	if f.Slice == nil {
		f.Slice = boundVersion(in, p.new.Event, began, len(p.new.y)-1)
	}
	if j.kind == finding.Rename {
		f.Title = quote(p.oldName) + " is now sent as " + quote(p.new.Name)
	} else {
		f.Title = quote(p.new.Name) + " is another spelling of " + quote(p.oldName)
	}
	if in.agreed() && !f.Planned && j.kind == finding.NearDuplicate && f.Share < quietShare {
		f.Severity = finding.Info // two names that nobody planned weigh what one of them does
	}
	f.Evidence = pairEvidence(in, p, j, f.Slice)
	f.Fixes = pairFixes(in, p, f)
	return f
}

// pairEvidence says what the two names do, in words and as two drawings on the same days.
func pairEvidence(in Input, p pair, j judged, slice *landed.Slice) []finding.Evidence {
	span, began := in.history(), p.new.began()
	since := span.First + landed.Day(began)
	now := func(o observed) string { return words.Rate(meanLast(o.y, min(7, len(o.y)-began))) + " a day" }
	was := func(o observed) string {
		switch {
		case o.first < 0:
			return "has never landed"
		case began == 0:
			return now(o) // nothing is known of the days before
		}
		return words.Rate(meanBefore(o.y, began, 28)) + " → " + now(o)
	}
	draw := func(o observed) *finding.Chart {
		return &finding.Chart{First: span.First, Daily: whole(o.y), Began: since}
	}
	out := []finding.Evidence{
		{Label: p.oldName, Value: was(p.old), Chart: draw(p.old)},
		{Label: p.new.Name, Value: was(p.new), Chart: draw(p.new)},
	}
	if p.rule != "" {
		out = append(out, finding.Evidence{Label: "name", Value: p.ruleWords()})
	}
	switch {
	case p.old.Table == p.new.Table && p.new.Table != "":
		out = append(out, finding.Evidence{Label: "table", Value: "one table, " + bare(qualified(in, p.new.Table)) + ": only the name as sent differs"})
	case p.old.Table != "":
		out = append(out, finding.Evidence{Label: "table", Value: "two tables, " + bare(p.old.Table) + " and " + bare(p.new.Table)})
	}
	out = append(out, j.parts...)
	if j.kind == finding.Rename {
		if e, ok := j.home.stillOld(p); ok {
			out = append(out, e)
		}
	}
	if slice != nil {
		out = append(out, finding.Evidence{Label: "version", Value: "only from " + sliceWords(slice)})
	}
	return out
}

// ruleWords says how two names are alike. That they differ in a blank nobody can see is said in so many words.
func (p pair) ruleWords() string {
	if strings.TrimSpace(p.oldName) == strings.TrimSpace(p.new.Name) {
		return "same but for a blank at its beginning or end"
	}
	return p.rule
}

// pairFixes is what can be done about two names: mend the code, read both as one, or say that they are two events.
func pairFixes(in Input, p pair, f finding.Finding) []finding.Fix {
	out := []finding.Fix{
		finding.SearchCode{Literals: []string{p.new.Name, p.oldName}, Source: in.Landed.Source.Name, Version: appVersion(f.Slice)},
		finding.TellOwner{},
		finding.MergeEvents{From: p.new.Name, Into: p.oldName},
	}
	// Only where the old name fades may the new one be meant: another spelling beside it never is.
	if f.Planned && f.Kind == finding.Rename {
		out = append(out, finding.RenameInPlan{From: p.oldName, To: p.new.Name})
	}
	return append(out, finding.Configure{
		Section: "ignore", Entry: fmt.Sprintf("{different: [%s, %s]}", yamlString(p.oldName), yamlString(p.new.Name)),
		Why: "if these are two events",
	})
}
