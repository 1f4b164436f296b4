package checks

import (
	"cmp"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// answerAgain answers what a check asks of rows that say an action again, from again.csv: which share of an event's rows,
// as landed.csv has them, do. Columns: event, source (web), app_version (all), beside (another source that has them as
// well), and of, which is one of
//
//	value     the value of what is unique stood in another row of that day
//	quick     an equal row by the same person came within two seconds
//	soon      within a minute; without such a row: as many as quickly
//	near      any row by the same person came within two seconds; without such a row: as many as quickly
//	person    the same person did it in the other source within a minute
//
// Without the section nothing is answered.
func (c *goldenCase) answerAgain(all []Input, questions []landed.Question) landed.Answers {
	c.t.Helper()
	out := landed.Answers{Values: map[landed.Question]landed.Answer{}}
	if c.section("again.csv") == "" {
		return out
	}
	s := c.sheet("again.csv", "event", "source", "app_version", "beside", "of")
	for _, q := range questions {
		switch q := q.(type) {
		case landed.Repeats:
			out.Values[q] = c.repeats(s, all, q)
		case landed.Crossed:
			out.Values[q] = c.crossed(s, all, q)
		}
	}
	return out
}

// share finds the row of again.csv that speaks of an event, and of its version before it does of all; nil: none do.
func (c *goldenCase) share(s sheet, event, source, beside, version, of string) []figure {
	c.t.Helper()
	var found []figure
	for _, r := range s.rows {
		w := r.words
		if w["event"] != event || cmp.Or(w["source"], "web") != source || w["beside"] != beside || w["of"] != of || w["app_version"] != "" && w["app_version"] != version {
			continue
		}
		if found == nil || w["app_version"] != "" {
			found = c.figures(r, s.span.Len())
		}
	}
	return found
}

func (c *goldenCase) repeats(s sheet, all []Input, q landed.Repeats) landed.Answer {
	c.t.Helper()
	var out landed.Answer
	for _, in := range all {
		if in.Landed.Source.Name != q.Source {
			continue
		}
		for _, e := range in.Landed.Events {
			for _, cell := range e.Cells {
				if e.Name != q.Event {
					continue
				}
				noise := chance("again", q.Event, cell.Slice.AppVersion)
				for d := q.Span.First; d <= q.Span.Last; d++ {
					n := float64(cell.Daily[d-in.Landed.Span.First])
					row := landed.Row{Key: cell.Slice.AppVersion, N: []float64{float64(d), n, n, 0, 0, 0, 0, 0, 0}}
					for i, of := range []string{3: "value", 4: "quick", 5: "soon", 8: "near"} {
						if f := c.share(s, q.Event, q.Source, "", cell.Slice.AppVersion, of); f != nil {
							row.N[i] = f[d-s.span.First].of(n, noise)
						} else if of == "soon" || of == "near" {
							row.N[i] = row.N[4]
						}
					}
					for i := range 2 {
						if row.N[3+i] > 0 {
							row.N[6+i] = float64(d.Time().Unix()) + 9*3600
						}
					}
					if n > 0 {
						out = append(out, row)
					}
				}
			}
		}
	}
	return out
}

func (c *goldenCase) crossed(s sheet, all []Input, q landed.Crossed) landed.Answer {
	c.t.Helper()
	rows := func(source string, d landed.Day) float64 {
		var n float64
		for _, in := range all {
			for _, e := range in.Landed.Events {
				if in.Landed.Source.Name == source && e.Name == q.Event {
					n += daily(e, in.Landed.Span.Len())[d-in.Landed.Span.First]
				}
			}
		}
		return n
	}
	value, person := c.share(s, q.Event, q.Source, q.Other, "", "value"), c.share(s, q.Event, q.Source, q.Other, "", "person")
	noise := chance("crossed", q.Event)
	var out landed.Answer
	for d := q.Span.First; d <= q.Span.Last; d++ {
		n := rows(q.Source, d)
		row := landed.Row{N: []float64{float64(d), n, rows(q.Other, d), n, 0, 0, 0, 0}}
		for i, f := range [][]figure{value, person} {
			if f == nil {
				continue
			}
			if row.N[4+i] = f[d-s.span.First].of(n, noise); row.N[4+i] > 0 {
				row.N[6+i] = float64(d.Time().Unix()) + 9*3600
			}
		}
		out = append(out, row)
	}
	return out
}
