package state

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/incident"
)

// Findings are kept as JSON, told apart by field names, so that a new field changes nothing on disk. What JSON cannot
// carry has a form of its own here: fixes, which are an interface, and figures that are not a number.

type (
	// The bare types have the fields and not the methods of what they stand for. A field of the struct around one
	// hides the embedded field of the same name.
	bareIncident incident.Incident
	bareFinding  finding.Finding
	bareEvidence finding.Evidence
	bareChart    finding.Chart

	incidentForm struct {
		bareIncident
		Finding findingForm
	}

	findingForm struct {
		bareFinding
		Score    *figure        `json:",omitempty"`
		Evidence []evidenceForm `json:",omitempty"`
		Fixes    []fixForm      `json:",omitempty"`
		Members  []findingForm  `json:",omitempty"`
	}

	evidenceForm struct {
		bareEvidence
		Chart *chartForm `json:",omitempty"`
	}

	chartForm struct {
		bareChart
		Expected, Low, High []figure `json:",omitempty"`
	}

	fixForm struct {
		Type string // a word of fixTypes
		Fix  json.RawMessage
	}

	figure float64 // null where it is no number
)

func (f figure) MarshalJSON() ([]byte, error) {
	if v := float64(f); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

func (f *figure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = figure(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

// fixTypes are all types of fixes by the word they are stored under. The words stay for ever.
func fixTypes() map[string]finding.Fix {
	return map[string]finding.Fix{
		"merge-events":     finding.MergeEvents{},
		"merge-properties": finding.MergeProperties{},
		"scale-property":   finding.ScaleProperty{},
		"map-values":       finding.MapValues{},
		"deduplicate-rows": finding.DeduplicateRows{},
		"keep-one":         finding.KeepOne{},
		"add-to-plan":      finding.AddToPlan{},
		"rename-in-plan":   finding.RenameInPlan{},
		"move-in-plan":     finding.MoveInPlan{},
		"search-code":      finding.SearchCode{},
		"tell-owner":       finding.TellOwner{},
		"configure":        finding.Configure{},
		"leave-out":        finding.LeaveOut{},
	}
}

func encodeIncident(i incident.Incident) ([]byte, error) {
	f, err := formOf(i.Finding)
	if err != nil {
		return nil, fmt.Errorf("write incident %s: %w", i.ID, err)
	}
	b, err := json.Marshal(incidentForm{bareIncident: bareIncident(i), Finding: f})
	if err != nil {
		return nil, fmt.Errorf("write incident %s: %w", i.ID, err)
	}
	return b, nil
}

func decodeIncident(b []byte) (incident.Incident, error) {
	var form incidentForm
	if err := json.Unmarshal(b, &form); err != nil {
		return incident.Incident{}, fmt.Errorf("%w: read an incident: %w", ErrDamaged, err)
	}
	i := incident.Incident(form.bareIncident)
	var err error
	i.Finding, err = form.Finding.finding()
	return i, err
}

func formOf(f finding.Finding) (findingForm, error) {
	form := findingForm{bareFinding: bareFinding(f)}
	form.Confidence = number(f.Confidence)
	form.Share = number(f.Share)
	form.Rate = finding.Rate{Before: number(f.Rate.Before), After: number(f.Rate.After)}
	if f.Score != nil {
		form.Score = new(figure(*f.Score))
	}
	for _, e := range f.Evidence {
		form.Evidence = append(form.Evidence, evidenceForm{bareEvidence: bareEvidence(e), Chart: chartFormOf(e.Chart)})
	}
	words := make(map[reflect.Type]string)
	for word, t := range fixTypes() {
		words[reflect.TypeOf(t)] = word
	}
	for _, fix := range f.Fixes {
		word, known := words[reflect.TypeOf(fix)]
		if !known {
			return form, fmt.Errorf("a fix of type %T has no word to be stored under", fix)
		}
		if s, is := fix.(finding.ScaleProperty); is {
			s.Factor = number(s.Factor)
			fix = s
		}
		b, err := json.Marshal(fix)
		if err != nil {
			return form, err
		}
		form.Fixes = append(form.Fixes, fixForm{Type: word, Fix: b})
	}
	for _, m := range f.Members {
		member, err := formOf(m)
		if err != nil {
			return form, err
		}
		form.Members = append(form.Members, member)
	}
	return form, nil
}

// number is x, or 0 where x is none: for shares and factors, which always are one.
func number(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

func chartFormOf(c *finding.Chart) *chartForm {
	if c == nil {
		return nil
	}
	return &chartForm{
		bareChart: bareChart(*c), Expected: convert[figure](c.Expected), Low: convert[figure](c.Low), High: convert[figure](c.High),
	}
}

func convert[To, From ~float64](list []From) []To {
	if list == nil {
		return nil
	}
	out := make([]To, len(list))
	for i, x := range list {
		out[i] = To(x)
	}
	return out
}

// finding turns the form back. A fix of a type that this version does not know is left out.
func (form findingForm) finding() (finding.Finding, error) {
	f := finding.Finding(form.bareFinding)
	f.Score, f.Evidence, f.Fixes, f.Members = (*float64)(form.Score), nil, nil, nil
	for _, e := range form.Evidence {
		evidence := finding.Evidence(e.bareEvidence)
		if evidence.Chart = nil; e.Chart != nil {
			chart := finding.Chart(e.Chart.bareChart)
			chart.Expected = convert[float64](e.Chart.Expected)
			chart.Low, chart.High = convert[float64](e.Chart.Low), convert[float64](e.Chart.High)
			evidence.Chart = &chart
		}
		f.Evidence = append(f.Evidence, evidence)
	}
	types := fixTypes()
	for _, x := range form.Fixes {
		t, known := types[x.Type]
		if !known {
			continue
		}
		v := reflect.New(reflect.TypeOf(t))
		if err := json.Unmarshal(x.Fix, v.Interface()); err != nil {
			return f, fmt.Errorf("%w: read a fix of an incident: %w", ErrDamaged, err)
		}
		if fix, is := reflect.TypeAssert[finding.Fix](v.Elem()); is {
			f.Fixes = append(f.Fixes, fix)
		}
	}
	for _, m := range form.Members {
		member, err := m.finding()
		if err != nil {
			return f, err
		}
		f.Members = append(f.Members, member)
	}
	return f, nil
}
