package connectors

import (
	"fmt"
	"strconv"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// happenedOn counts belated rows by the day on which they happened.
func (w *inquirer) happenedOn(n int, q landed.Happened) (inquiry, error) {
	t, err := w.table(w.a.layout.Tracks)
	var conds []string
	if q.Event != "" {
		t, conds, err = w.named(q.Event, q.Table)
	}
	if err != nil {
		return inquiry{}, err
	}
	own, ok := w.happened(t, q.Span)
	if !ok {
		return inquiry{}, fmt.Errorf("%s has no column that says when an event happened, or only days", t.rel.Table)
	}
	conds = append(conds, own+" < "+w.day(t, q.Span))
	text := w.selection(n, "k", "n") + "\nFROM (\n  SELECT " + w.words.Text(own, "DATE") +
		" AS k, count(*) AS n\n  FROM " + w.name(t.rel) + "\n  " + w.where(t, q.Span, conds...) +
		"\n  GROUP BY 1\n  ORDER BY 2 DESC, 1\n  LIMIT " + strconv.Itoa(limit(q.Limit)) + "\n) AS days"
	return inquiry{question: q, what: "when it happened", text: text, rel: t.rel, span: q.Span, answer: keysOnly}, nil
}

// sent counts the names of track calls.
func (w *inquirer) sent(n int, q landed.Sent) (inquiry, error) {
	t, err := w.table(w.a.layout.Tracks)
	if err != nil {
		return inquiry{}, err
	}
	if _, ok := find(t.cols, w.a.layout.EventName); !ok {
		return inquiry{}, fmt.Errorf("%s has no column %s", t.rel.Table, w.a.layout.EventName)
	}
	name := w.text(t.cols, w.a.layout.EventName)
	text := w.selection(n, "k", "n") + "\nFROM (\n  SELECT " + name + " AS k, count(*) AS n\n  FROM " + w.name(t.rel) + "\n  " +
		w.where(t, q.Span, name+" IS NOT NULL") + "\n  GROUP BY 1\n  HAVING count(*) >= " + strconv.Itoa(q.Least) + "\n) AS names"
	return inquiry{question: q, what: "names sent", text: text, rel: t.rel, span: q.Span, answer: byRows}, nil
}
