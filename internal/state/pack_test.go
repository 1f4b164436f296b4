package state

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// everyForm is one value of each form that facts are stored in.
type everyForm struct {
	Counts     countsOfDay
	Duplicates []duplicatesOfEvent
	Catalogue  catalogue
	Profiles   []landed.Profile
	Shapes     []landed.Shape
	Arrivals   []landed.Arrival
}

func TestPackedFactsComeBackWhole(t *testing.T) {
	gen := rapid.Make[everyForm]()
	var p packer
	var u unpacker
	rapid.Check(t, func(t *rapid.T) {
		want := gen.Draw(t, "facts")
		body, err := p.pack(want)
		if err != nil {
			t.Fatal(err)
		}
		var got everyForm
		if err := u.unpack(body, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, options()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestPackIsExact(t *testing.T) {
	want := []landed.Profile{{Day: landed.NoDay, Rows: -1, Columns: []landed.ColumnProfile{{
		Column: "\xff\x00 name", Sum: -0.1, SumLog: 1e300, Min: "9007199254740993", Distinct: landed.Sketch{Registers: []byte{0, 1, 255}},
		Violations: map[string]int64{"": 1, "b": -5},
	}}}}
	var p packer
	body, err := p.pack(want)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.pack(want)
	if err != nil || string(again) != string(body) {
		t.Errorf("the same facts are packed differently the second time, %v", err)
	}
	var got []landed.Profile
	if err := new(unpacker).unpack(body, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPackSqueezesLargeDays(t *testing.T) {
	large := workspace(web(), 1, 40, 40, landed.Span{First: 1, Last: 1}).Tables[0].Profiles
	var p packer
	var u unpacker
	for range 2 { // the second time with what the first left behind
		body, err := p.pack(large)
		if err != nil {
			t.Fatal(err)
		}
		if body[0] != deflated || len(body) > 20_000 {
			t.Errorf("%d bytes in form %d", len(body), body[0])
		}
		var got []landed.Profile
		if err := u.unpack(body, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(large, got, options()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhatIsNoFactIsRefused(t *testing.T) {
	if _, err := new(packer).pack(struct{ F func() }{func() {}}); err == nil {
		t.Error("a function was packed")
	}
}

func FuzzUnpack(f *testing.F) {
	var p packer
	for _, v := range []everyForm{
		{},
		{Profiles: workspace(web(), 1, 1, 2, landed.Span{First: 1, Last: 1}).Tables[0].Profiles},
		{Profiles: workspace(web(), 1, 20, 20, landed.Span{First: 1, Last: 1}).Tables[0].Profiles},
	} {
		body, err := p.pack(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte{})
	f.Add([]byte{plain, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, body []byte) {
		var v everyForm
		if err := new(unpacker).unpack(body, &v); err != nil && !errors.Is(err, errBroken) {
			t.Errorf("%v is not said to be damage", err)
		}
	})
}

// TestFieldsOnDisk: files on disk know fields by their position alone. A new field goes to the end of its struct and
// to the end of its line in testdata/fields.txt; anything else misreads the facts people have.
func TestFieldsOnDisk(t *testing.T) {
	lines := map[string]string{}
	describe(reflect.TypeFor[everyForm](), lines)
	delete(lines, "state.everyForm")
	var names []string
	for name := range lines {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, lines[name])
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("testdata/fields.txt", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/fields.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the order of fields is what files on disk rely on: %s", diff)
	}
}

func describe(t reflect.Type, lines map[string]string) {
	switch t.Kind() { //nolint:exhaustive // the others have no fields
	case reflect.Slice, reflect.Array, reflect.Map:
		describe(t.Elem(), lines)
	case reflect.Struct:
		if _, done := lines[t.String()]; done {
			return
		}
		var fields []string
		lines[t.String()] = ""
		for f := range t.Fields() {
			fields = append(fields, f.Name+" "+f.Type.String())
			describe(f.Type, lines)
		}
		lines[t.String()] = strings.Join(fields, ", ")
	}
}
