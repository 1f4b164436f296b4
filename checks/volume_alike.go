package checks

import (
	"fmt"
	"math"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// An event that is sampled falls to one share in all of its parts, and stays there.
const (
	alikeRows  = 20  // that a part should have had, for its share to say something
	alikeFall  = .25 // least fall that is worth the word
	alikeApart = .15 // how far a part's share may lie from that of the whole, as a share of it, beyond chance
)

// sampled says that an event fell alike in all parts of its source, as sampling would let it; with it comes the entry that
// takes the new level for usual.
func (j *volumeNight) sampled(i int, out *finding.Finding, f series.Fall) {
	left := f.Actual / max(f.Expected, 1e-9)
	if out.Slice != nil || f.Actual <= 0 || 1-left < alikeFall {
		return
	}
	dims, alike := j.alike(i, f, left)
	if !alike || !j.steady(i, f, left) {
		return
	}
	how := "it fell at once and is steady since"
	switch {
	case len(dims) > 0:
		how = "it fell alike in every " + words.And(dims)
	case f.Since == len(j.panel.Series[i].Y)-1:
		return // one day, and nothing to compare: that says nothing
	}
	out.Evidence = append(out.Evidence, finding.Evidence{Label: finding.Alike, Value: how + finding.Sampling + words.Percent(left) + " would do"})
	out.Fixes = append(out.Fixes, finding.Configure{
		Section: "accept",
		Entry: fmt.Sprintf("{events: [%s], sources: [%s], from: %s, why: …}", yamlString(out.Subject.Event),
			yamlString(out.Subject.Source), out.Since),
		Why: "if it is sampled on purpose and this is the new usual",
	})
}

// alike says whether every part that is large enough to tell fell to the same share, and which dimensions have several.
func (j *volumeNight) alike(i int, f series.Fall, left float64) (dims []string, ok bool) {
	for _, dim := range []struct {
		name string
		of   func(landed.Slice) landed.Slice
	}{
		{"app version", func(s landed.Slice) landed.Slice { return landed.Slice{AppVersion: s.AppVersion} }},
		{"platform", func(s landed.Slice) landed.Slice { return landed.Slice{Platform: s.Platform} }},
		{"library", func(s landed.Slice) landed.Slice { return landed.Slice{Library: s.Library} }},
		{"library version", func(s landed.Slice) landed.Slice { return landed.Slice{LibraryVersion: s.LibraryVersion} }},
	} {
		parts := j.parts(i, f.Since, dim.of)
		norm, told := 0.0, 0
		for _, q := range parts {
			norm += q.weight()
		}
		for _, q := range parts {
			usual := f.Expected * q.weight() / max(norm, 1e-9)
			if usual < alikeRows {
				continue
			}
			told++
			chance := 3 * math.Sqrt(max(left*usual, 1)) / usual
			if math.Abs(q.mine/usual-left) > chance+alikeApart*left {
				return nil, false
			}
		}
		if told > 1 {
			dims = append(dims, dim.name)
		}
	}
	return dims, true
}

// steady says whether the event stayed at its new share on every day since.
func (j *volumeNight) steady(i int, f series.Fall, left float64) bool {
	y := j.panel.Series[i].Y
	b := j.back.Band(i, f.Since, f.Since)
	for d, usual := range b.Expected {
		chance := 3 * math.Sqrt(max(left*usual, 1)) / max(usual, 1)
		if math.Abs(y[f.Since+d]/max(usual, 1)-left) > chance+2*alikeApart*left {
			return false
		}
	}
	return true
}
