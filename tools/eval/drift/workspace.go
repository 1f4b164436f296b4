package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// workspaceDays is how much history a simulated workspace has, up to the day before asOf.
const workspaceDays = 50

const asOf = "2026-06-16"

// message is one row of an event's table; a nil property is NULL.
type message struct {
	at                               time.Time
	version, os, library, page       string
	user                             int
	order, total, currency, category any
	quantity, note, coupon           any
	dropped                          bool   // it reached the table of all events only
	refused                          string // the column whose value the loader left out
}

// fault is one thing that is broken in one event.
type fault struct {
	name, event, property string
	kinds                 []string // that say it rightly
	start                 int      // first day
	version, page, os     string   // the slice it lies in, "" everywhere
	breaks                func(r *rand.Rand, m *message)
}

// workspace is one simulated source and what is broken in it.
type workspace struct {
	events []string
	faults []fault
}

func (f fault) hits(m message) bool {
	return (f.version == "" || f.version == m.version) && (f.page == "" || f.page == m.page) && (f.os == "" || f.os == m.os)
}

// thirds is by how many workspaces the faults are shared out: faults of one source that begin together are told together,
// so those of one workspace begin days apart.
const thirds = 3

// newWorkspace draws a workspace with a third of all faults, each in an event of its own.
func newWorkspace(r *rand.Rand, third int) workspace {
	all := everyFault()
	var w workspace
	for i, f := range all.faults {
		if i%thirds == third%thirds {
			w.faults, w.events = append(w.faults, f), append(w.events, f.event)
		}
	}
	for slot, i := range r.Perm(len(w.faults)) {
		w.faults[i].start = workspaceDays - 3 - 4*slot - r.IntN(2)
	}
	return w
}

// everyFault has a fault of every kind.
func everyFault() workspace {
	var w workspace
	add := func(f fault) {
		f.event = "Thing " + []string{
			"Opened", "Closed", "Bought", "Returned", "Rated", "Shared", "Saved", "Printed", "Scanned", "Counted", "Moved", "Packed", "Sent", "Tried", "Wrapped", "Booked",
		}[len(w.faults)]
		w.faults = append(w.faults, f)
		w.events = append(w.events, f.event)
	}
	chance := func(p float64, do func(m *message)) func(r *rand.Rand, m *message) {
		return func(r *rand.Rand, m *message) {
			if r.Float64() < p {
				do(m)
			}
		}
	}
	missing := []string{"missing-property"}
	add(fault{name: "a required property is gone in one version", property: "order_id", kinds: missing, version: "5.2.0", breaks: chance(1, func(m *message) { m.order = nil })})
	add(fault{name: "a required property is empty in a fifth of the rows", property: "order_id", kinds: missing, breaks: chance(.2, func(m *message) { m.order = nil })})
	add(fault{name: "a required property is gone on one page", property: "order_id", kinds: missing, page: "/express", breaks: chance(.9, func(m *message) { m.order = nil })})
	add(fault{name: "an optional property is gone", property: "coupon", kinds: []string{"removed-property"}, breaks: chance(1, func(m *message) { m.coupon = nil })})
	add(fault{name: "a value outside the enum in one version of one system", property: "currency", kinds: []string{"invalid-value"}, version: "5.2.0", os: "ios", breaks: chance(.6, func(m *message) { m.currency = "usd" })})
	add(fault{name: "cents for dollars in one version", property: "total", kinds: []string{"value-drift"}, version: "5.2.0", breaks: chance(1, func(m *message) { m.total = scaled(m.total, 100) })})
	add(fault{name: "a thousand times too large in three of ten rows", property: "total", kinds: []string{"value-drift"}, breaks: chance(.3, func(m *message) { m.total = scaled(m.total, 1000) })})
	add(fault{name: "numbers for UUIDs", property: "order_id", kinds: []string{"value-drift"}, breaks: chance(1, func(m *message) { m.order = strconv.Itoa(10000 + m.user*7) })})
	add(fault{name: "eight values become hundreds", property: "category", kinds: []string{"value-drift"}, breaks: chance(1, func(m *message) { m.category = fmt.Sprintf("item %d", m.user) })})
	add(fault{name: "all values are one", property: "order_id", kinds: []string{"value-drift"}, breaks: chance(1, func(m *message) { m.order = "undefined" })})
	add(fault{name: "decimals are gone", property: "total", kinds: []string{"type-drift"}, breaks: chance(1, func(m *message) { m.total = math.Round(m.total.(float64)) })})
	add(fault{name: "text is cut at 512", property: "note", kinds: []string{"type-drift"}, breaks: chance(.1, func(m *message) { m.note = strings.Repeat("long ", 102) + "xx" })})
	add(fault{name: "text for numbers in a third of the rows", property: "total", kinds: []string{"type-drift"}, breaks: chance(.33, func(m *message) { m.total = fmt.Sprintf("%.2f EUR", m.total) })})
	add(fault{name: "rows do not reach their table", property: "", kinds: []string{"type-drift"}, breaks: chance(.12, func(m *message) { m.dropped = true })})
	add(fault{name: "the loader refuses values", property: "total", kinds: []string{"type-drift"}, breaks: chance(.2, func(m *message) { m.total, m.refused = nil, "total" })})
	add(fault{name: "a value outside the enum in one row of twelve", property: "currency", kinds: []string{"invalid-value"}, breaks: chance(.085, func(m *message) { m.currency = "XXX" })})
	return w
}

func scaled(x any, by float64) any {
	if f, ok := x.(float64); ok {
		return math.Round(f*by*100) / 100
	}
	return x
}

// rows draws the messages of an event: who sends it wanders from version to version, weekends are quieter, one property
// in a hundred is empty anyway, and the optional ones as they like.
func (w workspace) rows(r *rand.Rand, event int, broken bool) []message {
	f := w.faults[event]
	volume := 120 + 250*r.Float64()
	end, _ := time.Parse(time.DateOnly, asOf) // a constant of this file
	var out []message
	for d := range workspaceDays {
		day := end.AddDate(0, 0, d-workspaceDays)
		n := volume * math.Exp(.06*r.NormFloat64())
		if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
			n *= .7
		}
		for range int(n) {
			m := drawMessage(r, day, d)
			if broken && d >= f.start && f.hits(m) {
				f.breaks(r, &m)
			}
			out = append(out, m)
		}
	}
	return out
}

func drawMessage(r *rand.Rand, day time.Time, d int) message {
	m := message{at: day.Add(time.Duration(r.Float64() * 24 * float64(time.Hour))), user: r.IntN(4000)}
	m.os, m.library = "ios", "analytics-swift"
	if r.Float64() < .45 {
		m.os, m.library = "android", "analytics-kotlin"
	}
	// A new version every fortnight, which takes over slowly.
	newest := 1 + d/14
	m.version = fmt.Sprintf("5.%d.0", max(0, min(newest-int(r.ExpFloat64()*.8), 9)))
	if newest > 2 && r.Float64() < .5 {
		m.version = "5.2.0"
	}
	pages := []string{"/", "/cart", "/checkout", "/express", "/item", "/search", "/list", "/account", "/help", "/offers"}
	m.page = pages[min(len(pages)-1, int(r.ExpFloat64()*2.5))]
	m.order = fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Int64N(1<<48))
	m.total = math.Round(math.Exp(3.9+.7*r.NormFloat64())*100) / 100
	m.currency = []string{"USD", "EUR", "GBP"}[min(2, int(r.ExpFloat64()))]
	m.category = fmt.Sprintf("kind %d", int(r.ExpFloat64()*2)%8)
	m.quantity = 1 + int(r.ExpFloat64())
	m.note = strings.Repeat("word ", 1+r.IntN(20))
	if r.Float64() < .01 {
		m.order = nil
	}
	if r.Float64() < .4 {
		m.coupon = fmt.Sprintf("code %d", r.IntN(300))
	}
	return m
}

// write puts a workspace into a folder: the tables as a folder of files, the plan, and a configuration.
func (w workspace) write(dir string, seed uint64, broken bool) error {
	schema := filepath.Join(dir, "landed", "app")
	head := []string{"id", "received_at", "uuid_ts", "user_id", "anonymous_id", "event", "event_text", "context_app_version", "context_os_name", "context_library_name", "context_page_path"}
	tracks, err := create(schema, "tracks", head)
	if err != nil {
		return err
	}
	discards, err := create(schema, "rudder_discards", []string{"row_id", "table_name", "column_name", "column_value", "reason", "received_at", "uuid_ts"})
	if err != nil {
		return err
	}
	for i, event := range w.events {
		r := rand.New(rand.NewPCG(seed, uint64(i))) // the quiet twin has the same rows
		slug := strings.ReplaceAll(strings.ToLower(event), " ", "_")
		t, err := create(schema, slug, append(append([]string(nil), head...), "order_id", "total", "currency", "category", "quantity", "note", "coupon"))
		if err != nil {
			return err
		}
		for j, m := range w.rows(r, i, broken) {
			id := fmt.Sprintf("m-%d-%d", i, j)
			row := []any{id, stamp(m.at), stamp(m.at.Add(time.Hour)), fmt.Sprint("u", m.user), fmt.Sprint("a", m.user), slug, event, m.version, m.os, m.library, m.page}
			tracks.add(row)
			if !m.dropped {
				t.add(append(row, m.order, m.total, m.currency, m.category, m.quantity, m.note, m.coupon))
			}
			if m.refused != "" {
				discards.add([]any{id, slug, m.refused, "x", "incompatible schema conversion", stamp(m.at), stamp(m.at)})
			}
		}
		if err := t.close(); err != nil {
			return err
		}
	}
	if broken {
		err = discards.close()
	} else {
		_ = discards.close()
		err = os.RemoveAll(filepath.Join(schema, "rudder_discards"))
	}
	if err != nil {
		return err
	}
	if err := tracks.close(); err != nil {
		return err
	}
	return w.configure(dir)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// configure writes the plan and the configuration.
func (w workspace) configure(dir string) error {
	var plan strings.Builder
	plan.WriteString("events:\n")
	for _, e := range w.events {
		fmt.Fprintf(&plan, "  - {name: %s, properties: {order_id: {type: string, required: true}, total: number, currency: {type: string, enum: [EUR, GBP, USD]}, "+
			"category: string, quantity: integer, note: string, coupon: string}}\n", e)
	}
	for name, text := range map[string]string{
		"plan.yaml":      plan.String(),
		"plumbline.yaml": "workspace: drift\nwarehouse: {url: \"duckdb:landed\"}\nplan: {file: plan.yaml}\nstate: sqlite:state.db\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("write the simulated workspace: %w", err)
		}
	}
	return nil
}

// table is one file of a simulated warehouse.
type table struct {
	f   *os.File
	buf *bufio.Writer
	csv *csv.Writer
	n   int
}

func create(schema, name string, head []string) (*table, error) {
	if err := os.MkdirAll(filepath.Join(schema, name), 0o750); err != nil {
		return nil, fmt.Errorf("write the simulated workspace: %w", err)
	}
	f, err := os.Create(filepath.Join(schema, name, "rows.csv"))
	if err != nil {
		return nil, fmt.Errorf("write the simulated workspace: %w", err)
	}
	t := &table{f: f, buf: bufio.NewWriter(f)}
	t.csv = csv.NewWriter(t.buf)
	return t, t.csv.Write(head)
}

func (t *table) add(row []any) {
	text := make([]string, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case nil:
		case float64:
			text[i] = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			text[i] = fmt.Sprint(v)
		}
	}
	_ = t.csv.Write(text) // the writer keeps its first error for close
	t.n++
}

func (t *table) close() error {
	t.csv.Flush()
	err := t.csv.Error()
	if e := t.buf.Flush(); err == nil {
		err = e
	}
	if e := t.f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("write the simulated workspace: %w", err)
	}
	return nil
}
