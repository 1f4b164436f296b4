package checks

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

const (
	givenShare = .02 // of rows that repeat a value which people said is unique
	mayRepeat  = .25 // share of rows whose value may have repeated before in what was nearly unique
	chanceOf   = 1.5 // how much more often values may repeat by chance than the rise in rows makes them
	soonShare  = .15 // of rows that come soon after an equal one: more do by themselves than at once
	nearShare  = .2  // of rows that come at once after another one that is not equal
	nearBefore = .1  // share of them from which on people do the event in quick succession: then they may do it quicker
)

// judge says whether an event is counted twice, by what the warehouse answered.
func (c doubleTracking) judge(s suspect) (finding.Finding, bool) {
	q := s.question()
	a, ok := s.in.Answers.Values[q]
	if !ok {
		return finding.Finding{}, false
	}
	r := repeatedOf(a, q.Span)
	d, ok := c.decide(s, r)
	if !ok || d.surplus < c.MinRows {
		return finding.Finding{}, false
	}
	return c.describe(s, r, d), true
}

// decide takes the surest of what says that actions are counted again. A value that repeats is one action told twice if
// people said so; else only with more rows than before, or with the same person doing it at once: a property that holds
// less than it did repeats as well. Equal rows need the rise: without it a property that told them apart was lost.
func (c doubleTracking) decide(s suspect, r repeated) (doubling, bool) {
	if s.column != "" {
		least := c.MinShare
		if s.given {
			least = min(least, givenShare)
		}
		d, ok := r.find(ofValue, least)
		if ok && (s.given || d.before <= mayRepeat && c.beyondChance(s, r, d) && (s.rose(r, d) || r.quickly(d))) {
			return d, true
		}
		if d, ok := r.always(ofValue, givenShare, c.MinRows); ok && s.given {
			return d, true
		}
	}
	if d, ok := r.find(ofQuick, c.MinShare); ok && s.rose(r, d) {
		return d, true
	}
	if d, ok := r.find(ofSoon, max(soonShare, c.MinShare)); ok && s.rose(r, d) {
		return d, true
	}
	if d, ok := r.find(ofNear, max(nearShare, c.MinShare)); ok && d.before <= nearBefore && s.rose(r, d) {
		return d, true
	}
	return doubling{}, false
}

// beyondChance says whether values repeat more than they would by having become more: two of many rows have one amount.
func (c doubleTracking) beyondChance(s suspect, r repeated, d doubling) bool {
	return d.after >= d.before*max(1, s.growth(d, r.day(d.start)))*chanceOf+c.MinShare
}

// rose says whether there are more rows than before, by at least half of what the repeats add.
func (s suspect) rose(r repeated, d doubling) bool {
	return s.growth(d, r.day(d.start)) >= 1+.5*(d.times()-1)
}

// times is how often an action is counted on average, where it was counted once before.
func (d doubling) times() float64 {
	return 1 / (1 - min(.99, max(0, d.surplus/max(1, d.rows))))
}

// quickly says whether at least half of a doubling comes at once, from the same person.
func (r repeated) quickly(d doubling) bool {
	k, n, before := r.also(ofQuick, d)
	return n > 0 && k/n-before >= .5*(d.after-d.before)
}

// also is what another sign says of the rows of a doubling: its rows, all rows, and its share before.
func (r repeated) also(by string, d doubling) (k, n, before float64) {
	allK, allN := missing(r.whole[by])
	before = total(allK[:d.start]) / max(1, total(allN[:d.start]))
	versions := d.versions
	if d.slice != nil {
		versions = []string{d.slice.AppVersion}
	}
	if len(versions) > 0 {
		allK, allN = r.countSlices(by, missing, func(s landed.Slice) bool { return slices.Contains(versions, s.AppVersion) })
	}
	return total(allK[d.start:]), total(allN[d.start:]), before
}

func (c doubleTracking) describe(s suspect, r repeated, d doubling) finding.Finding {
	source := s.in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.DoubleTracking, Severity: finding.Warning, Call: s.o.Call,
		Subject: finding.Subject{Source: source, Event: s.o.Name}, Sources: []string{source}, Table: qualified(s.in, s.o.Table),
		Since: r.day(d.start), Older: d.older, LastSeen: s.in.Last, Ongoing: true, Rows: int64(math.Round(d.surplus)),
		Slice: d.slice, Score: d.z, Confidence: .95, Planned: s.o.planned != nil,
		Rate: finding.Rate{Before: d.before, After: d.after},
	}
	if begins := s.in.Landed.Begins(); f.Since > max(begins, r.profiled.first) || f.Since == begins && begins > s.in.Landed.Span.First {
		f.Older = false // it has been so since its own first row, and when that was is known
	}
	f.SinceTime = r.began(d, f.Since)
	f.Title = d.title(called(s.o.Call, s.o.Name))
	f.Evidence = append(f.Evidence, s.repeats(r, d))
	if k, n, before := r.also(ofQuick, d); d.by != ofQuick && n > 0 && k/n-before >= .5*(d.after-d.before) {
		f.Confidence = .99
		f.Evidence = append(f.Evidence, finding.Evidence{
			Label: "at once", Value: words.Count(int64(k)) + " of them at most two seconds after an equal one by the same person",
		})
	}
	if s.given {
		f.Confidence = .99
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "unique", Value: bare(s.column) + " by the configuration"})
	}
	f.Evidence = append(f.Evidence, s.volume(f.Since, d)...)
	if len(d.versions) > 0 {
		f.Evidence = append(f.Evidence, finding.Evidence{Label: "versions", Value: "only " + namedVersions(d.versions)})
	}
	f.Evidence = append(f.Evidence, finding.Evidence{
		Label: "message ids", Value: "each its own: sent twice, not retried or loaded twice",
	})
	keep := finding.KeepOne{Event: s.o.Name, Table: s.o.Table}
	switch d.by {
	case ofValue:
		keep.Column = s.column
	case ofQuick:
		keep.Seconds = int(landed.RepeatQuick.Seconds())
	case ofSoon:
		keep.Seconds = int(landed.RepeatSoon.Seconds())
	}
	f.Fixes = []finding.Fix{finding.SearchCode{Literals: literals(s.o.Call, s.o.Name), Source: source, Version: appVersion(f.Slice)}, finding.TellOwner{}}
	if d.by == ofNear {
		f.Confidence = .9 // and which of two rows that differ is right nobody can tell from here
		return f
	}
	f.Fixes = append(f.Fixes, keep)
	return f
}

// title says how often an action is counted: twice, or for a part of them.
func (d doubling) title(what string) string {
	switch {
	case d.slice != nil:
		what += " from " + sliceWords(d.slice)
	case len(d.versions) > 0:
		what += " from " + namedVersions(d.versions)
	}
	times := d.times()
	switch {
	case times >= 1.8 && times <= 2.2:
		return what + " is counted twice"
	case times > 2.2:
		return fmt.Sprintf("%s is counted %s times", what, decimal(times))
	}
	return fmt.Sprintf("%s is counted twice in part: %s of its rows are repeats", what, words.Percent(d.after))
}

// decimal writes a small number, without a fraction where it is whole.
func decimal(x float64) string {
	if math.Abs(x-math.Round(x)) < .1 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}

// namedVersions names a few versions in a sentence.
func namedVersions(versions []string) string {
	out := make([]string, len(versions))
	for i, v := range versions {
		out[i] = bare(v)
	}
	if len(out) > 3 {
		return words.List(out, 3)
	}
	return words.And(out)
}

// repeats is the line that counts the rows, with the chart.
func (s suspect) repeats(r repeated, d doubling) finding.Evidence {
	what := map[string]string{
		ofValue: "repeat " + bare(s.column) + " of another one that day",
		ofQuick: "come at most two seconds after an equal one by the same person",
		ofSoon:  "come at most a minute after an equal one by the same person",
		ofNear:  "come at most two seconds after another one by the same person, with other properties",
	}[d.by]
	was := "before " + words.Percent(d.before)
	switch {
	case d.older:
		was = "as long as there is history"
	case d.never:
		was = "never before"
	}
	return finding.Evidence{
		Label: "repeats", Value: fmt.Sprintf("%s of %s rows %s; %s",
			words.Count(int64(total(d.k[d.start:]))), words.Count(int64(total(d.n[d.start:]))), what, was),
		Chart: &finding.Chart{First: r.profiled.first, Daily: whole(d.k), Began: r.day(d.start)},
	}
}

// volume says how many rows there are a day, and how many there would be if each action was counted once.
func (s suspect) volume(since landed.Day, d doubling) []finding.Evidence {
	start := int(since - s.in.history().First)
	if d.older || start < activeDays || start >= len(s.o.y) {
		return nil
	}
	days := float64(len(s.o.y) - start)
	now, usual := total(s.o.y[start:]), meanBefore(s.o.y, start, beforeDays)
	return []finding.Evidence{{Label: "a day", Value: fmt.Sprintf("%s, before %s; %s if each action counted once",
		words.Many(int64(math.Round(now/days)), "row", "rows"), words.Count(int64(math.Round(usual))), words.Count(int64(math.Round((now-d.surplus)/days))))}}
}

// began is the minute the first action was counted again, where none of the day's repeats is likely to be chance.
func (r repeated) began(d doubling, since landed.Day) time.Time {
	if k, _, before := r.also(ofQuick, d); k > 0 && before*r.rows[d.start] < .5 && r.quickly(d) {
		return r.first[ofQuick][since].Truncate(time.Minute)
	}
	if d.by == ofSoon || d.by == ofNear || d.older || d.before*d.n[d.start] >= .5 {
		return time.Time{}
	}
	return r.first[d.by][since].Truncate(time.Minute)
}
