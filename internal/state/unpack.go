package state

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"reflect"
)

// unpacker reads facts. It may be used again and again, not at once.
type unpacker struct {
	rest  []byte
	words []string
	flat  io.ReadCloser
}

// unpack reads into the value that v points to, which must be zero. What is damaged is an error, never a panic.
func (u *unpacker) unpack(body []byte, v any) error {
	if len(body) == 0 {
		return errBroken
	}
	u.rest, u.words = body[1:], u.words[:0]
	switch body[0] {
	case plain:
	case deflated:
		if err := u.inflate(); err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
	default:
		return fmt.Errorf("%w: form %d is not known", errBroken, body[0])
	}
	if err := u.value(reflect.ValueOf(v).Elem()); err != nil {
		return err
	}
	if len(u.rest) > 0 {
		return errBroken
	}
	return nil
}

func (u *unpacker) inflate() error {
	from := bytes.NewReader(u.rest)
	if r, again := u.flat.(flate.Resetter); again {
		if err := r.Reset(from, nil); err != nil {
			return err
		}
	} else {
		u.flat = flate.NewReader(from)
	}
	body, err := io.ReadAll(u.flat)
	u.rest = body
	return err
}

func (u *unpacker) uint() (uint64, error) {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 {
		return 0, errBroken
	}
	u.rest = u.rest[size:]
	return n, nil
}

// size reads a length; everything takes at least a byte, so that a longer one is damage and not a reason to allocate.
func (u *unpacker) size() (int, error) {
	n, err := u.uint()
	if err != nil || n > uint64(len(u.rest)) {
		return 0, errBroken
	}
	return int(n), nil
}

func (u *unpacker) value(v reflect.Value) error {
	switch v.Kind() { //nolint:exhaustive // facts are made of these; another kind is an error below
	case reflect.Bool:
		n, err := u.uint()
		v.SetBool(n == 1)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, size := binary.Varint(u.rest)
		if size <= 0 || v.OverflowInt(n) {
			return errBroken
		}
		u.rest = u.rest[size:]
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := u.uint()
		if err != nil || v.OverflowUint(n) {
			return errBroken
		}
		v.SetUint(n)
	case reflect.Float64:
		n, err := u.uint()
		v.SetFloat(math.Float64frombits(bits.ReverseBytes64(n)))
		return err
	case reflect.String:
		s, err := u.string()
		v.SetString(s)
		return err
	case reflect.Struct:
		return u.fields(v)
	case reflect.Slice, reflect.Array:
		return u.list(v)
	case reflect.Map:
		return u.entries(v)
	default:
		return fmt.Errorf("unpack facts: %s is not a kind of fact", v.Type())
	}
	return nil
}

func (u *unpacker) string() (string, error) {
	n, err := u.uint()
	if err != nil || n > uint64(len(u.words)) {
		return "", errBroken
	}
	if n > 0 {
		return u.words[n-1], nil
	}
	length, err := u.size()
	if err != nil {
		return "", err
	}
	s := string(u.rest[:length])
	u.rest = u.rest[length:]
	u.words = append(u.words, s)
	return s, nil
}

func (u *unpacker) fields(v reflect.Value) error {
	n, err := u.uint()
	if err != nil || n > uint64(v.NumField()) {
		return errBroken
	}
	for i := range int(n) {
		if err := u.value(v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) list(v reflect.Value) error {
	n, err := u.size()
	if err != nil || v.Kind() == reflect.Array && n > v.Len() {
		return errBroken
	}
	if v.Kind() == reflect.Slice && n > 0 {
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(bytes.Clone(u.rest[:n]))
			u.rest = u.rest[n:]
			return nil
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
	}
	for i := range n {
		if err := u.value(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) entries(v reflect.Value) error {
	n, err := u.size()
	if err != nil || n == 0 {
		return err
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), n))
	for range n {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := errors.Join(u.value(key), u.value(value)); err != nil {
			return err
		}
		v.SetMapIndex(key, value)
	}
	return nil
}
