package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// fits says whether a name is one of a template's.
func fits(template, name string) bool { return names.Like(names.Pattern(template), name) }

// describe writes the finding of one pattern. Its subject is the template, so that tomorrow's names are the same
// finding.
func (c dynamicName) describe(in Input, p *pattern, all []observed, rest []float64) finding.Finding {
	span := in.history()
	from := max(p.first, len(p.y)-activeDays)
	share := total(p.y[from:]) / max(1, total(rest[from:]))
	source := in.Landed.Source.Name
	f := finding.Finding{
		Kind: finding.DynamicName, Severity: finding.Info,
		Subject: finding.Subject{Source: source, Event: p.template}, Sources: []string{source}, Call: landed.Track,
		Since: span.First + landed.Day(p.first), Older: p.first == 0, LastSeen: span.First + landed.Day(p.last), Ongoing: true,
		Rows: int64(p.total), Confidence: p.sure(), Share: min(1, share), Title: p.title(),
	}
	if share >= c.Loud {
		f.Severity = finding.Warning
	}
	var alone bool
	f.Slice, alone = p.client(in)
	f.Evidence = p.evidence(in, share)
	if f.Slice != nil {
		text := "only from " + sliceWords(f.Slice)
		if alone {
			text += ", which sends hardly anything else"
		}
		f.Evidence = slices.Insert(f.Evidence, 2, finding.Evidence{Label: "client", Value: text}) // after how many there are
	}
	for _, o := range p.oldest() {
		if !in.agreed() {
			break
		}
		f.Explains = append(f.Explains, finding.KeyOf(finding.UnplannedEvent, finding.Subject{Source: source, Event: o.Name}))
	}
	f.Fixes = p.fixes(in, f.Slice, alone, all)
	return f
}

// sure is how sure it is that the names carry data.
func (p *pattern) sure() float64 {
	switch n := len(p.distinct); {
	case p.flood:
		return .9
	case n >= 30 && p.grows():
		return .99
	case n >= 10:
		return .95
	}
	return .9
}

func (p *pattern) title() string {
	n := words.Count(int64(len(p.distinct)))
	if p.flood && p.template == "{text}" {
		return n + " new names that nobody knows, a few events each"
	}
	if p.flood {
		return fmt.Sprintf("%s new names like %s, a few events each", n, quote(p.template))
	}
	return fmt.Sprintf("%s: %s names that differ only in %s", quote(p.template), n, words.And(p.carried()))
}

// carried says what the names carry.
func (p *pattern) carried() []string {
	say := map[names.Datum]string{
		names.Number: "a number", names.Identifier: "an id", names.Date: "a date", names.Clock: "a time", names.Price: "a price",
		names.VersionText: "a version", names.Email: "an e-mail address", names.URL: "a URL", names.Path: "a path", names.Words: "a long text",
	}
	out := make([]string, len(p.kinds))
	for i, k := range p.kinds {
		out[i] = say[k]
	}
	return out
}

// evidence says how many names there are, how they come and go, and shows a few.
func (p *pattern) evidence(in Input, share float64) []finding.Evidence {
	span := in.history()
	label := p.template
	if label == "{text}" {
		label = "new names"
	}
	out := []finding.Evidence{{
		Label: label, Value: words.Rate(meanLast(p.y, min(7, len(p.y)-p.first))) + " a day, " + words.Percent(share) + " of " + bare(in.Landed.Source.Name),
		Chart: &finding.Chart{First: span.First, Daily: whole(p.y), Began: span.First + landed.Day(p.first)},
	}}
	text := words.Many(int64(len(p.distinct)), "name", "names") + " so far"
	if new := p.perDay(); new > 0 {
		text += ", " + words.Rate(new) + " new a day"
	}
	if n := p.fleeting(); n > 0 && len(p.y)-p.first > 1 {
		text += fmt.Sprintf("; %s of them landed on one day only", words.Count(int64(n)))
	}
	out = append(out, finding.Evidence{Label: "names", Value: text}, finding.Evidence{Label: "such as", Value: p.examples(3)})
	if p.template == "{text}" {
		out = append(out, finding.Evidence{Label: "most likely", Value: "a write key in other hands, a scanner, or a script that went wrong"})
	}
	if tables := p.tables(in); tables > 1 {
		out = append(out, finding.Evidence{Label: "tables", Value: words.Count(int64(tables)) + " tables of their own in " + bare(in.Landed.Source.Schema)})
	}
	return out
}

// examples are the latest names, the largest of a day first; addresses of people are masked, as everywhere.
func (p *pattern) examples(few int) string {
	list := slices.Clone(p.names)
	slices.SortStableFunc(list, func(a, b observed) int {
		if a.first != b.first {
			return b.first - a.first
		}
		if a.total != b.total {
			return int(b.total - a.total)
		}
		return strings.Compare(a.Name, b.Name)
	})
	var out []string
	for _, o := range list {
		if s := quote(o.Name); len(out) < few && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// tables is how many tables hold nothing but these names. A name says which table its properties are for; whether there is
// one the warehouse says.
func (p *pattern) tables(in Input) int {
	there, seen := map[string]bool{}, map[string]bool{}
	for _, t := range in.Landed.Tables {
		there[t.Name] = true
	}
	for _, o := range p.names {
		if in.Apart.Tables[o.Table] && there[o.Table] {
			seen[o.Table] = true
		}
	}
	return len(seen)
}

// fixes is what can be done: send one name and the data as a property; until then leave the rows out.
func (p *pattern) fixes(in Input, slice *landed.Slice, alone bool, all []observed) []finding.Fix {
	source := in.Landed.Source.Name
	literals := names.Fixed(p.template)
	if len(literals) == 0 {
		for _, o := range p.names[:min(3, len(p.names))] {
			literals = append(literals, o.Name)
		}
	}
	out := []finding.Fix{finding.SearchCode{Literals: literals, Source: source, Version: appVersion(slice)}, finding.TellOwner{}}
	like := names.Pattern(p.template)
	own := strings.Trim(like, "* ") != "" && !slices.ContainsFunc(all, func(o observed) bool {
		_, mine := p.distinct[o.Name]
		return !mine && names.Like(like, o.Name)
	}) && !slices.ContainsFunc(plannedNames(in), func(name string) bool { return names.Like(like, name) })
	switch {
	case alone && p.flood:
		out = append(out, finding.LeaveOut{Source: source, Slice: *slice})
	case own:
		out = append(out, finding.LeaveOut{Source: source, Names: like})
	}
	if own {
		out = append(out, finding.Configure{
			Section: "ignore", Entry: fmt.Sprintf("{events: [%s], kinds: [dynamic-name], why: …}", yamlString(p.template)), Why: "if it is meant to stay so",
		})
	}
	return out
}
