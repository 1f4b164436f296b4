package app

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/plan"
)

func pair(kind finding.Kind, event, related string) audit.Reported {
	return audit.Reported{Finding: finding.Finding{Kind: kind, Subject: finding.Subject{Source: "web", Event: event, Related: related}}}
}

func TestDraftPlansTheOlderName(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		planned string
		found   []audit.Reported
		want    string
	}{
		"nothing was found":           {"A B", nil, "A B"},
		"both names are planned":      {"A B", []audit.Reported{pair(finding.Rename, "A", "B")}, "A"},
		"only the new one is":         {"B C", []audit.Reported{pair(finding.Rename, "A", "B")}, "A C"},
		"only the old one is":         {"A", []audit.Reported{pair(finding.Rename, "A", "B")}, "A"},
		"another spelling":            {"A a", []audit.Reported{pair(finding.NearDuplicate, "A", "a")}, "A"},
		"renamed twice":               {"A B C", []audit.Reported{pair(finding.Rename, "B", "C"), pair(finding.Rename, "A", "B")}, "A"},
		"renamed twice, the last one": {"C", []audit.Reported{pair(finding.Rename, "A", "B"), pair(finding.Rename, "B", "C")}, "A"},
		"renamed and back":            {"A B", []audit.Reported{pair(finding.Rename, "A", "B"), pair(finding.Rename, "B", "A")}, "A B"},
		"a drop is no name":           {"A B", []audit.Reported{pair(finding.VolumeDrop, "A", "B")}, "A B"},
	} {
		p := &plan.Plan{Inferred: true}
		for n := range strings.FieldsSeq(tt.planned) {
			p.Events = append(p.Events, plan.Event{Name: n, Call: "track", Version: 1})
		}
		notes := plan.Notes{Events: map[plan.EventKey][]string{}, Properties: map[plan.PropertyKey][]string{}}
		older(p, &notes, tt.found)
		var got []string
		for _, e := range p.Events {
			got = append(got, e.Name)
		}
		if diff := cmp.Diff(strings.Fields(tt.want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		var b bytes.Buffer
		if err := plan.WriteOwn(&b, p, notes); err != nil {
			t.Fatal(err)
		}
		read, err := plan.Parse("tracking-plan.yaml", b.Bytes())
		if err != nil || !read.Inferred || len(read.Events) != len(p.Events) {
			t.Errorf("%s: the draft does not read back as one: %+v %v", name, read, err)
		}
	}
}
