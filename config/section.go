package config

import (
	"errors"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Section is the part of the file that belongs to one check, which decodes it later, strictly and with places.
type Section struct {
	ID string

	off  bool
	node *yaml.Node // nil: the file has no settings for it
	from *decoder
}

// section keeps what stands under a check's id, and reports what can be seen without knowing the check.
func (d *decoder) section(key, value *yaml.Node, s *Section) {
	*s = Section{ID: key.Value}
	valid := d.known.Checks
	if len(valid) > 0 && !slices.Contains(valid, s.ID) {
		if slices.Contains(d.known.Later, s.ID) {
			d.fail(key, notBuilt, "the check "+quote(s.ID)+" is not built yet; leave it out")
		} else {
			d.unknown(key, unknownCheck, "unknown check", valid)
		}
		return
	}
	n := d.deref(value)
	switch {
	case n == nil || n.ShortTag() == "!!null":
	case n.Kind == yaml.ScalarNode && (n.Value == "off" || n.Value == "false"):
		s.off = true
	case n.Kind == yaml.ScalarNode && (n.Value == "on" || n.Value == "true"):
	case n.Kind == yaml.MappingNode:
		s.node, s.from = n, d
		d.lookThrough(s.ID, n)
	default:
		d.wrong(n, "settings, or off")
	}
}

// lookThrough reads a section as its check will, so that its mistakes are told with the others.
func (d *decoder) lookThrough(id string, n *yaml.Node) {
	if d.known.Sections == nil {
		d.expandAll(n)
		return
	}
	copied := reflect.ValueOf(&struct{}{})
	if like := d.known.Sections[id]; like != nil {
		copied = reflect.New(reflect.TypeOf(like).Elem())
	}
	before := d.unbuilt
	d.unbuilt = nil
	d.value("checks."+id, n, copied.Elem())
	d.unbuilt = before
}

// expandAll expands the values of a section that nobody decodes yet, so that their mistakes are told with the others.
func (d *decoder) expandAll(n *yaml.Node) {
	n = d.deref(n)
	if n == nil {
		return
	}
	if n.Kind == yaml.ScalarNode {
		d.scalar(n)
		return
	}
	for i, c := range n.Content {
		if n.Kind == yaml.SequenceNode || i%2 == 1 {
			d.expandAll(c)
		}
	}
}

// Off says whether the check is turned off.
func (s Section) Off() bool { return s.off }

// Decode lays the section over into, a pointer to a struct with yaml tags; without a section it leaves into as it
// is. Unknown settings and wrong values are an Errors with the place of each.
func (s Section) Decode(into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return errors.New("decode settings of " + s.ID + ": not a pointer to a struct")
	}
	if s.node == nil {
		return nil
	}
	d := *s.from
	d.errs, d.placed, d.visits, d.unbuilt = nil, map[position]bool{}, 0, nil
	d.value("checks."+s.ID, s.node, v.Elem())
	return d.errs.sorted()
}

// Place puts the place of the section before an error about what its settings mean together; an error that has a
// place already, and any error of a check without a section, stays as it is.
func (s Section) Place(err error) error {
	var placed *Error
	if err == nil || s.node == nil || errors.As(err, &placed) {
		return err
	}
	doc := s.from.doc
	return Errors{doc.wrap(doc.keyPlace("checks."+s.ID), badCheckSetting, err)}
}
