package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// decoder lays a YAML document over Go values and collects every mistake.
// It is our own because the messages must speak of settings, not of Go types, and because every setting's place is kept.
type decoder struct {
	doc      *document
	dir      string
	env      func(string) (string, bool)
	readFile func(string) ([]byte, error)
	known    Known
	unbuilt  map[string]string // setting → why it is refused
	values   map[*yaml.Node]expanded
	visits   int
	errs     Errors
	placed   map[position]bool // where errs are
}

// mostVisits bounds what aliases of aliases can cost.
const mostVisits = 200_000

func (d *decoder) fail(n *yaml.Node, code Code, msg string) {
	d.failAt(position{n.Line, n.Column}, code, msg)
}

func (d *decoder) failAt(p position, code Code, msg string) {
	d.errs = append(d.errs, d.doc.mistake(p, code, msg))
	d.placed[p] = true
}

// value lays n over v. Null leaves v as it is.
func (d *decoder) value(path string, n *yaml.Node, v reflect.Value) {
	n = d.deref(n)
	if n == nil || n.ShortTag() == "!!null" && n.Kind == yaml.ScalarNode && n.Style&yaml.TaggedStyle == 0 {
		return
	}
	if d.doc.at[path] == nil {
		d.doc.at[path] = n
	}
	if d.special(n, v) {
		return
	}
	switch v.Kind() { //nolint:exhaustive // every other kind is plain or is refused there
	case reflect.Struct:
		d.structure(path, n, v)
	case reflect.Map:
		d.mapping(path, n, v)
	case reflect.Slice:
		d.sequence(path, n, v)
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(path, n, v.Elem())
	default:
		d.plain(n, v)
	}
}

// deref follows an alias, and stops where following them would not end.
func (d *decoder) deref(n *yaml.Node) *yaml.Node {
	d.visits++
	if d.visits == mostVisits {
		d.fail(n, aliasLimit, "aliases (*name) repeat more than is reasonable: write the values out")
	}
	if d.visits >= mostVisits {
		return nil
	}
	for range 8 {
		if n.Kind != yaml.AliasNode || n.Alias == nil {
			return n
		}
		n = n.Alias
	}
	return nil
}

// structure lays a mapping over a struct, by its yaml tags.
func (d *decoder) structure(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, "settings, written as KEY: value")
		return
	}
	fields, words := map[string]reflect.Value{}, map[string][]string{}
	var valid []string
	for _, f := range fieldsOf(v.Type()) {
		fields[f.key], words[f.key] = v.FieldByIndex(f.index), f.words
		if _, no := d.unbuilt[pattern(join(path, f.key))]; !no {
			valid = append(valid, f.key)
		}
	}
	for key, value := range d.pairs(n) {
		name := key.Value
		p := join(path, name)
		f, ok := fields[name]
		if !ok {
			d.unknown(key, unknownSetting, "unknown setting", valid)
			continue
		}
		d.doc.keys[p] = key
		if why, no := d.unbuilt[pattern(p)]; no {
			d.fail(key, notBuilt, quote(name)+" is not built yet: "+why+"; leave it out")
			continue
		}
		d.value(p, value, f)
		if len(words[name]) > 0 {
			d.word(value, f, words[name])
		}
	}
}

func (d *decoder) unknown(key *yaml.Node, code Code, what string, valid []string) {
	msg := what + " " + quote(hideIn(key.Value))
	if s := suggest(key.Value, valid); s != "" {
		msg += " (did you mean " + quote(s) + "?)"
	} else if len(valid) > 0 {
		msg += ": here stands " + list(valid)
	} else {
		msg += ": nothing can be set here"
	}
	d.fail(key, code, msg)
}

// pairs walks a mapping, reporting keys that are not plain words and keys written twice.
func (d *decoder) pairs(n *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Kind == yaml.AliasNode && key.Alias != nil {
				key = key.Alias
			}
			switch first, twice := seen[key.Value]; {
			case key.Kind != yaml.ScalarNode:
				d.fail(n.Content[i], badKey, "a key must be a word")
				continue
			case key.ShortTag() == "!!merge":
				d.fail(key, badKey, "merge keys (<<) are not supported: write the settings out")
				continue
			case twice:
				d.fail(key, setTwice, quote(hideIn(key.Value))+" is set twice, first on line "+strconv.Itoa(first))
				continue
			}
			seen[key.Value] = key.Line
			if !yield(key, value) {
				return
			}
		}
	}
}

func (d *decoder) mapping(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, "settings, written as KEY: value")
		return
	}
	out := reflect.MakeMap(v.Type())
	for key, value := range d.pairs(n) {
		p := join(path, key.Value)
		d.doc.keys[p] = key
		elem := reflect.New(v.Type().Elem()).Elem()
		if s, ok := reflect.TypeAssert[*Section](elem.Addr()); ok {
			d.section(key, value, s)
		} else {
			d.value(p, value, elem)
		}
		out.SetMapIndex(reflect.ValueOf(key.Value).Convert(v.Type().Key()), elem)
	}
	v.Set(out)
}

func (d *decoder) sequence(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, "a list, written as [a, b]")
		return
	}
	out := reflect.MakeSlice(v.Type(), 0, len(n.Content))
	for i, item := range n.Content {
		elem := reflect.New(v.Type().Elem()).Elem()
		p := path + "[" + strconv.Itoa(i) + "]"
		before := len(d.errs)
		if x := d.deref(item); x != nil && x.ShortTag() == "!!null" {
			d.fail(item, emptyValue, "an empty entry: fill it in or leave it out")
		}
		d.value(p, item, elem)
		if elem.Kind() == reflect.String && elem.String() == "" && len(d.errs) == before {
			d.fail(item, emptyValue, "an empty entry: fill it in or leave it out")
		}
		out = reflect.Append(out, elem)
	}
	v.Set(out)
}

// plain reads a text, number or switch.
func (d *decoder) plain(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, kindWord(v.Kind()))
		return
	}
	x := d.scalar(n)
	if x.failed {
		return
	}
	if v.Kind() == reflect.String {
		v.SetString(x.text)
		return
	}
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
	if quoted && !x.foreign {
		d.fail(n, wrongType, "must be "+kindWord(v.Kind())+", not text: leave the quotes out")
		return
	}
	if !setPlain(v, x.text) {
		d.wrong(n, kindWord(v.Kind()))
	}
}

func setPlain(v reflect.Value, text string) bool {
	switch v.Kind() { //nolint:exhaustive // settings of other kinds do not exist
	case reflect.Bool:
		v.SetBool(text == "true")
		return text == "true" || text == "false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(i)
		return err == nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		i, err := strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(i)
		return err == nil
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil || f != f || f > 1e300 || f < -1e300 {
			return false
		}
		v.SetFloat(f)
		return true
	default:
		return false
	}
}

func kindWord(k reflect.Kind) string {
	switch k { //nolint:exhaustive // the rest are whole numbers
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "text"
	default:
		return "a whole number"
	}
}

// wrong says what a value should be and what stands there instead.
func (d *decoder) wrong(n *yaml.Node, want string) {
	is := "a list"
	switch n.Kind { //nolint:exhaustive // the rest are lists
	case yaml.MappingNode:
		is = "settings"
	case yaml.ScalarNode:
		is = d.shown(n)
	}
	d.fail(n, wrongType, "must be "+want+", but is "+is)
}

// field is one setting of a struct.
type field struct {
	key   string
	index []int
	typ   reflect.Type
	words []string // the only words it takes, by its words tag; nil: any
	usual any      // its default, for the schema
}

// fieldsOf lists the settings of a struct: its exported fields by yaml tag, those of inlined structs included.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if options == "inline" && f.Type.Kind() == reflect.Struct {
			for _, in := range fieldsOf(f.Type) {
				in.index = append([]int{i}, in.index...)
				out = append(out, in)
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		out = append(out, field{key: name, index: []int{i}, typ: f.Type, words: strings.Fields(f.Tag.Get("words"))})
	}
	return out
}

var indexes = regexp.MustCompile(`\[[0-9]+\]`)

// pattern is a setting without the indexes of its lists: sources[].schema.
func pattern(path string) string { return indexes.ReplaceAllString(path, "[]") }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// special reads the types that are more than YAML's own; it says whether v was one.
func (d *decoder) special(n *yaml.Node, v reflect.Value) bool {
	switch out := v.Addr().Interface().(type) {
	case *time.Duration:
		parse(d, n, out, "a length of time such as 6h or 7d", ParseDuration)
	case *Days:
		parse(d, n, out, "a number of days such as 180d", parseDays)
	case *Bytes:
		parse(d, n, out, "an amount of data such as 50GB", ParseBytes)
	case *Date:
		parse(d, n, out, "a day such as 2026-07-31", parseDate)
	case *Zone:
		parse(d, n, out, "a time zone", parseZone)
	case *Path:
		parse(d, n, out, "a file", func(s string) (Path, error) { return Path(resolve(d.dir, s)), nil })
	case *URL:
		parse(d, n, out, "a URL", func(s string) (URL, error) { return d.located(s), nil })
	case *Cron:
		parse(d, n, out, "minute, hour, day, month and weekday", parseCron)
	case *Secret:
		d.secret(n, out)
	case *Severity:
		parse(d, n, out, "a severity", word[Severity]("a severity", severities()))
	case *Kind:
		parse(d, n, out, "a kind of finding", d.kind)
	case *Layout:
		parse(d, n, out, "a layout", d.layout)
	default:
		return false
	}
	return true
}

func parse[T any](d *decoder, n *yaml.Node, out *T, want string, from func(string) (T, error)) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, want)
		return
	}
	x := d.scalar(n)
	if x.failed {
		return
	}
	v, err := from(x.text)
	switch {
	case err == nil:
		*out = v
	case x.foreign:
		d.fail(n, codeOf(err, badValue), "the value of "+d.shown(n)+" is not "+want)
	default:
		d.fail(n, codeOf(err, badValue), fmt.Sprintf("%s %v", d.shown(n), err))
	}
}
