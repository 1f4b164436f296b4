package plan

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// column is one column of Segment's plan CSV.
type column int

const (
	noColumn column = iota
	colVersion
	colCall
	colEvent
	colProperty
	colDescription
	colLabels
	colStatus
	colType
	colPattern
	colEnum
	columnCount
)

// headers are the names under which the columns are known: Segment's app, its documentation and exporters to it differ.
func headers() map[column][]string {
	return map[column][]string{
		colVersion:     {"version", "event version"},
		colCall:        {"event type", "call type", "call"},
		colEvent:       {"event name", "event"},
		colProperty:    {"property name", "property"},
		colDescription: {"description", "event description", "property description"},
		colLabels:      {"labels", "label"},
		colStatus:      {"status", "property status", "required"},
		colType:        {"data type", "property data type", "property type", "type"},
		colPattern:     {"permitted values", "allowed property values", "allowed values", "property allowed values", "pattern"},
		colEnum:        {"enum values", "enum"},
	}
}

// normalHeader is a column's name without case and signs.
func normalHeader(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// columnsByName is the columns under all their names.
func columnsByName() map[string]column {
	out := map[string]column{}
	for c, names := range headers() {
		for _, n := range names {
			out[n] = c
		}
	}
	return out
}

// sniff says whether data is a table of events, by its first line, and what stands between its cells.
func sniff(file string, data []byte) (separator rune, ok bool) {
	if c := firstByte(data); (c == '{' || c == '[') && !table(file) {
		return 0, false
	}
	line, _, _ := bytes.Cut(bytes.TrimPrefix(data, bom()), []byte("\n"))
	most, columns := 0, columnsByName()
	for _, sep := range []rune{',', ';', '\t'} {
		c := csv.NewReader(bytes.NewReader(line[:min(len(line), 1<<16)]))
		c.Comma, c.LazyQuotes = sep, true
		record, err := c.Read()
		if err != nil {
			continue
		}
		known, named := 0, false
		for _, h := range record {
			if at := columns[normalHeader(h)]; at != noColumn {
				known++
				named = named || at == colEvent
			}
		}
		if known > most && (named && known > 1 || table(file)) {
			separator, most = sep, known
		}
	}
	if most == 0 && table(file) {
		return ',', true
	}
	return separator, most > 0
}

func table(file string) bool {
	ext := strings.ToLower(filepath.Ext(file))
	return ext == ".csv" || ext == ".tsv"
}

// maxRows is how many rows a table may have; Segment takes 100,000.
const maxRows = 1_000_000

// maxColumns is how many columns a table may have: Segment's has ten, and one for each label in some exports.
const maxColumns = 1000

// csvReader reads one table.
type csvReader struct {
	*reader
	rows    *csv.Reader
	lines   []int
	columns map[int]column
	width   int
	events  []*csvEvent
	index   map[csvKey]*csvEvent
}

type csvKey struct{ call, name, version string }

// csvRow is the cells of one row; a cell that the row does not have is where the row begins, and empty.
type csvRow [columnCount]*node

// csvEvent is the rows of one version of an event.
type csvEvent struct {
	call       string
	head       *csvRow // the row without a property
	properties []csvRow
}

// csv reads Segment's plan as a table: one row for each event and for each of its properties.
func (r *reader) csv(separator rune) {
	data := bytes.TrimPrefix(r.data, bom())
	if !bytes.Contains(data, []byte("\n")) {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	r.data = data
	c := &csvReader{reader: r, rows: csv.NewReader(bytes.NewReader(data)), lines: lineStarts(data), columns: map[int]column{}, index: map[csvKey]*csvEvent{}}
	c.rows.Comma, c.rows.FieldsPerRecord = separator, -1
	header, err := c.rows.Read()
	if errors.Is(err, io.EOF) {
		r.fail(nil, CodeEmptyFile, "the file is empty", formats())
		return
	}
	if err != nil {
		c.broken(err)
		return
	}
	if !c.header(header) {
		return
	}
	r.known = true
	r.format(inCSV)
	for n := 0; ; n++ {
		record, err := c.rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			c.finish()
			return
		case err != nil:
			c.broken(err)
			continue
		case n == maxRows:
			r.fail(c.at(0, ""), CodeTooLarge, "the table has more than "+strconv.Itoa(maxRows)+" rows", "split the plan into several files")
			return
		}
		c.row(record)
	}
}

// at is a cell of the row that was just read.
func (c *csvReader) at(i int, value string) *node {
	line, col := c.rows.FieldPos(i)
	return c.place(line, col, value)
}

func (c *csvReader) place(line, col int, value string) *node {
	line = min(max(line, 1), len(c.lines))
	start := c.lines[line-1]
	from := min(start+max(col, 1)-1, len(c.data))
	return &node{kind: text, text: value, line: line, col: utf8.RuneCount(c.data[start:from]) + 1, from: from}
}

// broken records a row that is no row.
func (c *csvReader) broken(err error) {
	message, todo := "read as CSV: "+err.Error(), "save the table again as CSV"
	n := c.place(1, 1, "")
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		n = c.place(bad.Line, bad.Column, "")
		message = "read as CSV: a quote stands inside a cell that is not quoted as a whole"
		todo = `put the cell in quotes and write each quote in it twice: "a ""b"" c"`
		if n.from >= len(c.data) {
			n = c.place(bad.StartLine, 1, "")
			message, todo = "read as CSV: a quote opens in this row and is never closed", "close the quote"
		}
	}
	c.fail(n, CodeSyntax, message, todo)
}

// header finds the columns, and says whether the table can be read.
func (c *csvReader) header(cells []string) bool {
	if c.width = len(cells); c.width > maxColumns {
		c.fail(c.at(maxColumns, ""), CodeTooLarge, "the table has more than "+strconv.Itoa(maxColumns)+" columns", "is it a plan?")
		return false
	}
	known := columnsByName()
	seen := map[column]*node{}
	var strange []*node
	var again [][2]*node
	names := make([]string, len(cells))
	for i, h := range cells {
		names[i] = normalHeader(h)
		n := c.at(i, h)
		switch col := known[names[i]]; {
		case col == noColumn && names[i] != "":
			strange = append(strange, n)
		case col == noColumn:
		case seen[col] != nil:
			again = append(again, [2]*node{n, seen[col]})
		default:
			seen[col] = n
			c.columns[i] = col
		}
	}
	if sourceSchema(names) {
		c.fail(c.at(0, ""), CodeSourceSchema, "this is Segment's Source Schema export: what a source has sent, not what was planned",
			"download the plan itself: Protocols, Tracking Plans, the plan's menu, Download as CSV")
		return false
	}
	if tool := foreignTable(names); tool != "" {
		c.unsupported(c.at(0, ""), tool)
		return false
	}
	if seen[colEvent] == nil {
		c.fail(c.at(0, ""), CodeMissingColumn, "the table has no column Event Name", "name it so; the columns are explained in docs/plan.md")
		return false
	}
	for _, two := range again {
		c.fail(two[0], CodeRepeatedColumn, "the column "+show(two[0].text)+" says the same as "+show(two[1].text), "remove one of the two")
	}
	c.strangers(strange, seen)
	return true
}

// sourceSchema says whether the columns are those of the export that lists what a source has sent.
func sourceSchema(names []string) bool {
	n := 0
	for _, name := range []string{"last seen at utc", "allowed", "blocked", "total", "planned"} {
		if slices.Contains(names, name) {
			n++
		}
	}
	return n >= 3
}

// strangers tells columns that were mistyped from those that plumbline has no use for.
func (c *csvReader) strangers(list []*node, seen map[column]*node) {
	for _, n := range list {
		var free []string
		for col, names := range headers() {
			if seen[col] == nil {
				free = append(free, names...)
			}
		}
		slices.Sort(free)
		if near := nearest(normalHeader(n.text), free); near != "" && distance(normalHeader(n.text), near) <= 2 {
			c.fail(n, CodeUnknownColumn, "unknown column "+show(n.text), "did you mean "+strconv.Quote(titled(near))+"?")
			continue
		}
		c.lose(n, "column "+visible(clip(n.text, 40)), "plumbline has no use for it")
	}
}

func titled(s string) string {
	parts := strings.Fields(s)
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, " ")
}

// row files one row under its event.
func (c *csvReader) row(record []string) {
	var row csvRow
	start := c.at(0, "")
	for i := range row {
		row[i] = start
	}
	blank := true
	for i, value := range record {
		blank = blank && strings.TrimSpace(value) == ""
		if col, ok := c.columns[i]; ok {
			row[col] = c.at(i, unguarded(value))
		}
		if i >= c.width && strings.TrimSpace(value) != "" {
			c.fail(c.at(i, value), CodeExtraCell, "the row has more cells than the table has columns", "put text with a comma in quotes")
			return
		}
	}
	if blank {
		return
	}
	kind := strings.TrimSpace(row[colCall].text)
	call := callOf(kind)
	if strings.EqualFold(kind, "common") || strings.EqualFold(kind, "global") {
		call = "common"
	}
	if call == "" {
		c.fail(row[colCall], CodeUnknownCall, "unknown type of event "+show(kind), didYouMean(strings.ToLower(kind), calls(), "write Track, Identify, Group, Page or Screen"))
		return
	}
	name := row[colEvent].text
	if call == "track" && strings.TrimSpace(name) == "" {
		c.fail(row[colEvent], CodeNoName, "the event's name is empty", "write the name as it is sent")
		return
	}
	key := csvKey{call, name, cmp.Or(strings.TrimSpace(row[colVersion].text), "1")}
	e := c.index[key]
	if e == nil {
		e = &csvEvent{call: call}
		c.index[key] = e
		c.events = append(c.events, e)
	}
	switch {
	case row[colProperty].text != "":
		e.properties = append(e.properties, row)
	case e.head != nil:
		c.fail(row[colEvent], CodeRepeatedEvent, "the event has a second row without a property, the first at "+c.pos(e.head[colEvent]).short(), "remove one of the two")
	default:
		e.head = &row
	}
}
