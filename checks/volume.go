package checks

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/series"
)

// volumeEntries are the checks of how many events there are.
func volumeEntries() []Entry {
	return []Entry{
		{
			ID:    "volume-drop",
			Kinds: []finding.Kind{finding.VolumeDrop, finding.EventStopped, finding.SlowDecline, finding.VolumeSpike},
			New:   newVolume,
		},
		{ID: "source-outage", Kinds: []finding.Kind{finding.SourceOutage}, NewAll: newOutage},
		{ID: "late-data", Kinds: []finding.Kind{finding.LateData}, New: newLateData},
	}
}

// volumeSettings are the settings of the checks of volume.
type volumeSettings struct {
	Sensitivity string `yaml:"sensitivity" words:"strict normal sensitive"`
}

// threshold is the score from which on a fall is told.
func (s volumeSettings) threshold() (float64, error) {
	switch s.Sensitivity {
	case "strict":
		return 3, nil
	case "", "normal":
		return 2.5, nil
	case "sensitive":
		return 2, nil
	}
	return 0, fmt.Errorf("sensitivity is %q, but must be strict, normal or sensitive", s.Sensitivity)
}

func decodeVolume(s Settings) (float64, error) {
	v := volumeSettings{Sensitivity: "normal"}
	if err := s.Decode(&v); err != nil {
		return 0, err
	}
	return v.threshold()
}

// What else a slow decline and a spike must reach, measured on quiet series.
const (
	declineEvidence = 16  // how much better a slope fits than a level
	declineFall     = .25 // least share lost
	spikeExtra      = .5  // above the threshold of a fall: a rise costs nobody data
	spikeTimes      = 1.5 // least rise
)

// volume finds events that fell, stopped, fade or surge, each against its own past and with the movement of the whole
// source taken out.
type volume struct{ threshold float64 }

func newVolume(s Settings) (Check, error) {
	threshold, err := decodeVolume(s)
	if err != nil {
		return nil, err
	}
	return volume{threshold: threshold}, nil
}

// Needs implements Check.
func (c volume) Needs() landed.Needs {
	return landed.Needs{landed.Counts: volumeDays, landed.Arrivals: 35}
}

// Run implements Check.
func (c volume) Run(in Input) Verdict {
	var out Verdict
	p, ok := volumePanelOf(in)
	if !ok {
		return out
	}
	if why := p.muted(); why != "" {
		out.Unjudged = append(out.Unjudged, finding.Unjudged{
			Check: finding.VolumeDrop, Subject: finding.Subject{Source: in.Landed.Source.Name}, Why: why,
		})
		return out
	}
	last := p.span.Len() - 1
	h := p.learn()
	j := volumeNight{volumePanel: p, night: h.Judge(last), back: h.Freezer(last)}
	for _, v := range j.night.Series {
		j.usual += v.Usual
	}
	for i := range p.events {
		if p.unseen[i] || p.planned[i] != nil && p.planned[i].Deprecated() {
			continue
		}
		if f, ok := c.find(&j, i); ok {
			out.Findings = append(out.Findings, f)
		} else if u, ok := j.unjudged(i); ok {
			out.Unjudged = append(out.Unjudged, u)
		}
	}
	return out
}

// volumeNight is a panel with this night's verdicts.
type volumeNight struct {
	*volumePanel
	night series.Judgement
	back  *series.Freezer
	usual float64 // rows of a usual day of the whole source
}

// find says what is wrong with one event: silence before a slope, a slope before a fall, a fall before a surge.
func (c volume) find(j *volumeNight, i int) (finding.Finding, bool) {
	v := j.night.Series[i]
	fall, fell := j.back.Falling(i, v, c.threshold)
	if fell && fall.Silent {
		return j.stopped(i, fall), true
	}
	d, bent := j.back.Decline(i)
	bent = bent && d.Fall >= declineFall
	if bent && !d.Step && d.R >= max(declineEvidence, 1.5*d.Before) && (!fell || !c.sudden(j, i, d)) {
		return j.declined(i, d, v), true
	}
	if fell {
		return j.fell(i, fall), true
	}
	// A fall of more than a week can look like a step and not be sure enough of one: that it falls is.
	if s := d.Slope; bent && s != nil && len(j.panel.Series[i].Y)-s.Start > 8 && s.Fall >= declineFall && s.R >= max(declineEvidence, 1.5*d.Before) {
		return j.declined(i, *s, v), true
	}
	if v.Spike >= c.threshold+spikeExtra && v.Actual >= 0 {
		return j.surged(i, v)
	}
	return finding.Finding{}, false
}

// sudden says whether the last day lies far below a slope: then something broke, and the slope is not the news.
func (c volume) sudden(j *volumeNight, i int, d series.Decline) bool {
	s := j.panel.Series[i]
	last := len(s.Y) - 1
	v := j.night.Series[i]
	return v.Window == 1 && v.Score >= c.threshold && s.Y[last] < .5*(1-d.Fall)*d.Usual
}

// unjudged reports a series that is too young or too sparse: every planned one, others once they are lively.
func (j *volumeNight) unjudged(i int) (finding.Unjudged, bool) {
	v := j.night.Series[i]
	s := j.panel.Series[i]
	lively := len(s.Y) > 0 && total(s.Y[s.Seen:])/float64(len(s.Y)-s.Seen) >= 10
	if v.Reason == "" || j.in.agreed() && j.planned[i] == nil && !lively {
		return finding.Unjudged{}, false
	}
	return finding.Unjudged{Check: finding.VolumeDrop, Subject: j.subject(i), Why: v.Reason}, true
}

func (j *volumeNight) subject(i int) finding.Subject {
	return finding.Subject{Source: j.in.Landed.Source.Name, Event: j.events[i].Name}
}
