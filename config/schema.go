package config

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a part of a JSON Schema.
type object map[string]any

// outside is a scalar that is put together from variables and files: what it holds is known only when it is read.
func outside() object { return object{"$ref": "#/$defs/outside"} }

// text is what YAML reads as one value and the parser as text.
func text() object { return object{"type": []string{"string", "number", "boolean"}} }

// shaped is text of one shape.
func shaped(shape, what string) object {
	return object{"anyOf": []object{{"type": "string", "pattern": shape, "title": what}, outside()}}
}

// orNull lets a value be absent after its colon.
func orNull(o object) object {
	if all, ok := o["anyOf"].([]object); ok {
		o["anyOf"] = append(slices.Clone(all), object{"type": "null"})
		return o
	}
	switch t := o["type"].(type) {
	case string:
		o["type"] = []string{t, "null"}
	case []string:
		o["type"] = append(slices.Clone(t), "null")
	}
	return o
}

// oneOf is one of some words; without words any text.
func oneOf(words []string) object {
	if len(words) == 0 {
		return text()
	}
	return object{"anyOf": []object{{"enum": words}, outside()}}
}

// Schema describes plumbline.yaml for editors, as JSON Schema (draft 2020-12): generated from Keys, from the types that
// the file is read into, and from what known says of kinds, layouts and the sections of checks.
func Schema(known Known) ([]byte, error) {
	g := schemaWriter{known: known, keys: map[string]Key{}}
	for _, k := range Keys() {
		g.keys[k.Path] = k
	}
	root := g.structure(reflect.TypeFor[Config](), "")
	root["type"] = []string{"object", "null"}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://raw.githubusercontent.com/plumbline-audit/plumbline/main/docs/plumbline.schema.json"
	root["title"] = "plumbline.yaml"
	root["description"] = "Configuration of plumbline. Written by plumbline config schema."
	root["$defs"] = object{"outside": object{
		"type": "string", "pattern": `\$\{`,
		"description": "${NAME} stands for an environment variable, ${file:/path} for what a file holds.",
	}}
	data, err := json.MarshalIndent(root, "", "  ")
	return append(data, '\n'), err
}

type schemaWriter struct {
	known Known
	keys  map[string]Key
}

// structure describes settings by name.
func (g schemaWriter) structure(t reflect.Type, path string) object {
	properties, required := object{}, []string{}
	for _, f := range fieldsOf(t) {
		p := join(path, f.key)
		k := g.keys[p]
		properties[f.key] = g.property(k, p, f)
		if strings.HasSuffix(k.Doc, "Required.") {
			required = append(required, f.key)
		}
	}
	out := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// property describes one setting. One that is refused so far accepts nothing, and says why.
func (g schemaWriter) property(k Key, path string, f field) object {
	if k.Unbuilt != "" {
		return object{"description": k.Doc + " Not built yet: " + k.Unbuilt + ".", "not": object{}}
	}
	var out object
	switch {
	case path == "checks":
		out = g.checks()
	case len(k.Words) > 0:
		out = oneOf(k.Words)
	case len(f.words) > 0:
		out = oneOf(f.words)
	case path == "warehouse.url":
		out = shaped("^duckdb:.", "duckdb:FILE or duckdb:FOLDER")
	case path == "state":
		out = shaped("^sqlite:.", "sqlite:FILE")
	default:
		out = g.value(f.typ, path)
	}
	out = orNull(out) // a setting without a value stays as it is
	if k.Doc != "" {
		out["description"] = k.Doc
		if k.Example != "" {
			out["description"] = k.Doc + " Example: " + k.Example
		}
	}
	if f.usual != nil {
		out["default"] = f.usual
	}
	if usual, ok := g.usual(k, f); ok {
		out["default"] = usual
	}
	return out
}

// usual is the default of a setting where it is a value and not a sentence.
func (g schemaWriter) usual(k Key, f field) (any, bool) {
	if k.Default == "" || strings.Contains(k.Path, "[]") && len(k.Words) == 0 || k.Path == "sources" || k.Path == "checks" {
		return nil, false
	}
	if n, err := strconv.ParseFloat(k.Default, 64); err == nil && f.typ.Kind() != reflect.String {
		return n, true
	}
	return k.Default, true
}

const lengths = `^([0-9]+(\.[0-9]+)?(ms|w|d|h|m|s))+$`

// value describes what a type holds.
func (g schemaWriter) value(t reflect.Type, path string) object {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return shaped(lengths, "a length of time such as 6h or 7d")
	case reflect.TypeFor[Days]():
		return shaped(lengths, "a number of days such as 180d")
	case reflect.TypeFor[Bytes]():
		return shaped(`^[0-9]+(\.[0-9]+)? ?([kKMGTP]i?)?B$`, "an amount of data such as 50GB")
	case reflect.TypeFor[Date]():
		return shaped(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "a day such as 2026-07-31")
	case reflect.TypeFor[Cron]():
		return shaped(`^(@|\S+(\s+\S+){4}\s*$)`, "minute, hour, day, month and weekday")
	case reflect.TypeFor[Kind]():
		return oneOf(g.known.Kinds)
	case reflect.TypeFor[Layout]():
		return oneOf(g.known.Layouts)
	case reflect.TypeFor[Severity]():
		return oneOf(severities())
	case reflect.TypeFor[Secret]():
		return text()
	}
	switch t.Kind() { //nolint:exhaustive // every other kind is a number
	case reflect.Struct:
		return g.structure(t, path)
	case reflect.Pointer:
		return g.value(t.Elem(), path)
	case reflect.Map:
		return object{"type": "object", "additionalProperties": orNull(g.value(t.Elem(), path+".NAME"))}
	case reflect.Slice:
		return object{"type": "array", "items": g.value(t.Elem(), path+"[]")}
	case reflect.String:
		return text()
	case reflect.Bool:
		return object{"anyOf": []object{{"type": "boolean"}, outside()}}
	case reflect.Float32, reflect.Float64:
		return object{"anyOf": []object{{"type": "number"}, outside()}}
	default:
		return object{"anyOf": []object{{"type": "integer"}, outside()}}
	}
}

// checks describes the sections of the checks: each its own settings, or off.
func (g schemaWriter) checks() object {
	properties := object{}
	ids := slices.Clone(g.known.Checks)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		section := object{"type": "object", "additionalProperties": false}
		what := "Reported by a check that has its settings in a section of its own; on or off."
		if like := g.known.Sections[id]; like != nil {
			section = g.section(reflect.ValueOf(like).Elem())
			what = "Settings of the check, or off: docs/checks/" + id + ".md."
		}
		properties[id] = object{
			"description": what,
			"anyOf":       []object{{"enum": []any{"on", "off", true, false}}, section, {"type": "null"}},
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// section describes the settings of one check, with the defaults that it holds.
func (g schemaWriter) section(v reflect.Value) object {
	properties := object{}
	for _, f := range fieldsOf(v.Type()) {
		if own := v.FieldByIndex(f.index); own.Kind() != reflect.Struct && own.Kind() != reflect.Pointer {
			f.usual = plainValue(own)
		}
		properties[f.key] = g.property(Key{}, f.key, f)
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// plainValue is a default as the file would hold it; nil for none.
func plainValue(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		if x == 0 {
			return nil
		}
		return strings.TrimSuffix(strings.TrimSuffix(x.String(), "0s"), "0m")
	default:
		if v.IsZero() && (v.Kind() == reflect.Slice || v.Kind() == reflect.Map || v.Kind() == reflect.String) {
			return nil
		}
		return x
	}
}
