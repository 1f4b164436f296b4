package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-audit/plumbline/tools/eval/rollup"
)

// toy writes a small made-up panel with an incident of each kind, holidays and a day on which the data dropped by
// themselves.
func toy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, lines []string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	date := func(d int) string { return first.AddDate(0, 0, d).Format(time.DateOnly) }
	head := []string{"series_id"}
	for d := range 50 {
		head = append(head, date(d))
	}
	rows := []string{strings.Join(head, ",")}
	var ids []string
	for i := range 11 {
		id := fmt.Sprintf("toy.v0|%s|event %d", []string{"web", "ios"}[i%2], i)
		ids = append(ids, id)
		row := []string{id}
		for d := range 50 {
			row = append(row, strconv.Itoa((i+1)*40+(d*i)%7))
		}
		rows = append(rows, strings.Join(row, ","))
	}
	write("panel_toy.v0.csv", rows)
	write("panels.csv", []string{
		"panel,base,variant,first_date,audit_start,audit_end,n_series,type",
		"toy.v0,toy,0," + date(0) + "," + date(10) + "," + date(49) + ",11,real",
	})
	labels, incidents := []string{"series_id,date,is_incident,kind"}, []string{"incident_id,series_id,kind,start,end,base_daily"}
	for i, kind := range append(oneDay(), lasting()...) {
		from := 12 + 3*i
		to := from
		if i >= len(oneDay()) {
			to += 6
		}
		incidents = append(incidents, fmt.Sprintf("%d,%s,%s,%s,%s,%d", i, ids[i], kind, date(from), date(to), 9*i*i*i))
		for d := from; d <= to; d++ {
			labels = append(labels, ids[i]+","+date(d)+",1,"+kind)
		}
	}
	for k, kind := range outages() {
		source := []string{"web", "ios"}[k%2]
		incidents = append(incidents, fmt.Sprintf("o%d,@toy.v0|%s,%s,%s,%s,500", k, source, kind, date(40+3*k), date(40+3*k)))
		for _, id := range ids {
			if strings.Contains(id, "|"+source+"|") {
				labels = append(labels, id+","+date(40+3*k)+",1,"+kind)
			}
		}
	}
	for i := range 7 {
		labels = append(labels, ids[i]+","+date(11)+",0,holiday")
	}
	labels = append(labels, ids[9]+","+date(30)+",0,natural_drop")
	write("labels.csv", labels)
	write("incidents.csv", incidents)
	return dir
}

// said is a made-up answer of the program: any figure does, as long as it has no pattern of the panel's.
func said(i, d int) (score float64, alert, judged bool) {
	k := (i*37 + d*101 + i*d*13) % 97
	return float64(k*k) / 3000, k > 88, k%11 != 0
}

// The figures are those that the data's own evaluate.py prints for the same panel and the same predictions.
func TestMeasuresAsTheDataAreMeasured(t *testing.T) {
	t.Parallel()
	dir := toy(t)
	panels, err := readPanels(dir, "real")
	if err != nil {
		t.Fatal(err)
	}
	s := newSheet(panels)
	p := panels[0]
	var scores []rollup.Score
	for i := range p.ids {
		for d := p.start; d < len(p.dates); d++ {
			if v, alert, ok := said(i, d); ok {
				scores = append(scores, rollup.Score{Source: p.sources[i], Event: p.events[i], Day: p.dates[d], Score: v, Alert: alert})
			}
		}
	}
	for k, source := range []string{"web", "ios"} {
		for d := p.start; d < len(p.dates); d++ {
			v, alert, _ := said(20+k, d)
			scores = append(scores, rollup.Score{Source: source, Event: "@", Day: p.dates[d], Score: v, Alert: alert})
		}
	}
	s.take(p, scores)
	type figures struct{ False, Holidays, Mean, Messages, Threshold, DelayOfShift, Largest float64 }
	of := func(r result) figures {
		return figures{
			r.false6000, r.holidays, r.mean, r.messages, r.threshold, r.delay["shift33_14"], r.volume[3].percent(),
		}
	}
	at := func(budget float64) figures {
		threshold := s.threshold(budget)
		return of(s.measure(threshold, above(threshold)))
	}
	want := map[string]figures{
		"as shipped":        {344.65, 0, 37.5, .7, math.NaN(), 4, 66.7},
		"a given threshold": {360.31, 0, 37.5, 1, 2.5, 4, 66.7},
		"a small budget":    {0, 0, 0, 0, 3.072, 0, 0},
		"a larger budget":   {78.33, 0, 12.5, .3, 3.0083, 0, 33.3},
		"a large budget":    {187.99, 28.57, 50, 2, 1.5413, 1, 100},
	}
	got := map[string]figures{
		"as shipped": of(s.measure(math.NaN(), native)), "a given threshold": of(s.measure(2.5, above(2.5))),
		"a small budget": at(10), "a larger budget": at(150), "a large budget": at(400),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, .05), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("figures (-evaluate.py +here):\n%s", diff)
	}
}
