package fix

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"
	"go.yaml.in/yaml/v4"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// leaveOuts writes what keeps rows out of a source: an expression for its `where`. It is not offered where a table of
// the source lacks a column of it, since it is added to every statement.
func leaveOuts(all []intention, c Context) []Text {
	var out []Text
	var written []finding.LeaveOut
	for _, in := range all {
		fx, ok := in.fix.(finding.LeaveOut)
		cond, can := c.outside(fx)
		if ok && can && !slices.Contains(written, fx) {
			written = append(written, fx)
			out = append(out, c.leaveOut(fx, cond))
		}
	}
	return out
}

// outside is the condition that holds for the rows that stay; false where it cannot be written for sure. A row that
// says nothing of a column stays.
func (c Context) outside(fx finding.LeaveOut) (string, bool) {
	if c.Quoter == nil {
		return "", false
	}
	var or []string
	differs := func(column, op, value string) bool {
		plain := value != "" && !strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) || r == '\\' })
		if column == "" || !plain || !c.everywhere(fx.Source, column) {
			return false
		}
		or = append(or, column+" is null or "+column+" "+op+" "+c.Quoter.Literal(value))
		return true
	}
	if fx.Names != "" {
		fixed := strings.ReplaceAll(fx.Names, "*", "")
		if strings.Contains(fixed, "%") || !differs(c.Layout.EventName, "not like", strings.ReplaceAll(fx.Names, "*", "%")) {
			return "", false
		}
	}
	for _, p := range [][2]string{
		{c.Layout.Library, fx.Slice.Library},
		{c.Layout.LibraryVersion, fx.Slice.LibraryVersion},
		{c.Layout.AppVersion, fx.Slice.AppVersion},
		{c.Layout.Platform, fx.Slice.Platform},
	} {
		if p[1] != "" && !differs(p[0], "<>", p[1]) {
			return "", false
		}
	}
	return strings.Join(or, " or "), len(or) > 0
}

// everywhere says whether all tables of a source have a column.
func (c Context) everywhere(source, column string) bool {
	tables := c.Landed[source].Tables
	for i := range tables {
		if len(tables[i].Columns) > 0 && !hasColumn(&tables[i], column) {
			return false
		}
	}
	return len(tables) > 0
}

func (c Context) leaveOut(fx finding.LeaveOut, cond string) Text {
	t := Text{
		Kind: ConfigPatch, Title: "change " + visible(c.ConfigFile) + ": where of " + visible(fx.Source) + ", to leave these rows out of audits",
		Note: "What is left out is not judged, and lands all the same.",
	}
	schema := c.Landed[fx.Source].Source.Schema
	if after, ok := withWhere(c.ConfigData, schema, cond); ok {
		t.Language = "diff"
		t.Text = udiff.Unified("a/"+c.ConfigFile, "b/"+c.ConfigFile, string(c.ConfigData), string(after))
		return t
	}
	t.Language = "yaml"
	t.Text = "sources:\n  - schema: " + yamlText(schema) + "\n    where: " + strconv.Quote(cond) + "\n"
	t.Note += " If there is no list of sources yet, name all of them: those that are not in it are not audited."
	return t
}

func yamlText(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0 {
		return s
	}
	return strconv.Quote(s)
}

// withWhere adds a line to the source's own entry; false where it has none, has one already, or is written in braces.
func withWhere(data []byte, schema, cond string) ([]byte, bool) {
	var doc yaml.Node
	if data == nil || yaml.Unmarshal(data, &doc) != nil {
		return nil, false
	}
	_, list := topLevel(&doc, "sources")
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, false
	}
	for _, item := range list.Content {
		if item.Kind != yaml.MappingNode || item.Style&yaml.FlowStyle != 0 {
			continue
		}
		line, column, has := 0, 0, false
		for i := 0; i+1 < len(item.Content); i += 2 {
			key, value := item.Content[i], item.Content[i+1]
			has = has || key.Value == "where"
			if key.Value == "schema" && value.Value == schema && value.Line == key.Line {
				line, column = key.Line, key.Column
			}
		}
		if line == 0 || has {
			continue
		}
		text := strings.Repeat(" ", column-1) + "where: " + strconv.Quote(cond) + "\n"
		after := at(bytes.SplitAfter(data, []byte("\n")), line, text)
		_, ok := parse(after)
		return after, ok
	}
	return nil, false
}
