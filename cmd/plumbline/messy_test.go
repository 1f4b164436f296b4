//go:build !noduckdb

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// messy is a workspace as one finds it: a plan of 180 events of which 40 never landed, 45 events that nobody planned, two
// properties on most events that no plan knows, required properties that were never always sent, types that contradict
// the plan, a name that has been spelled in two ways for ever, no scope; and two faults that began this month.
type messy struct {
	last    time.Time // the last day with rows
	days    int
	rng     *rand.Rand
	planned []string
	cells   []string // rows of VALUES: source, event as sent, table, version, day, rows
	tables  map[string][]string
}

const (
	plannedEvents, neverLanded, unplannedEvents = 180, 40, 45
	renamedEvent, stoppedEvent                  = "Invoice Created", "Refund Approved"
)

// newMessy decides what lands, a day, source and version at a time.
func newMessy(last time.Time, days int, seed uint64) *messy {
	m := &messy{last: last, days: days, rng: rand.New(rand.NewPCG(seed, 7)), tables: map[string][]string{}}
	objects := []string{
		"Invoice", "Refund", "Basket", "Voucher", "Parcel", "Account", "Profile", "Address", "Review", "Question",
		"Delivery", "Locker", "Warranty", "Gift Card", "Newsletter", "Store", "Campaign", "Booking", "Ticket", "Survey",
		"Banner", "Widget", "Filter", "Tooltip", "Carousel", // these five are the unplanned ones
	}
	actions := []string{"Created", "Approved", "Opened", "Shared", "Removed", "Printed", "Requested", "Archived", "Restored"}
	n := 0
	for _, o := range objects {
		for _, a := range actions {
			name := o + " " + a
			switch n++; {
			case n > plannedEvents+unplannedEvents:
			case n > plannedEvents:
				m.lands(name, 0, days)
			default:
				m.planned = append(m.planned, name)
				if n <= plannedEvents-neverLanded {
					m.landsPlanned(name)
				}
			}
		}
	}
	return m
}

// landsPlanned lets a planned event land, with the faults that two of them have.
func (m *messy) landsPlanned(name string) {
	switch name {
	case renamedEvent:
		m.cell("web", name, name, 300, 0, m.days-12)
		m.cell("web", strings.ToLower(strings.ReplaceAll(name, " ", "_")), name, 300, m.days-12, m.days)
	case stoppedEvent:
		m.cell("server", name, name, 120, 0, m.days-2)
	case "Basket Opened": // two spellings for ever
		m.cell("web", name, name, 200, 0, m.days)
		m.cell("web", "basket opened", name, 6, 0, m.days)
	case "Voucher Printed": // ended before anybody looked
		m.cell("web", name, name, 40, 0, 20)
	default:
		m.lands(name, 0, m.days)
	}
}

// lands lets an event land in one source or two, most of them rarely.
func (m *messy) lands(name string, from, until int) {
	rate := math.Exp(m.rng.NormFloat64()*1.2 + 2.6)
	sources := [][]string{{"web"}, {"ios"}, {"server"}, {"web", "ios"}}[m.rng.IntN(4)]
	for _, s := range sources {
		m.cell(s, name, name, rate, from, until)
	}
}

// cell draws the rows a day: a week has its shape, business grows, and days scatter more than chance alone.
func (m *messy) cell(source, name, table string, rate float64, from, until int) {
	slug := strings.ToLower(strings.ReplaceAll(table, " ", "_"))
	if list := m.tables[source]; len(list) == 0 || !strings.Contains("\x00"+strings.Join(list, "\x00")+"\x00", "\x00"+slug+"\x00") {
		m.tables[source] = append(m.tables[source], slug)
	}
	week := []float64{.8, 1.05, 1.1, 1.1, 1.05, 1.05, .85}
	for i := from; i < until; i++ {
		day := m.last.AddDate(0, 0, i+1-m.days)
		mean := rate * week[day.Weekday()] * (1 + .002*float64(i)) * math.Exp(.07*m.rng.NormFloat64())
		if n := m.rows(mean); n > 0 {
			m.cells = append(m.cells, fmt.Sprintf("(%s, %s, %s, %s, DATE '%s', %d)", literal(source), literal(name), literal(slug),
				literal(fmt.Sprintf("5.%d.0", i/14)), day.Format(time.DateOnly), n))
		}
	}
}

// rows draws a count: few rows scatter to one side, and hardly ever to none.
func (m *messy) rows(mean float64) int {
	if mean > 60 {
		return int(math.Round(math.Max(0, mean+math.Sqrt(mean)*m.rng.NormFloat64())))
	}
	n, p := 0, m.rng.Float64()
	for ; p > math.Exp(-mean); n++ {
		p *= m.rng.Float64()
	}
	return n
}

// write makes the warehouse and the plan.
func (m *messy) write(t *testing.T, dir string) {
	t.Helper()
	out := []string{
		"SET TimeZone = 'UTC'", "CREATE TABLE cells (source VARCHAR, event_text VARCHAR, event VARCHAR, version VARCHAR, day DATE, n INTEGER)",
		"INSERT INTO cells VALUES " + strings.Join(m.cells, ", "),
	}
	for source, tables := range m.tables {
		out = append(out, "CREATE SCHEMA "+source, `CREATE TABLE `+source+`.tracks AS WITH drawn AS (
			SELECT *, unnest(range(n)) AS i FROM cells WHERE source = '`+source+`')
			SELECT md5(concat_ws('|', source, event_text, version, day, i)) AS id, 'a' || (hash(event, day, i) % 4000) AS anonymous_id,
			'u' || (hash(event, day, i) % 4000) AS user_id, event, event_text, 'analytics.js' AS context_library_name,
			version AS context_app_version, CAST(day AS TIMESTAMP) + to_seconds(CAST(300 + (hash(event_text, i) % 85000) AS BIGINT)) AS received_at,
			received_at + INTERVAL 1 HOUR AS uuid_ts, i FROM drawn ORDER BY received_at, id`)
		for n, table := range tables {
			required := "'v' || (i % 7)"
			if n%9 == 0 { // required, and never always sent
				required = "CASE WHEN hash(id) % 5 > 0 THEN 'v' || (i % 7) END"
			}
			amount := "CAST(round(20 + (hash(id) % 1000) / 10, 2) AS DOUBLE)"
			if n%11 == 0 { // planned as a number, and text for ever
				amount = "CAST((hash(id) % 100) AS VARCHAR)"
			}
			out = append(out, fmt.Sprintf(`CREATE TABLE %s.%s AS SELECT * EXCLUDE (i), %s AS kind, %s AS amount, hash(id) %% 9 AS step,
				CASE WHEN hash(id) %% 3 > 0 THEN 'n' || (i %% 40) END AS note, 'x' || (i %% 5) AS experiment_%d, i %% 50 AS scroll_%d
				FROM %s.tracks WHERE event = %s`, source, table, required, amount, n, n, source, literal(table)))
		}
	}
	for source := range m.tables {
		out = append(out, "ALTER TABLE "+source+".tracks DROP COLUMN i")
	}
	out = append(out, "DROP TABLE cells")
	if err := execute(filepath.Join(dir, "warehouse.duckdb"), out...); err != nil {
		t.Fatal(err)
	}
	type property map[string]any
	events := []map[string]any{}
	for _, name := range m.planned {
		events = append(events, map[string]any{"name": name, "properties": map[string]property{
			"kind": {"type": "string", "required": true}, "amount": {"type": "number", "required": true},
			"step": {"type": "integer"}, "note": {"type": "string"},
		}})
	}
	data, err := json.Marshal(map[string]any{"events": events})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.yaml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
