package fix

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"go.yaml.in/yaml/v4"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// configPatches writes the entries that the findings would add to the configuration, one text for each reason.
func configPatches(all []intention, c Context) []Text {
	var order []string
	grouped := map[string][]finding.Configure{}
	for _, in := range all {
		fx, ok := in.fix.(finding.Configure)
		if !ok || fx.Section == "" || fx.Entry == "" {
			continue
		}
		key := fx.Section + "\x00" + fx.Why
		if _, known := grouped[key]; !known {
			order = append(order, key)
		}
		if !slices.Contains(grouped[key], fx) {
			grouped[key] = append(grouped[key], fx)
		}
	}
	var out []Text
	for _, key := range order {
		out = append(out, configPatch(grouped[key], c))
	}
	return out
}

func configPatch(list []finding.Configure, c Context) Text {
	section, why := list[0].Section, list[0].Why
	t := Text{Kind: ConfigPatch, Title: "change " + visible(c.ConfigFile) + ": " + section}
	if why != "" {
		t.Title += ", " + why
	}
	if strings.Contains(list[0].Entry, "…") {
		t.Note = "Fill in what stands as …"
	}
	entries := make([]string, len(list))
	for i, fx := range list {
		entries[i] = strings.TrimSpace(fx.Entry)
	}
	if c.ConfigData != nil {
		if after, ok := insert(c.ConfigData, section, entries); ok {
			t.Language = "diff"
			t.Text = udiff.Unified("a/"+c.ConfigFile, "b/"+c.ConfigFile, string(c.ConfigData), string(after))
			return t
		}
	}
	t.Language = "yaml"
	t.Text = section + ":\n"
	for _, e := range entries {
		t.Text += item("  ", e)
	}
	return t
}

// item writes an entry as one item of a list, its further lines under the first.
func item(indent, entry string) string {
	return indent + "- " + strings.ReplaceAll(entry, "\n", "\n"+indent+"  ") + "\n"
}

// insert adds entries to a top-level list of a YAML file and leaves every other byte as it is; false where that
// cannot be done for sure: a file that does not parse, or a section that is no list.
func insert(data []byte, section string, entries []string) ([]byte, bool) {
	before, ok := parse(data)
	if !ok {
		return nil, false
	}
	after, ok := splice(data, section, entries)
	if !ok {
		return nil, false
	}
	got, ok := parse(after)
	return after, ok && onlyAdded(before, got, section, len(entries))
}

func parse(data []byte) (map[string]any, bool) {
	out := map[string]any{}
	if err := yaml.Unmarshal(data, &out); err != nil {
		return nil, false
	}
	return out, true
}

// onlyAdded holds the change to its promise: the section has n more items at its end, and nothing else moved.
func onlyAdded(before, after map[string]any, section string, n int) bool {
	old, _ := before[section].([]any)
	now, ok := after[section].([]any)
	if !ok || len(now) != len(old)+n || (len(old) > 0 && !reflect.DeepEqual(old, now[:len(old)])) {
		return false
	}
	for key, value := range after {
		if key != section && !reflect.DeepEqual(value, before[key]) {
			return false
		}
	}
	_, had := before[section]
	if had {
		return len(after) == len(before)
	}
	return len(after) == len(before)+1
}

func splice(data []byte, section string, entries []string) ([]byte, bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, false
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	key, value := topLevel(&doc, section)
	switch {
	case key == nil:
		return appended(data, section, entries), true
	case value.Kind == yaml.ScalarNode && value.Tag == "!!null" && value.Value == "":
		return at(lines, key.Line, block("  ", entries)), true
	case value.Kind != yaml.SequenceNode:
		return nil, false
	case value.Style&yaml.FlowStyle != 0:
		return inFlow(data, lines, section, value, entries)
	case len(value.Content) == 0:
		return nil, false
	}
	last := deepest(value)
	for last < len(lines) && continues(lines[last], value.Column) {
		last++
	}
	return at(lines, last, block(strings.Repeat(" ", value.Column-1), entries)), true
}

func topLevel(doc *yaml.Node, section string) (key, value *yaml.Node) {
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	m := doc.Content[0].Content
	for i := 0; i+1 < len(m); i += 2 {
		if m[i].Value == section {
			return m[i], m[i+1]
		}
	}
	return nil, nil
}

func block(indent string, entries []string) string {
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(item(indent, e))
	}
	return b.String()
}

func appended(data []byte, section string, entries []string) []byte {
	out := slices.Clone(data)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	return append(out, section+":\n"+block("  ", entries)...)
}

// at puts text before the line of this index, counted from 0.
func at(lines [][]byte, line int, text string) []byte {
	var b bytes.Buffer
	for i, l := range lines {
		if i == line {
			ensureNewline(&b)
			b.WriteString(text)
		}
		b.Write(l)
	}
	if line >= len(lines) {
		ensureNewline(&b)
		b.WriteString(text)
	}
	return b.Bytes()
}

func ensureNewline(b *bytes.Buffer) {
	if b.Len() > 0 && !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		b.WriteByte('\n')
	}
}

// deepest is the last line that a node's values begin on, counted from 1.
func deepest(n *yaml.Node) int {
	out := n.Line
	for _, c := range n.Content {
		out = max(out, deepest(c))
	}
	return out
}

// continues says whether a line still belongs to the last item of a list: it is indented deeper than the list's
// dashes, as the rest of a text or of a bracket is.
func continues(line []byte, column int) bool {
	text := bytes.TrimLeft(line, " ")
	if len(bytes.TrimSpace(text)) == 0 || text[0] == '#' {
		return false
	}
	return len(line)-len(text) >= column
}

// inFlow adds to a list in brackets: before the bracket that ends it.
func inFlow(data []byte, lines [][]byte, section string, value *yaml.Node, entries []string) ([]byte, bool) {
	start := 0
	for _, l := range lines[:value.Line-1] {
		start += len(l)
	}
	open := start + value.Column - 1
	if open >= len(data) || data[open] != '[' {
		return nil, false // a column counts characters: what stands before the bracket is not ASCII
	}
	for end := open + 1; end < len(data); end++ {
		if data[end] != ']' {
			continue
		}
		add := strings.Join(entries, ", ")
		if len(value.Content) > 0 {
			add = ", " + add
		}
		out := slices.Concat(data[:end], []byte(add), data[end:])
		var doc yaml.Node
		if yaml.Unmarshal(out, &doc) != nil {
			continue
		}
		if _, v := topLevel(&doc, section); v != nil && len(v.Content) == len(value.Content)+len(entries) {
			return out, true
		}
	}
	return nil, false
}
