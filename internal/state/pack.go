package state

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"slices"
)

// Facts are many and alike, so they have a form of their own: numbers as varints, each string written once and then
// referred to, structs cut after their last field that says something. Fields are told apart by position alone:
// a new field goes to the end of its struct, and testdata/fields.txt holds the order that files on disk rely on.

const (
	plain    byte = 1
	deflated byte = 2
)

// deflateFrom is the size from which squeezing pays: below it a table's day gains a few bytes for a third of the speed.
const deflateFrom = 4 << 10

var errBroken = errors.New("facts are damaged")

// packer writes facts. It may be used again and again, not at once.
type packer struct {
	buf   []byte
	words map[string]uint64
	flat  *flate.Writer
}

// pack returns v, a struct or a slice of facts, in few bytes that the caller may keep.
func (p *packer) pack(v any) ([]byte, error) {
	p.buf = append(p.buf[:0], plain)
	p.words = make(map[string]uint64)
	if err := p.value(reflect.ValueOf(v)); err != nil {
		return nil, err
	}
	if len(p.buf) < deflateFrom {
		return slices.Clone(p.buf), nil
	}
	var out bytes.Buffer
	out.WriteByte(deflated)
	if p.flat == nil {
		flat, err := flate.NewWriter(&out, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		p.flat = flat
	} else {
		p.flat.Reset(&out)
	}
	if _, err := p.flat.Write(p.buf[1:]); err != nil {
		return nil, err
	}
	if err := p.flat.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (p *packer) uint(n uint64) { p.buf = binary.AppendUvarint(p.buf, n) }

func (p *packer) value(v reflect.Value) error {
	switch v.Kind() { //nolint:exhaustive // facts are made of these; another kind is an error below
	case reflect.Bool:
		if v.Bool() {
			p.uint(1)
		} else {
			p.uint(0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.buf = binary.AppendVarint(p.buf, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.uint(v.Uint())
	case reflect.Float64:
		p.uint(bits.ReverseBytes64(math.Float64bits(v.Float()))) // a round number ends in zeros
	case reflect.String:
		p.string(v.String())
	case reflect.Struct:
		return p.fields(v)
	case reflect.Slice, reflect.Array:
		return p.list(v)
	case reflect.Map:
		return p.entries(v)
	default:
		return fmt.Errorf("pack facts: %s is not a kind of fact", v.Type())
	}
	return nil
}

func (p *packer) string(s string) {
	if n, known := p.words[s]; known {
		p.uint(n)
		return
	}
	p.uint(0)
	p.uint(uint64(len(s)))
	p.buf = append(p.buf, s...)
	p.words[s] = uint64(len(p.words)) + 1
}

func (p *packer) fields(v reflect.Value) error {
	n := v.NumField()
	for n > 0 && v.Field(n-1).IsZero() {
		n--
	}
	p.uint(uint64(n))
	for i := range n {
		if err := p.value(v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// list writes a slice or an array; of an array the zeros at its end are left out.
func (p *packer) list(v reflect.Value) error {
	n := v.Len()
	for v.Kind() == reflect.Array && n > 0 && v.Index(n-1).IsZero() {
		n--
	}
	p.uint(uint64(n))
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		p.buf = append(p.buf, v.Bytes()...)
		return nil
	}
	for i := range n {
		if err := p.value(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) entries(v reflect.Value) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		if a.Kind() == reflect.String {
			return cmp.Compare(a.String(), b.String())
		}
		return cmp.Compare(a.Uint(), b.Uint())
	})
	p.uint(uint64(len(keys)))
	for _, k := range keys {
		if err := errors.Join(p.value(k), p.value(v.MapIndex(k))); err != nil {
			return err
		}
	}
	return nil
}
