package checks

import (
	"math"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// chartDays is how much of a series a drawing shows.
const chartDays = 56

// stopped describes an event without a row since some day.
func (j *volumeNight) stopped(i int, f series.Fall) finding.Finding {
	since := words.Day(j.day(f.Quiet).Time())
	out := j.base(i, finding.EventStopped, f.Since, f.Score)
	out.Title = eventWords(j.events[i]) + " stopped: none since " + since + ", usual " + words.Rate(f.Usual) + " a day"
	if f.Quiet == len(j.panel.Series[i].Y)-1 {
		out.Title = eventWords(j.events[i]) + " stopped: none on " + since + ", usual " + words.Rate(f.Usual) + " a day"
	}
	j.lost(i, &out, f, f.Usual)
	return out
}

// fell describes an event below its usual.
func (j *volumeNight) fell(i int, f series.Fall) finding.Finding {
	out := j.base(i, finding.VolumeDrop, f.Since, f.Score)
	last := len(j.panel.Series[i].Y) - 1
	down := words.Percent(1 - f.Actual/max(f.Expected, 1e-9))
	name, day := eventWords(j.events[i]), words.Day(j.day(f.Since).Time())
	n := float64(last - f.Since + 1)
	if f.Since == last {
		out.Title = name + " fell by " + down + ": " + words.Count(int64(f.Actual)) + " on " + day + ", usual " + words.Rate(f.Expected)
	} else {
		out.Title = name + " has been down by " + down + " since " + day + ": " + words.Rate(f.Actual/n) + " a day, usual " + words.Rate(f.Expected/n)
	}
	j.lost(i, &out, f, f.Expected/n)
	return out
}

// declined describes a slow fall.
func (j *volumeNight) declined(i int, d series.Decline, v series.Verdict) finding.Finding {
	out := j.base(i, finding.SlowDecline, d.Start, v.Score)
	last := len(j.panel.Series[i].Y) - 1
	out.Title = eventWords(j.events[i]) + " has been falling since " + words.Day(j.day(d.Start).Time()) +
		": now " + words.Percent(d.Fall) + " below its usual " + words.Rate(d.Usual) + " a day"
	out.Confidence = math.Round(100*min(.98, 1-.5/math.Sqrt(max(d.R, 1)))) / 100
	out.Rows = int64(math.Round(max(0, d.Rows)))
	out.Share = j.share(d.Usual)
	out.Evidence = append(out.Evidence, j.drawn(i, d.Start, "usual "+words.Rate(d.Usual)+" a day, "+j.onLast(i)), finding.Evidence{
		Label: "slope",
		Value: "about " + words.Percent(1-math.Pow(1-d.Fall, 1/float64(last-d.Start+1))) + " less each day, for " + words.Days(last-d.Start+1),
	})
	j.surroundings(&out)
	j.narrow(i, &out, d.Start)
	return out
}

// surged describes an event far above its usual.
func (j *volumeNight) surged(i int, v series.Verdict) (finding.Finding, bool) {
	y := j.panel.Series[i].Y
	last := len(y) - 1
	from := last - v.Surge + 1
	b := j.back.Band(i, from, from)
	usual, actual := total(b.Expected), total(y[from:])
	over := v.Surge > 1 && y[last] < 1.2*b.Expected[last-b.First] // the last of the days is as usual
	if actual < spikeTimes*usual || actual-usual < 10 || over || knownLevel(y, from, j.monthsBefore) {
		return finding.Finding{}, false
	}
	for i := from; i <= last; i++ {
		if j.grown[j.day(i)] {
			return finding.Finding{}, false // its rows came later: backfill says so
		}
	}
	for v.Surge > 1 && from < last && y[from] < 1.2*b.Expected[from-b.First] {
		from++ // a window of three days may hold days as usual
	}
	out := j.base(i, finding.VolumeSpike, from, v.Spike)
	if !out.Planned && j.in.agreed() {
		out.Severity = finding.Info
	}
	name, day := eventWords(j.events[i]), words.Day(j.day(from).Time())
	out.Title = name + " rose to " + timesWords(actual/max(usual, 1)) + " its usual since " + day
	if from == last {
		out.Title = name + " rose to " + timesWords(y[last]/max(b.Expected[last-b.First], 1)) + " its usual on " + day
	}
	out.Rows = int64(math.Round(max(0, total(y[from:])-total(b.Expected[from-b.First:]))))
	out.Share = j.share(v.Usual)
	out.Evidence = append(out.Evidence, j.drawn(i, from, "usual "+words.Rate(b.Expected[last-b.First])+" a day, "+j.onLast(i)))
	j.surroundings(&out)
	return out, true
}

// monthsBefore is the same day of the last two months, as places in the panel: of a day that a month does not have, its last.
func (j *volumeNight) monthsBefore(i int) []int {
	d := j.day(i).Time()
	var out []int
	for k := 1; k <= 2; k++ {
		m := d.AddDate(0, 0, -d.Day()) // the last day of the month before
		if d.Day() < m.Day() {
			m = m.AddDate(0, 0, d.Day()-m.Day())
		}
		out = append(out, j.index(landed.DayOf(m)))
		d = m
	}
	return out
}

// timesWords says a factor as people do.
func timesWords(x float64) string {
	if x >= 9.95 {
		return words.Count(int64(math.Round(x))) + " times"
	}
	return words.Rate(x) + " times"
}

// base fills in what every finding about the volume of one event has.
func (j *volumeNight) base(i int, kind finding.Kind, since int, score float64) finding.Finding {
	e := j.events[i]
	f := finding.Finding{
		Kind: kind, Severity: finding.Warning, Subject: j.subject(i), Sources: []string{j.in.Landed.Source.Name},
		Call: e.Call, Table: qualified(j.in, e.Table), Since: j.day(since), LastSeen: j.in.Last, Ongoing: true,
		Score: &score, Confidence: sureOf(score), Planned: j.planned[i] != nil,
	}
	if j.in.agreed() && !f.Planned {
		f.Severity = finding.Info // nobody promised that it would land
	}
	if o := j.planned[i]; o != nil {
		f.Owner = o.Owner
	}
	f.Fixes = []finding.Fix{finding.TellOwner{Owner: f.Owner}, finding.SearchCode{Literals: []string{e.Name}, Source: j.in.Landed.Source.Name}}
	if e.Name == "" {
		f.Fixes = f.Fixes[:1]
	}
	return f
}

// sureOf turns a score into how sure a reader may be: 90 % at 2.5, 99 % at 4.
func sureOf(score float64) float64 {
	return math.Round(100*clampShare(1-.1*math.Pow(10, -(score-2.5)/1.5), .5, .99)) / 100
}

func clampShare(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

// lost adds what is missing and where; usual is rows a day, as the title has it.
func (j *volumeNight) lost(i int, out *finding.Finding, f series.Fall, usual float64) {
	out.Rows = int64(math.Round(f.Missing()))
	out.Share = j.share(f.Usual)
	last := len(j.panel.Series[i].Y) - 1
	out.Evidence = append(out.Evidence, j.drawn(i, f.Since, "usual "+words.Rate(usual)+" a day, "+j.onLast(i)))
	if f.Since < last {
		out.Evidence = append(out.Evidence, finding.Evidence{
			Label: "missing",
			Value: words.Count(out.Rows) + " of the usual " + words.Count(int64(math.Round(f.Expected))) + " in " + words.Days(last-f.Since+1),
		})
	}
	if f.Held {
		out.Evidence = append(out.Evidence, finding.Evidence{Label: "level", Value: "it fell at once and has not come back since"})
	}
	if n := int64(j.late[i]); n > 0 {
		out.Evidence = append(out.Evidence, finding.Evidence{
			Label: "left out", Value: words.Count(n) + " more landed on " + words.Day(j.in.Last.Time()) + " that happened on earlier days",
		})
	}
	j.surroundings(out)
	j.narrow(i, out, f.Since)
	j.sampled(i, out, f)
}

func (j *volumeNight) share(usual float64) float64 {
	if j.usual <= 0 {
		return 0
	}
	return min(1, usual/max(j.usual, usual))
}

func (j *volumeNight) onLast(i int) string {
	y := j.panel.Series[i].Y
	return words.Count(int64(y[len(y)-1])) + " on " + words.Day(j.in.Last.Time())
}

// drawn is the line of evidence with the chart.
func (j *volumeNight) drawn(i, began int, text string) finding.Evidence {
	y := j.panel.Series[i].Y
	from := max(0, len(y)-chartDays)
	b := j.back.Band(i, from, began)
	return finding.Evidence{Label: "a day", Value: text, Chart: &finding.Chart{
		First: j.day(from), Daily: whole(y[from:]), Expected: b.Expected, Low: b.Low, High: b.High, Began: j.day(began),
	}}
}

// surroundings says how the rest of the source does, since that is what an event is judged against.
func (j *volumeNight) surroundings(out *finding.Finding) {
	if s := j.night.Source; s.Known {
		text := "the rest of the source is as usual"
		if s.Factor < .85 || s.Factor > 1.18 {
			text = "the rest of the source is at " + words.Percent(s.Factor) + " of its usual; that is taken out"
		}
		out.Evidence = append(out.Evidence, finding.Evidence{Label: "source", Value: text})
	}
	if c := j.options.Complete; c < .98 {
		out.Evidence = append(out.Evidence, finding.Evidence{
			Label: "still arriving", Value: words.Percent(c) + " of a day has landed by this hour; that is allowed for", Against: true,
		})
	}
}

// narrow names the smallest part of the source that explains a fall.
func (j *volumeNight) narrow(i int, out *finding.Finding, since int) {
	slice, share, outside := j.explain(i, since)
	if slice == nil {
		return
	}
	out.Slice = slice
	out.Evidence = append(out.Evidence, finding.Evidence{
		Label: "where",
		Value: words.Percent(min(share, 1)) + " of it in " + sliceWords(slice) + "; outside it " + words.Percent(clampShare(outside, 0, 1)) + " is missing",
	})
	for k, fx := range out.Fixes {
		if s, ok := fx.(finding.SearchCode); ok {
			s.Version = appVersion(slice)
			out.Fixes[k] = s
		}
	}
}

// explain finds the slice in which the missing rows lie. What a slice should have had is its part of the rest of the
// source on the same days, times how much more or less than the rest it sent this event before: so that a version
// that users leave for the next one does not look like a loss.
func (j *volumeNight) explain(i, since int) (slice *landed.Slice, share, outside float64) {
	y := j.panel.Series[i].Y
	b := j.back.Band(i, since, since)
	expected, actual := total(b.Expected), total(y[since:])
	if expected-actual < 30 {
		return nil, 0, 0
	}
	whole := series.Slice{N0: 1, K1: expected - actual, N1: expected}
	var of []series.Slice
	var at []landed.Slice
	for rank, part := range volumeParts() {
		parts := j.parts(i, since, part)
		norm := 0.0
		for _, q := range parts {
			norm += q.weight()
		}
		for key, q := range parts {
			if key == (landed.Slice{}) || key.AppVersion == landed.Other || norm <= 0 {
				continue
			}
			e := expected * q.weight() / norm
			of = append(of, series.Slice{Rank: rank, N0: 1, K1: e - q.mine, N1: e})
			at = append(at, key)
		}
	}
	a, ok := series.Attribute(whole, of)
	if !ok {
		return nil, 0, 0
	}
	return &at[a.Index], a.Share, a.Outside
}

func volumeParts() []func(landed.Slice) landed.Slice {
	return []func(landed.Slice) landed.Slice{
		func(s landed.Slice) landed.Slice { return landed.Slice{AppVersion: s.AppVersion} },
		func(s landed.Slice) landed.Slice { return landed.Slice{Library: s.Library} },
		func(s landed.Slice) landed.Slice { return landed.Slice{Platform: s.Platform} },
	}
}

// slicePart is one slice's rows: of the event and of the rest, since the fall and in the four weeks before.
type slicePart struct{ mine, rest, mineBefore, restBefore, ratio float64 }

// weight is what the slice should carry: the rest's rows now, times its inclination to the event.
func (q slicePart) weight() float64 { return q.rest * q.ratio }

func (j *volumeNight) parts(i, since int, part func(landed.Slice) landed.Slice) map[landed.Slice]slicePart {
	skip := int(j.span.First - j.in.Landed.Span.First)
	last := len(j.panel.Series[i].Y) - 1 + skip
	out := map[landed.Slice]slicePart{}
	var mine, rest float64
	for k, e := range j.events {
		for _, c := range e.Cells {
			key := part(c.Slice)
			q := out[key]
			now, before := rows(c.Daily, skip+since, last), rows(c.Daily, skip+since-28, skip+since-1)
			if k == i {
				q.mine += now
				q.mineBefore += before
				mine += before
			} else {
				q.rest += now
				q.restBefore += before
				rest += before
			}
			out[key] = q
		}
	}
	overall := mine / max(rest, 1)
	for key, q := range out {
		// Twenty rows' worth of the overall inclination, so that a new version is taken to be like the others.
		q.ratio = (q.mineBefore + 20*overall) / (q.restBefore + 20)
		out[key] = q
	}
	return out
}
