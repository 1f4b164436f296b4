package simulate_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

// daily counts the rows a day of each name in each source.
func daily(t *testing.T, w *simulate.Workspace) map[string][][]float64 {
	t.Helper()
	out := map[string][][]float64{}
	rows(t, w, func(source int, r simulate.Row) {
		if out[r.Event] == nil {
			out[r.Event] = make([][]float64, len(w.Sources))
			for i := range out[r.Event] {
				out[r.Event][i] = make([]float64, w.Options.Days+1) // the last seconds land a day later
			}
		}
		out[r.Event][source][day(w, r.Received)]++
	})
	return out
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

// TestRenameKeepsItsVolume holds what the old and the new name have together after the change to what the old one had,
// both as shares of the source, so that growth and weather do not count.
func TestRenameKeepsItsVolume(t *testing.T) {
	t.Parallel()
	var before, after float64
	for seed := range uint64(3) {
		o := small(simulate.Quiet(seed))
		o.Renames = 8
		w := simulate.New(o)
		y := daily(t, w)
		total := make([][]float64, len(w.Sources))
		for i := range total {
			total[i] = make([]float64, w.Options.Days)
			for _, of := range y {
				for d := range total[i] {
					total[i][d] += of[i][d]
				}
			}
		}
		for _, c := range w.Truth.Renames {
			if sum(y[c.New][slices.IndexFunc(w.Sources, func(s simulate.Source) bool { return s.Name == c.Sources[0] })][:w.Options.Days-c.Age]) > 0 {
				t.Errorf("seed %d: %q landed before its release", seed, c.New)
			}
			for i, s := range w.Sources {
				if !slices.Contains(c.Sources, s.Name) {
					continue
				}
				at := w.Options.Days - c.Age
				before += sum(y[c.Old][i][:at]) / sum(total[i][:at])
				after += (sum(y[c.Old][i][at:w.Options.Days]) + sum(y[c.New][i][at:w.Options.Days])) / sum(total[i][at:])
			}
		}
	}
	if r := after / before; math.Abs(r-1) > .05 {
		t.Errorf("both names together have %.3f of what the old one had, want about 1", r)
	}
}

func TestPhonesTakeAReleaseOverDays(t *testing.T) {
	t.Parallel()
	var phones, sites [4]float64 // share of the new name on the release day, a day, three and ten days later
	var n, m float64
	for seed := range uint64(2) {
		o := simulate.Quiet(seed)
		o.Events, o.Rows, o.Renames = 100, 4500, 24
		w := simulate.New(o)
		y := daily(t, w)
		for _, c := range w.Truth.Renames {
			if len(c.Sources) > 1 || c.Age < 12 {
				continue // of several only the first source's day is known
			}
			i := slices.IndexFunc(w.Sources, func(s simulate.Source) bool { return s.Name == c.Sources[0] })
			for k, later := range []int{0, 1, 3, 10} {
				d := w.Options.Days - c.Age + later
				share := y[c.New][i][d] / max(1, y[c.New][i][d]+y[c.Old][i][d])
				if w.Sources[i].Mobile {
					phones[k] += share
				} else {
					sites[k] += share
				}
			}
			if w.Sources[i].Mobile {
				n++
			} else {
				m++
			}
		}
	}
	if n < 5 || m < 5 {
		t.Fatalf("%v renames on phones and %v on sites: too few to see", n, m)
	}
	if sites[0]/m < .2 || sites[0]/m > .9 || sites[1]/m < .99 {
		t.Errorf("sites have the new name on %.2f of their rows on the release day and %.2f a day later, want a part and then all", sites[0]/m, sites[1]/m)
	}
	if phones[0]/n > .15 || phones[1]/n > .35 || phones[3]/n < .6 || phones[3]/n > .95 || phones[2] < phones[1] {
		t.Errorf("phones have the new name on %.2f, %.2f, %.2f and %.2f of their rows after 0, 1, 3 and 10 days, want it slowly, and never all", phones[0]/n, phones[1]/n, phones[2]/n, phones[3]/n)
	}
}

func TestOutage(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		w := simulate.New(small(simulate.Quiet(seed)))
		out := w.Truth.Outage
		i := slices.IndexFunc(w.Sources, func(s simulate.Source) bool { return s.Name == out.Source })
		total := make([]float64, w.Options.Days+1)
		for _, y := range daily(t, w) {
			for d, n := range y[i] {
				total[d] += n
			}
		}
		if usual := (total[out.Day-7] + total[out.Day-14]) / 2; total[out.Day] > .6*usual {
			t.Errorf("seed %d: %s has %v rows on the day of its outage, usually %v", seed, out.Source, total[out.Day], usual)
		}
	}
}

// TestUsers holds the users of each kind of change to what it promises: a rename and a replacement keep them, an
// unrelated launch has its own, and in a difficult workspace half come back under another id. What is done once brings
// nobody back.
func TestUsers(t *testing.T) {
	t.Parallel()
	back := func(options func(uint64) simulate.Options) (rename, unrelated, replacement, once float64) {
		got := map[simulate.Kind][]float64{}
		all, single := 0.0, 0.0
		for seed := range uint64(2) {
			w := simulate.New(small(options(seed)))
			users, times := map[string]map[string]bool{}, map[string]float64{}
			rows(t, w, func(source int, r simulate.Row) {
				k := w.Sources[source].Name + "\x00" + r.Event
				if users[k] == nil {
					users[k] = map[string]bool{}
				}
				users[k][r.User+r.Anonymous] = true
				times[k]++
			})
			for k := range users {
				if times[k] >= 50 {
					all++
					if times[k] == float64(len(users[k])) {
						single++
					}
				}
			}
			for _, c := range slices.Concat(w.Truth.Renames, w.Truth.Harmless) {
				old, young := users[c.Sources[0]+"\x00"+c.Old], users[c.Sources[0]+"\x00"+c.New]
				if c.Old == "" || c.New == "" || times[c.Sources[0]+"\x00"+c.Old] == float64(len(old)) || len(young) < 30 {
					continue
				}
				n := 0.0
				for u := range young {
					if old[u] {
						n++
					}
				}
				kind := c.Kind
				if c.Kind != simulate.Unrelated && c.Kind != simulate.Replacement {
					kind = "rename"
				}
				got[kind] = append(got[kind], n/float64(len(young)))
			}
		}
		mean := func(k simulate.Kind) float64 { return sum(got[k]) / float64(len(got[k])) }
		return mean("rename"), mean(simulate.Unrelated), mean(simulate.Replacement), single / all
	}
	rename, unrelated, replacement, once := back(simulate.Standard)
	if rename < .8 || unrelated > .25 || replacement < .8 {
		t.Errorf("users who did the old event before: rename %.2f, unrelated %.2f, replacement %.2f", rename, unrelated, replacement)
	}
	if math.Abs(once-.2) > .07 {
		t.Errorf("%.2f of the events are done once by each user, want .20", once)
	}
	if hard, _, _, _ := back(simulate.Difficult); hard < rename*.35 || hard > rename*.65 {
		t.Errorf("in a difficult workspace %.2f of a rename's users come back, want about half of %.2f", hard, rename)
	}
}

func TestDifficultWorkspaces(t *testing.T) {
	t.Parallel()
	columns := func(o simulate.Options) (mean float64) {
		w := simulate.New(o)
		for _, n := range w.Planned() {
			mean += float64(len(w.Properties(n))) / float64(len(w.Planned()))
		}
		return mean
	}
	if usual, hard := columns(simulate.Standard(1)), columns(simulate.Difficult(1)); usual < 6 || hard > 4 {
		t.Errorf("events have %.1f properties, in a difficult workspace %.1f; want more than 6 and less than 4", usual, hard)
	}
	filled, all := 0.0, 0.0
	rows(t, simulate.New(small(simulate.Difficult(1))), func(_ int, r simulate.Row) {
		if strings.Contains(r.Event, " V2") {
			return
		}
		for _, v := range r.Values {
			all++
			if v != nil {
				filled++
			}
		}
	})
	if filled/all > .5 {
		t.Errorf("%.2f of all values are there, want less than half", filled/all)
	}
}
