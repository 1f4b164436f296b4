package checks

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestLateData(t *testing.T) {
	c, err := newLateData(volumeSection(""))
	if err != nil {
		t.Fatal(err)
	}
	in := newVolumeShop("ios", 60, 121).in
	if v := c.Run(in); len(v.Findings) != 0 {
		t.Errorf("in time: %+v", v.Findings)
	}
	in.Late, in.Since = true, in.Last+1
	in.Landed.Loaded = time.Date(2026, 6, 16, 4, 2, 0, 0, time.UTC)
	for d := in.Last - 20; d <= in.Last; d++ {
		a := landed.Arrival{Day: d, Rows: 100}
		for h := range a.Hours {
			if h >= 3 || d%2 == 0 {
				a.Hours[h] = 100
			}
		}
		in.Landed.Arrivals = append(in.Landed.Arrivals, a)
	}
	v := c.Run(in)
	if len(v.Findings) != 1 {
		t.Fatalf("findings: %+v", v.Findings)
	}
	f := v.Findings[0]
	if f.Kind != finding.LateData || f.Severity != finding.Warning || f.Since != in.Last+1 || f.Rows < 3000 ||
		f.Title != "ios is late: nothing of Tue 16 June has landed yet" {
		t.Errorf("%+v", f)
	}
	var labels []string
	for _, e := range f.Evidence {
		labels = append(labels, e.Label)
	}
	if diff := cmp.Diff([]string{"last load", "longest wait", "usual"}, labels); diff != "" {
		t.Error(diff)
	}
	if got := f.Evidence[1].Value; got != "3 hours after the end of a day, in the last 21 days" {
		t.Errorf("longest wait: %s", got)
	}
}
