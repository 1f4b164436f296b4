package plan

import (
	"errors"
	"slices"
	"strings"
)

func (c MoveEvent) what() string {
	return "plan the event " + show(c.Event) + " for " + strings.Join(c.shown(), ", ")
}

func (c MoveEvent) shown() []string {
	out := make([]string, len(c.Sources))
	for i, s := range c.Sources {
		out[i] = show(s)
	}
	return out
}

func (c MoveEvent) apply(p *Plan, _ *reader) error {
	e, err := eventOf(p, c.Event, c.Call)
	switch {
	case err != nil:
		return err
	case len(e.Sources) == 0:
		return errors.New("the event names no sources of its own: those of the whole plan hold")
	case len(c.Sources) == 0:
		return errors.New("no source would be left: remove the event instead")
	case slices.Equal(e.Sources, c.Sources):
		return errors.New("it is planned for them already")
	}
	e.Sources = slices.Clone(c.Sources)
	return nil
}

func (c MoveEvent) inJSON(f *jsonFile) ([]splice, error) {
	var out []splice
	for _, at := range f.rulesOf(c.Event, callOr(c.Call)) {
		n := at.rule.get("x-sources")
		if n == nil {
			continue // a version without sources of its own
		}
		list := make([]string, len(c.Sources))
		for i, s := range c.Sources {
			list[i] = quote(s)
		}
		out = append(out, splice{n.from, n.to, "[" + strings.Join(list, ", ") + "]"})
	}
	return out, nil
}

func (c MoveEvent) inYAML(f *yamlFile) ([]splice, error) {
	var out []splice
	for _, at := range f.events(c.Event, c.Call) {
		list := at.body.get("sources")
		if list == nil {
			continue // a version without sources of its own
		}
		s, err := c.instead(f, list)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// instead writes the sources in the place of a list of others, in the way that it is written.
func (c MoveEvent) instead(f *yamlFile, list *node) (splice, error) {
	switch {
	case list.is(array) && list.flow:
		end := f.flowEnd(list.from)
		if end < 0 {
			return splice{}, errLayout
		}
		return splice{list.from, end + 1, yamlTexts(c.Sources)}, nil
	case list.is(array) && len(list.items) > 0: // a line for each
		s, err := f.replaceText(list.items[len(list.items)-1], "")
		lines := make([]string, len(c.Sources))
		for i, source := range c.Sources {
			lines[i] = yamlText(source)
		}
		return splice{list.items[0].from, s.to, strings.Join(lines, "\n"+spacesOf(list.col-1)+"- ")}, err
	case list.is(text):
		s, err := f.replaceText(list, "")
		return splice{s.from, s.to, yamlTexts(c.Sources)}, err
	}
	return splice{}, errors.New("the event's sources are not written as a list")
}
