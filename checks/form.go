package checks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// When text changed its form: fewer sampled values say nothing.
const (
	formValues = 200 // sampled, before and since
	formMoved  = .2  // share of the values that look otherwise
	formNew    = .02 // share that a form may have had before to be a new one
)

// form is how the values of a column look: shares by class.
type form struct {
	n     float64
	share [landed.LooksCount]float64
}

// formOf adds up the shapes of some days. Digits that happen to pass as a card's are numbers, and text around an address
// is text: what looks personal is another check's.
func formOf(days []landed.Shape) form {
	var f form
	for _, sh := range days {
		for i, n := range sh.Classes {
			f.share[i] += float64(n)
			f.n += float64(n)
		}
	}
	f.share[landed.LooksNumber] += f.share[landed.LooksCard]
	f.share[landed.LooksOther] += f.share[landed.LooksPhone] + f.share[landed.HoldsEmail]
	f.share[landed.LooksCard], f.share[landed.LooksPhone], f.share[landed.HoldsEmail] = 0, 0, 0
	for i := range f.share {
		f.share[i] /= max(f.n, 1)
	}
	return f
}

// most is the class that most values have.
func (f form) most() landed.Looks {
	best := landed.LooksOther
	for i, s := range f.share {
		if s > f.share[best] {
			best = landed.Looks(i)
		}
	}
	return best
}

// moved is the share of values that look otherwise, and the class that gained most.
func (f form) moved(to form) (share float64, gained landed.Looks) {
	gained = landed.LooksOther
	for i := range f.share {
		share += math.Abs(to.share[i]-f.share[i]) / 2
		if to.share[i]-f.share[i] > to.share[gained]-f.share[gained] {
			gained = landed.Looks(i)
		}
	}
	return share, gained
}

// formShift is text that began to look otherwise.
type formShift struct {
	since      landed.Day
	was, now   form
	lost, gain landed.Looks
	moved      float64
}

// formShiftOf looks for the sampled day from which a column looks otherwise and has since.
func formShiftOf(s sampledColumn) (formShift, bool) {
	days := slices.DeleteFunc(slices.Clone(s.days), func(sh landed.Shape) bool { return sh.Day > s.last || sh.Day <= s.last-2*28 })
	slices.SortStableFunc(days, func(a, b landed.Shape) int { return int(a.Day) - int(b.Day) })
	var best formShift
	found, strength := false, 0.0
	for c := 1; c < len(days); c++ {
		if days[c].Day == days[c-1].Day {
			continue
		}
		was, now := formOf(days[:c]), formOf(days[c:])
		if was.n < formValues || now.n < formValues {
			continue
		}
		moved, gained := was.moved(now)
		fresh := was.share[gained] < formNew
		if moved < formMoved || gained == was.most() || gained == landed.LooksEmail || // which is the check for personal data's
			now.most() == was.most() && !fresh {
			continue
		}
		// One night's odd batch is not told, unless it turned most of the values.
		if last := formOf(days[len(days)-1:]); last.n >= 30 && last.share[gained]-was.share[gained] < moved/2 || c == len(days)-1 && moved < .5 {
			continue
		}
		if x := moved * math.Sqrt(now.n/(now.n+was.n)*was.n); x > strength {
			strength, found = x, true
			best = formShift{since: days[c].Day, was: was, now: now, lost: was.most(), gain: gained, moved: moved}
		}
	}
	return best, found
}

// looksWords says in words what values look like.
func looksWords(l landed.Looks) string {
	switch l {
	case landed.LooksEmpty:
		return "empty text"
	case landed.LooksUUID:
		return "UUIDs"
	case landed.LooksJSON:
		return "JSON"
	case landed.LooksNumber, landed.LooksCard:
		return "numbers"
	case landed.LooksDate:
		return "dates"
	case landed.LooksBool:
		return "true or false"
	case landed.LooksEmail, landed.HoldsEmail:
		return "e-mail addresses"
	case landed.LooksPhone:
		return "phone numbers"
	case landed.LooksOther, landed.LooksCount:
	}
	return "other text"
}

// ruled says whether the plan has a rule for a column's text: then breaking it is what is told.
func (in Input) ruled(table, column string) bool {
	return slices.ContainsFunc(in.Constraints, func(r landed.Constraint) bool {
		return r.Table == table && r.Column == column && (r.Rule == landed.Matches || r.Rule == landed.OneOf || r.Rule == landed.Castable)
	})
}

// formShifts tells of text that began to look otherwise: numbers instead of UUIDs.
func formShifts(in Input) []finding.Finding {
	var out []finding.Finding
	eachForm(in, func(p *profiled, s sampledColumn, prop plannedProperty, isPlanned bool) {
		if shift, ok := formShiftOf(s); ok {
			out = append(out, shift.describe(in, p, s.column, valueDrift(in, p.table.Name, s.column, prop, isPlanned)))
		}
	})
	return out
}

// formSuspect is how many values of either time are enough to look at more days of a table.
const formSuspect = 40

// formAge is how long ago a form may have changed for a first audit to look for the day.
const formAge = 28

// Sample implements Sampler: of tables in which a column looks otherwise than some weeks ago, all days since are sampled.
func (c unit) Sample(in Input) map[string]landed.Span {
	out := map[string]landed.Span{}
	eachForm(in, func(p *profiled, s sampledColumn, _ plannedProperty, _ bool) {
		var early, late []landed.Shape
		for _, sh := range s.days {
			if sh.Day <= s.last-activeDays {
				early = append(early, sh)
			} else {
				late = append(late, sh)
			}
		}
		was, now := formOf(early), formOf(late)
		if was.n < formSuspect || now.n < formSuspect {
			return
		}
		if moved, gained := was.moved(now); moved >= formMoved/2 && gained != was.most() {
			out[p.table.Name] = landed.Span{First: in.Last - formAge + 1, Last: in.Last}
		}
	})
	return out
}

// eachForm calls tell for every column whose form could be told.
func eachForm(in Input, tell func(p *profiled, s sampledColumn, prop plannedProperty, isPlanned bool)) {
	planned := plannedFor(in)
	for _, t := range in.Landed.Tables {
		if len(t.Shapes) == 0 {
			continue
		}
		p, ok := lay(in, t)
		if !ok {
			continue
		}
		props := propertiesOf(planned[t.Name])
		for _, s := range sampledColumns(in, t) {
			prop, isPlanned := props[s.column]
			if commonColumn(s.column) || in.open(s.column) || isPlanned && prop.event.Deprecated() || in.ruled(t.Name, s.column) || p.whole[s.column] == nil {
				continue
			}
			tell(p, s, prop, isPlanned)
		}
	}
}

func (s formShift) describe(in Input, p *profiled, column string, f finding.Finding) finding.Finding {
	f.Sources, f.Table = []string{in.Landed.Source.Name}, qualified(in, p.table.Name)
	f.Since, f.LastSeen, f.Ongoing, f.Confidence = s.since, in.Last, true, .97
	filled := p.whole[column].filled
	from := min(len(filled), max(0, int(s.since-p.first)))
	f.Rows = int64(math.Round((s.now.share[s.gain] - s.was.share[s.gain]) * total(filled[from:])))
	f.Rate = finding.Rate{Before: s.was.share[s.gain], After: s.now.share[s.gain]}
	of := called(f.Call, f.Subject.Event)
	if s.now.most() != s.lost {
		f.Title = fmt.Sprintf("%s of %s holds %s instead of %s", bare(f.Subject.Property), of, looksWords(s.gain), looksWords(s.lost))
	} else {
		f.Title = fmt.Sprintf("%s of %s holds %s in %s of its values, was %s", bare(f.Subject.Property), of, looksWords(s.gain),
			words.Percent(s.now.share[s.gain]), looksWords(s.lost))
	}
	var lines []string
	for _, l := range []landed.Looks{s.gain, s.lost} {
		lines = append(lines, looksWords(l)+" "+words.Percent(s.now.share[l])+", was "+words.Percent(s.was.share[l]))
	}
	f.Evidence = append(f.Evidence,
		finding.Evidence{Label: "form", Value: strings.Join(lines, "; "), Chart: &finding.Chart{First: p.first, Daily: whole(filled), Began: f.Since}},
		finding.Evidence{Label: "sample", Value: fmt.Sprintf("%s values since, %s before", words.Count(int64(s.now.n)), words.Count(int64(s.was.n)))})
	f.Fixes = propertyFixes(in, f, f.Subject.Property)
	return f
}
