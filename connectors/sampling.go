package connectors

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// shapeKey is one column on one day.
type shapeKey struct {
	day    landed.Day
	column string
}

// shapeTasks asks for the sampled tier, several tables to a statement.
func (s *survey) shapeTasks() []task {
	span, ok := s.want(landed.Shapes)
	if !ok {
		return nil
	}
	s.snap.Held[landed.Shapes] = span
	var all []sketch
	wr := s.w.writer(s.a, s.req.LoadedBy)
	for _, name := range s.tables {
		own, ok := s.wantOf(landed.Shapes, name)
		if sampled, named := s.req.Sampled[name]; named {
			own, ok = sampled, !sampled.Empty()
		}
		if !ok {
			continue
		}
		t, _ := wr.event(name, s.cat[name])
		var cols []column
		for _, c := range s.properties(name) {
			switch s.w.d.Type(c.native) {
			case landed.Text:
				cols = append(cols, c)
			case landed.Integer, landed.Number:
				if s.req.Values {
					cols = append(cols, c)
				}
			case landed.OtherType, landed.Boolean, landed.Timestamp, landed.JSON:
			}
		}
		big := s.bigDays(name, own)
		for part := range slices.Chunk(cols, max(1, s.w.words.Width)) {
			all = append(all, sketch{table: t, columns: part, span: own, big: big})
		}
	}
	var out []task
	for batch := range slices.Chunk(all, max(1, s.w.words.Batch)) {
		out = append(out, s.shapeTask(batch))
	}
	return out
}

// bigDays are the days of a table that are sampled: those that this night's figures know to be big, and those they
// know nothing of.
func (s *survey) bigDays(table string, span landed.Span) []landed.Day {
	known, rows := s.snap.Span, s.dayRows[table]
	if p := s.profiles[table]; p != nil && p.span.Len() > known.Len() {
		known, rows = p.span, map[landed.Day]int64{}
		for k, n := range p.rows {
			rows[k.day] += n
		}
	}
	var out []landed.Day
	for d := span.First; d <= span.Last; d++ {
		if rows[d] > sampleRows || !known.Has(d) {
			out = append(out, d)
		}
	}
	return out
}

func (s *survey) shapeTask(batch []sketch) task {
	wr := s.w.writer(s.a, s.req.LoadedBy)
	t := task{
		Statement: wr.shapes(batch, s.w.key, s.req.Values), about: batch[0].table.rel,
		read: func(rows Rows) (func(), error) { return s.readShapes(rows, batch) },
		lost: func(tr Trouble) { s.gap(landed.Shapes, batch[0].table.rel.Table, batch[0].span, tr) },
	}
	if len(batch) > 1 {
		t.split = func(error) []task {
			var out []task
			for i := range batch {
				out = append(out, s.shapeTask(batch[i:i+1]))
			}
			return out
		}
	}
	return t
}

func (s *survey) readShapes(rows Rows, batch []sketch) (func(), error) {
	var (
		t, c, class, decade, n intCell
		day                    dayCell
		hash                   sql.NullString
	)
	out := map[string]map[shapeKey]*landed.Shape{}
	for rows.Next() {
		if err := rows.Scan(&t, &day, &c, &class, &decade, &hash, &n); err != nil {
			return nil, fmt.Errorf("read shapes: %w", err)
		}
		s.meter.count(n.n)
		k := batch[t.n]
		name, key := k.table.rel.Table, shapeKey{day.day, k.columns[c.n%numeric].name}
		if out[name] == nil {
			out[name] = map[shapeKey]*landed.Shape{}
		}
		sh := out[name][key]
		if sh == nil {
			sh = &landed.Shape{Day: key.day, Column: key.column}
			out[name][key] = sh
		}
		sh.Sampled += n.n
		if class.valid {
			sh.Classes[min(max(landed.Looks(class.n), 0), landed.LooksCount-1)] += n.n
		}
		if decade.valid {
			sh.LogHist[min(max(decade.n, 0), 31)] += n.n
		}
		if h, err := strconv.ParseUint(hash.String, 16, 64); err == nil {
			if sh.Top == nil {
				sh.Top = map[uint64]int64{}
			}
			sh.Top[h] += n.n
		}
	}
	return func() {
		for name, shapes := range out {
			if s.shapes[name] == nil {
				s.shapes[name] = map[shapeKey]*landed.Shape{}
			}
			maps.Copy(s.shapes[name], shapes)
		}
	}, rows.Err()
}

func sortedShapes(m map[shapeKey]*landed.Shape) []landed.Shape {
	var out []landed.Shape
	for _, k := range slices.SortedFunc(maps.Keys(m), func(a, b shapeKey) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.column, b.column))
	}) {
		out = append(out, *m[k])
	}
	return out
}
