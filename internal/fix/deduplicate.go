package fix

import "github.com/plumbline-audit/plumbline/internal/finding"

// deduplicate keeps the first row of each message: of two rows with one id and one name, the one that was received
// first. Rows without an id stay, since nothing says that they are one.
func (w *views) deduplicate(fx finding.DeduplicateRows, of finding.Finding) {
	source, q, l := of.Subject.Source, w.Quoter, w.Layout
	if l.ID == "" || l.ReceivedAt == "" {
		return
	}
	one := func(name, by string) {
		if t := w.Landed[source].Table(name); t != nil && (!hasColumn(t, l.ID) || !hasColumn(t, l.ReceivedAt)) {
			return
		}
		v := w.of(source, name)
		v.does = keep(v.does, "one row of each message id")
		v.qualify = q.Quote(l.ID) + " is null or row_number() over (partition by " + by + " order by " + q.Quote(l.ReceivedAt) + ") = 1"
	}
	if l.Tracks != "" && l.EventName != "" {
		one(l.Tracks, q.Quote(l.ID)+", "+q.Quote(l.EventName))
	}
	for _, t := range fx.Tables {
		if t != l.Tracks {
			one(t, q.Quote(l.ID))
		}
	}
}
