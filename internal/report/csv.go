package report

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/plumbline-audit/plumbline/internal/audit"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// FindingsCSV writes findings as comma-separated values with a line of headings, in the order given: RFC 4180, UTF-8.
// Columns are only ever added, at the end. Names stand byte for byte; only a cell that a spreadsheet would take for a
// formula has a single quote before it, and a byte that is not UTF-8 becomes U+FFFD.
func FindingsCSV(w io.Writer, list []audit.Reported) error {
	rows := [][]string{{
		"id", "kind", "severity", "status", "change", "source", "event", "related_event", "property", "since", "last_seen", "ongoing",
		"rows", "users", "confidence", "owner", "opened", "title",
	}}
	for _, r := range list {
		f := r.Finding
		rows = append(rows, []string{
			inertCell(r.ID), inertCell(string(f.Kind)), f.Severity.String(), inertCell(string(r.Status)), r.Change.String(),
			inertCell(source(r)), inertCell(f.Subject.Event), inertCell(f.Subject.Related), inertCell(f.Subject.Property),
			cellDay(f.Since), cellDay(f.LastSeen), strconv.FormatBool(f.Ongoing), strconv.FormatInt(f.Rows, 10), cellCount(f.Users),
			cellFigure(f.Confidence), inertCell(owner(r)), cellText(moment(r.Opened)), inertCell(f.Title),
		})
	}
	return writeCSV(w, rows)
}

// TableCSV writes rows of texts as FindingsCSV does: no cell is one that a spreadsheet would calculate. The first row is
// the headings. It takes rows over.
func TableCSV(w io.Writer, rows [][]string) error {
	for _, row := range rows {
		for i, cell := range row {
			row[i] = inertCell(cell)
		}
	}
	return writeCSV(w, rows)
}

func writeCSV(w io.Writer, rows [][]string) error {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			row[i] = quoted(cell)
		}
		b.WriteString(strings.Join(row, ",") + "\r\n")
	}
	_, err := io.WriteString(w, b.String())
	return written(err)
}

// quoted writes a cell as in RFC 4180. The csv package would change the line breaks inside of one.
func quoted(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.ContainsAny(s, ",\"\r\n") || strings.TrimSpace(s) != s {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// source is the source of a finding; of one that has none alone, all of them.
func source(r audit.Reported) string {
	if r.Finding.Subject.Source != "" {
		return r.Finding.Subject.Source
	}
	return strings.Join(r.Finding.Sources, " ")
}

// inertCell is a text that a spreadsheet shows instead of calculating it: the quote is its sign of a text.
func inertCell(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

func cellText(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func cellDay(d landed.Day) string { return cellText(day(d)) }

func cellCount(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func cellFigure(x float64) string {
	if f := figure(x); f != nil && *f > 0 {
		return strconv.FormatFloat(*f, 'f', -1, 64)
	}
	return ""
}
