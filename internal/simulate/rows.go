package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// Column is one property of an event's table.
type Column struct {
	Name string
	Type Type
}

// Table is one event's table in one source.
type Table struct {
	Source, Name string
	Columns      []Column
}

// Row is one event that landed.
type Row struct {
	Table     *Table
	Event     string // name as sent
	ID        string
	User      string // "" where not known
	Anonymous string // "" on a server
	Version   string // "" where there is no app
	At        time.Time
	Received  time.Time
	Values    []any // of the table's columns: string, float64, int64, bool or nil. The next row overwrites it
}

// tables gives every name its place in a table, and every table the columns of its names.
func (b *builder) tables() {
	columns := map[string][]Column{}
	for _, e := range b.w.streams {
		for _, v := range e.names {
			t := table(v.name)
			v.table = t
			for _, f := range v.props {
				at := slices.IndexFunc(columns[t], func(c Column) bool { return c.Name == f.name })
				if at < 0 {
					at = len(columns[t])
					columns[t] = append(columns[t], Column{f.name, f.columnType()})
				}
				v.place = append(v.place, at)
			}
		}
	}
	b.w.tables = columns
}

// Properties are the columns of a name's table.
func (w *Workspace) Properties(name string) []Column { return w.tables[table(name)] }

// Rows draws what landed in a source, event by event, and stops at the first error of f.
func (w *Workspace) Rows(source int, f func(Row) error) error {
	d := drawing{w: w, source: source, made: map[string]*Table{}, give: f}
	for _, e := range w.streams {
		if e.rate[source] > 0 {
			if err := d.event(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// drawing is the rows of one source while they are drawn.
type drawing struct {
	w      *Workspace
	source int
	made   map[string]*Table
	give   func(Row) error
	values []any
	once   int // users that have done a one-time event
}

func (d *drawing) event(e *event) error {
	src := &d.w.Sources[d.source]
	purpose := strconv.Itoa(e.index)
	weather, r := stream(d.w.Options.Seed, "weather "+purpose), stream(d.w.Options.Seed, "rows "+src.Name+" "+purpose)
	noise, gust := 0.0, .07
	if d.w.Options.Hard {
		gust = .11
	}
	d.once = 0
	for day := range d.w.Options.Days {
		noise = .5*noise + gust*weather.NormFloat64() // the same in all sources
		for range poisson(r, e.rate[d.source]*src.usual[day]*math.Exp(noise)) {
			if err := d.row(e, r, day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *drawing) row(e *event, r *rand.Rand, day int) error {
	src := &d.w.Sources[d.source]
	u := d.user(e, r)
	second := (r.Float64() + r.Float64()) / 2 * secondsOfDay
	release := src.sender(float64(day*secondsOfDay)+second, user(u).share(1))
	v := e.names[0]
	switch {
	case e.begin[d.source] > release, e.end[d.source] > 0 && release >= e.end[d.source]:
		return nil
	case e.since[d.source] == 0 || release < e.since[d.source]:
	case e.split > 0 && r.Float64() >= e.split:
		v = e.names[2]
	default:
		v = e.names[1]
	}
	known := d.source == 3 || user(u).share(2) < .65
	if v != e.names[0] && user(u).share(3) < e.lost {
		u += 1_000_000_000_000
	}
	t := d.table(v)
	row := Row{Table: t, Event: v.name, Version: src.version(release), Values: d.fill(v, r, len(t.Columns))}
	row.ID = fmt.Sprintf("%016x%08x", r.Uint64(), r.Uint32())
	if known {
		row.User = "u" + strconv.Itoa(u)
	}
	if d.source != 3 {
		row.Anonymous = "a" + strconv.Itoa(u)
	}
	row.At = d.w.Options.day(day).Add(time.Duration(second * float64(time.Second)))
	row.Received = row.At.Add(time.Duration(200+r.IntN(2000)) * time.Millisecond)
	return d.give(row)
}

// user draws who does it: each anew for what is done once, else one of the event's crowd, the busy ones more often.
func (d *drawing) user(e *event, r *rand.Rand) int {
	if e.oneTime {
		d.once++
		return (e.index+1)*4_000_000 + d.source*1_000_000 + d.once
	}
	c := e.crowd[d.source]
	return c[int(float64(len(c))*math.Pow(r.Float64(), 1.6))]
}

func (d *drawing) table(v *variant) *Table {
	t := d.made[v.table]
	if t == nil {
		t = &Table{Source: d.w.Sources[d.source].Name, Name: v.table, Columns: d.w.tables[v.table]}
		d.made[v.table] = t
	}
	return t
}

func (d *drawing) fill(v *variant, r *rand.Rand, width int) []any {
	d.values = slices.Grow(d.values[:0], width)[:width]
	clear(d.values)
	for i, f := range v.props {
		d.values[v.place[i]] = f.value(r)
	}
	return d.values
}

// poisson draws a count by Knuth's product, in parts so that small numbers do not underflow.
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for mean > 0 {
		part := min(mean, 30)
		mean -= part
		least := math.Exp(-part)
		for p := r.Float64(); p > least; p *= r.Float64() {
			n++
		}
	}
	return n
}
