package checks

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// youngLoss is the share that must be lost inside one app version that has no days of its own to compare with: people
// who just installed an app have not logged in yet.
const youngLoss = .5

// identityLoss finds events that no longer say who did them.
type identityLoss struct {
	Lost float64 `yaml:"lost_share"` // of the rows that used to carry an id
}

func newIdentityLoss(s Settings) (Check, error) {
	c := identityLoss{Lost: .25}
	if err := s.Decode(&c); err != nil {
		return nil, err
	}
	if c.Lost < .05 || c.Lost > 1 {
		return nil, fmt.Errorf("lost_share is %v, but must be at least 0.05 and at most 1", c.Lost)
	}
	return c, nil
}

// Needs implements Check.
func (c identityLoss) Needs() landed.Needs {
	return landed.Needs{landed.Counts: 56, landed.Columns: 1, landed.Profiles: 56}
}

// Run implements Check.
func (c identityLoss) Run(in Input) Verdict {
	var out Verdict
	var laid []*profiled
	for _, t := range in.Landed.Tables {
		if p, ok := lay(in, t); ok {
			laid = append(laid, p)
		}
	}
	for _, column := range []string{"user_id", "anonymous_id"} {
		have := slices.DeleteFunc(slices.Clone(laid), func(p *profiled) bool { return p.whole[column] == nil })
		if len(have) == 0 {
			continue
		}
		all := pool(have, column)
		if all.days < activeDays {
			out.Unjudged = append(out.Unjudged, finding.Unjudged{
				Check: finding.IdentityLoss, Subject: finding.Subject{Source: in.Landed.Source.Name, Property: column},
				Why: fmt.Sprintf("%s of history; it takes %d to tell what is usual", words.Days(all.days), activeDays),
			})
			continue
		}
		out.Findings = append(out.Findings, c.judge(in, all, have, column)...)
	}
	return out
}

// judge looks at all events together first: an identify call that broke takes the id from each of them. Events that
// the common loss does not explain are judged by themselves.
func (c identityLoss) judge(in Input, all *profiled, tables []*profiled, column string) []finding.Finding {
	var out []finding.Finding
	whole, found := c.find(all, tables, column)
	found = found && len(whole.hit) > 1
	if found {
		out = append(out, c.describe(in, all, whole, column))
	}
	for _, p := range tables {
		if found && whole.slice != nil {
			p = p.outside(*whole.slice, column)
		}
		l, ok := c.find(p, []*profiled{p}, column)
		if !ok || found && whole.slice == nil && nearDays(p.day(l.start), all.day(whole.start)) {
			continue
		}
		out = append(out, c.describe(in, p, l, column))
	}
	return out
}

// outside is what one column of a table looks like without a slice, whose trouble is told already.
func (p *profiled) outside(part landed.Slice, column string) *profiled {
	rest := *p
	rest.slices = slices.DeleteFunc(slices.Clone(p.slices), func(s landed.Slice) bool { return within(s, part) })
	out := pool([]*profiled{&rest}, column)
	out.table = p.table
	if out.whole[column] == nil { // nothing is left of it
		out.column(out.whole, column)
	}
	return out
}

func nearDays(a, b landed.Day) bool { return a-b <= 2 && b-a <= 2 }

// loss is an id that is filled less than before.
type loss struct {
	change
	n, k, usual float64     // rows since the change inside the slice, those without an id, and those that usually have none
	hit         []*profiled // tables that lost it, the one with the largest loss first
}

// share is how many of the rows that used to carry an id no longer do.
func (l loss) share() float64 { return (l.k - l.usual) / max(1, l.n-l.usual) }

// find looks for the day from which an id is missing more often, and says whether it is a loss: what is compared is each
// table with itself, so that more of the events that never had an id are none.
func (c identityLoss) find(p *profiled, tables []*profiled, column string) (loss, bool) {
	r, ok := scan(p, column, missing, true)
	if !ok || r.after <= r.before {
		return loss{}, false
	}
	l := loss{change: r}
	inside := func(s landed.Slice) bool { return r.slice == nil || within(s, *r.slice) }
	lost := map[*profiled]float64{}
	for _, t := range tables {
		start := int(p.day(r.start) - t.first)
		if start <= 0 || start >= t.days {
			continue // an event that is new has no usual
		}
		allK, allN := missing(t.whole[column])
		k, n := t.countSlices(column, missing, inside)
		from := max(0, start-28)
		k0, n0 := total(k[from:start]), total(n[from:start])
		if n0 < 100 {
			k0, n0 = total(allK[from:start]), total(allN[from:start])
		}
		k1, n1 := total(k[start:]), total(n[start:])
		if n0 < 1 || n1 < 1 {
			continue
		}
		l.k, l.n, l.usual = l.k+k1, l.n+n1, l.usual+n1*k0/n0
		if gone := k1 - n1*k0/n0; gone > 0 && gone >= c.Lost/2*(n1-n1*k0/n0) {
			lost[t] = gone
			l.hit = append(l.hit, t)
		}
	}
	slices.SortStableFunc(l.hit, func(a, b *profiled) int { return cmp.Compare(lost[b], lost[a]) })
	if len(l.hit) > 1 && lost[l.hit[0]] >= .9*(l.k-l.usual) {
		l.hit = l.hit[:1] // one event alone
	}
	least := c.Lost
	if r.within {
		least = max(least, youngLoss)
	}
	if l.n < 100 || l.share() < least || l.slice == nil && !r.steps() {
		return loss{}, false
	}
	return l, len(l.hit) > 0
}

// steps says whether a share changed from one day to the next: a new mix of people moves it, but slowly.
func (c change) steps() bool {
	from, to := max(0, c.start-3), min(len(c.k), c.start+3)
	before := total(c.k[from:c.start]) / max(1, total(c.n[from:c.start]))
	after := total(c.k[c.start:to]) / max(1, total(c.n[c.start:to]))
	return after-before >= (c.after-c.before)/2
}

// missing counts the rows that leave a column empty.
func missing(d *columnDays) (k, n []float64) {
	k = make([]float64, len(d.rows))
	for i := range k {
		k[i] = d.rows[i] - d.filled[i]
	}
	return k, d.rows
}

// within says whether a slice is a part of another one, whose empty fields stand for all.
func within(s, part landed.Slice) bool {
	has := func(field, want string) bool { return want == "" || field == want }
	return has(s.Platform, part.Platform) && has(s.Library, part.Library) && has(s.LibraryVersion, part.LibraryVersion) && has(s.AppVersion, part.AppVersion)
}

// pool adds one column of several tables up, as if they were one.
func pool(tables []*profiled, column string) *profiled {
	first, last := tables[0].first, tables[0].day(tables[0].days-1)
	for _, t := range tables {
		first, last = min(first, t.first), max(last, t.day(t.days-1))
	}
	days := int(last-first) + 1
	p := &profiled{
		first: first, days: days, rows: make([]float64, days), byCell: map[landed.Slice]map[string]*columnDays{},
		whole: map[string]*columnDays{}, sliceRows: map[landed.Slice][]float64{},
	}
	for _, t := range tables {
		at := int(t.first - first)
		for _, s := range t.slices {
			d := t.byCell[s][column]
			if d == nil {
				continue
			}
			if p.byCell[s] == nil {
				p.byCell[s] = map[string]*columnDays{}
				p.sliceRows[s] = make([]float64, days)
				p.slices = append(p.slices, s)
			}
			for i := range t.days {
				if d.rows[i] == 0 {
					continue
				}
				f := landed.ColumnProfile{Column: column, Filled: int64(d.filled[i])}
				p.column(p.byCell[s], column).add(at+i, int64(d.rows[i]), f)
				p.column(p.whole, column).add(at+i, int64(d.rows[i]), f)
				p.rows[at+i] += d.rows[i]
				p.sliceRows[s][at+i] += d.rows[i]
			}
		}
	}
	slices.SortFunc(p.slices, compareSlices)
	return p
}

func (c identityLoss) describe(in Input, p *profiled, l loss, column string) finding.Finding {
	source := in.Landed.Source.Name
	name, call := "", landed.Track
	of, what := "events", "the events of "+bare(source)
	if p.table.Name != "" {
		name, call = mainEvent(in, p.table.Name, plannedFor(in)[p.table.Name])
		of, what = "rows", called(call, name)
	}
	f := l.finding(in, p, "without it", of, finding.Finding{
		Kind: finding.IdentityLoss, Severity: finding.Warning, Call: call,
		Subject: finding.Subject{Source: source, Event: name, Property: column},
		Planned: name != "" && in.agreed() && in.Plan.Event(name, call.String()) != nil,
	})
	if p.table.Name == "" {
		f.Table = ""
	}
	f.Rows = int64(l.k - l.usual)
	f.Rate = finding.Rate{Before: l.usual / l.n, After: l.k / l.n}
	if w := sliceWords(l.slice); w != "" {
		what += " " + w
		if p.table.Name != "" {
			what = called(call, name) + " from " + w
		}
	}
	if l.share() >= .95 {
		f.Title = fmt.Sprintf("%s is no longer filled in %s", column, what)
	} else {
		f.Title = fmt.Sprintf("%s is missing in %s of %s, was %s", column, words.Percent(f.Rate.After), what, words.Percent(f.Rate.Before))
	}
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "lost", Value: fmt.Sprintf("%s of %s rows that would have carried it", words.Count(f.Rows), words.Count(int64(l.n-l.usual))),
	})
	if p.table.Name == "" {
		var names []string
		for _, t := range l.hit {
			n, k := mainEvent(in, t.table.Name, plannedFor(in)[t.table.Name])
			names = append(names, called(k, n))
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "events", Value: words.List(names, 5)})
	}
	look := []string{"identify", "userId"}
	if column == "anonymous_id" {
		look = []string{"anonymousId"}
	}
	f.Fixes = []finding.Fix{finding.SearchCode{Literals: look, Source: source, Version: appVersion(f.Slice)}, finding.TellOwner{}}
	return f
}
