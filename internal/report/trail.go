package report

import (
	"io"
	"strings"
)

// TableCSV writes rows as FindingsCSV does: no cell is one that a spreadsheet would calculate. The first row is the
// headings.
func TableCSV(w io.Writer, rows [][]string) error {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(inertCell(cell)))
		}
		b.WriteString("\r\n")
	}
	_, err := io.WriteString(w, b.String())
	return written(err)
}
