package plan

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse makes sure that no file makes the reader panic, that every place it names is inside the file, and that a
// mistake never comes without a place or a message.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/segment/*.json", "testdata/segment/pages/*.json", "testdata/shop/*.csv", "testdata/shop/events/p*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no samples in %s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data[:min(len(data), 4000)])
		}
	}
	for _, s := range []string{
		"", "\xef\xbb\xbf{}", "events: &a [*a]", "a: 1\n---\nevents: [x]", "events:\n- <<: {name: x}\n", "? [a]\n: b", "- !!binary eA==", "[1", `{"rules":[{"jsonSchema":3}]}`,
		"{\"data\":{\"rules\":[{}],\"pagination\":[]}}", "events: {1: {}, ~: {}}", "\r- a", "events:\n- name: \"a\\u0000\"", "%YAML 1.1\n---\na", "[{\"data\":{}},1]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + bytes.Count(data, []byte("\u0085")) + bytes.Count(data, []byte("\u2028")) + bytes.Count(data, []byte("\u2029")) + 1
		check := func(p Pos) {
			if p.File != "f" || p.Line < 0 || p.Line > lines || p.Col < 0 || p.Col > len(data)+2 {
				t.Errorf("the place %+v is outside a file of %d lines and %d bytes", p, lines, len(data))
			}
		}
		p, err := Parse("f", data)
		if err != nil {
			all, ok := errors.AsType[Errors](err)
			if !ok || len(all) == 0 {
				t.Fatalf("%T: %v", err, err)
			}
			for _, e := range all {
				check(e.Pos)
				promise(t, e, data)
			}
			return
		}
		for _, e := range p.Events {
			check(e.Pos)
			for _, q := range e.Properties {
				check(q.Pos)
			}
		}
		again, err := Parse("f", data)
		if err != nil || again.Hash != p.Hash {
			t.Errorf("read again: %v", err)
		}
	})
}

// FuzzExport makes sure that every plan that can be read can be written in every format, and comes back as promised.
func FuzzExport(f *testing.F) {
	for _, file := range []string{"testdata/own.yaml", "testdata/segment/typewriter.json", "testdata/shop/events/order_shipped.json"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{
		"Event Name,Property Name,Data Type,Status,Enum Values\nA,a.b,object,required,\nA,a,object,,\nA,a.b.c,string,required,\"x, y\"\nA,l.$.x,number,,\n",
		"events:\n- name: '=a'\n  versions: [1, 3]\n  properties: {a.b: {type: integer, enum: [0x10, 1_0]}, a: object, ' .x': any, properties.x: {nullable: true, enum: [null]}}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse("f", data)
		if err != nil {
			return
		}
		for _, to := range Formats() {
			holds(t, p, to)
		}
	})
}
