package fix

import (
	"slices"
	"strings"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

// planPatches writes the changes of the plan file: one patch that adds what landed, one that renames, one that
// plans for other sources.
func planPatches(all []intention, c Context) []Text {
	if c.Plan == nil || c.PlanData == nil {
		return nil
	}
	var adds, renames, moves []plan.Change
	for _, in := range all {
		switch fx := in.fix.(type) {
		case finding.AddToPlan:
			adds = append(adds, c.additions(fx, in.of)...)
		case finding.RenameInPlan:
			change := plan.RenameEvent{From: fx.From, To: fx.To}
			if !slices.Contains(renames, plan.Change(change)) {
				renames = append(renames, change)
			}
		case finding.MoveInPlan:
			moves = append(moves, c.moved(fx, in.of.Call.String()))
		}
	}
	var out []Text
	if t, ok := c.patch(unique(adds), "plan what landed: "); ok {
		t.Note = strings.TrimSpace("Types are as they landed; names of properties are those of the columns. " + t.Note)
		out = append(out, t)
	}
	if t, ok := c.patch(renames, "follow the code in the plan: "); ok {
		t.Note = strings.TrimSpace("Only if the new name is meant. " + t.Note)
		out = append(out, t)
	}
	if t, ok := c.patch(unique(moves), "follow the event in the plan: "); ok {
		t.Note = strings.TrimSpace("Only if it is meant to have moved. " + t.Note)
		out = append(out, t)
	}
	return out
}

// moved is the change that plans an event for another source in the place of those it left.
func (c Context) moved(fx finding.MoveInPlan, call string) plan.Change {
	change := plan.MoveEvent{Event: fx.Event, Call: call}
	if e := c.Plan.Event(fx.Event, call); e != nil {
		for _, s := range e.Sources {
			if !slices.Contains(fx.From, s) {
				change.Sources = keep(change.Sources, s)
			}
		}
	}
	change.Sources = keep(change.Sources, fx.To)
	return change
}

// patch applies what can be applied, and names what cannot in the note.
func (c Context) patch(changes []plan.Change, title string) (Text, bool) {
	data, by := c.PlanData, make([]string, 0, len(changes))
	var failed []string
	for _, change := range changes {
		out, err := plan.Edit(c.PlanFile, data, []plan.Change{change})
		if err != nil {
			failed = append(failed, visible(err.Error()))
			continue
		}
		data = out
		by = append(by, describe(change))
	}
	if len(changes) == 0 {
		return Text{}, false
	}
	t := Text{Kind: PlanPatch, Language: "diff", Title: title + list(by), Text: plan.Diff(c.PlanFile, c.PlanData, data)}
	if len(failed) > 0 {
		t.Note = "By hand: " + strings.Join(failed, "; ") + "."
	}
	if len(by) == 0 {
		t.Title, t.Language = "change the plan by hand", "text"
		t.Text, t.Note = strings.Join(failed, "\n")+"\n", ""
	}
	return t, true
}

// additions are the changes that one intention comes to: an event with all its properties, a property, or values.
func (c Context) additions(fx finding.AddToPlan, of finding.Finding) []plan.Change {
	source := of.Subject.Source
	snap := c.Landed[source]
	call := of.Call.String()
	table := c.table(source, fx.Event, of.Call)
	if fx.Property == "" {
		e := plan.AddEvent{Name: fx.Event, Call: call, Properties: properties(snap.Table(table), c.Layout)}
		if named := plan.TableOf(plan.Event{Name: fx.Event, Call: call}); table != "" && named != table {
			e.Table = table
		}
		if source != "" && c.scoped() {
			e.Sources = []string{source}
		}
		return []plan.Change{e}
	}
	if e := c.Plan.Event(fx.Event, call); e != nil && len(fx.Values) > 0 {
		return values(fx, call)
	}
	p := plan.Property{Name: fx.Property}
	if t := snap.Table(table); t != nil {
		for _, col := range t.Columns {
			if col.Name == fx.Property || col.Name == plan.ColumnOf(fx.Property) {
				p.Type = planned(col.Type)
			}
		}
	}
	return []plan.Change{plan.AddProperty{Event: fx.Event, Call: call, Property: p}}
}

func values(fx finding.AddToPlan, call string) []plan.Change {
	out := make([]plan.Change, len(fx.Values))
	for i, v := range fx.Values {
		out[i] = plan.AddEnumValue{Event: fx.Event, Call: call, Property: fx.Property, Value: v}
	}
	return out
}

// table is where an event's properties land.
func (c Context) table(source, event string, call landed.Call) string {
	for _, e := range c.Landed[source].Find(event) {
		if e.Call == call && e.Table != "" {
			return e.Table
		}
	}
	return plan.TableOf(plan.Event{Name: event, Call: call.String()})
}

// scoped says whether the plan names sources event by event, so that a new one needs its own.
func (c Context) scoped() bool {
	return slices.ContainsFunc(c.Plan.Events, func(e plan.Event) bool { return len(e.Sources) > 0 })
}

// properties are a table's columns that hold what the event was sent with, not what the pipeline adds.
func properties(t *landed.Table, l Layout) []plan.Property {
	if t == nil {
		return nil
	}
	own := []string{l.EventName, l.TableName, l.ReceivedAt, l.AppVersion, l.Platform, l.Library, l.LibraryVersion}
	var out []plan.Property
	for _, c := range t.Columns {
		if plan.Reserved(c.Name) || strings.HasPrefix(c.Name, "context_") || slices.Contains(own, c.Name) || c.Gone != landed.NoDay && c.Gone != 0 {
			continue
		}
		out = append(out, plan.Property{Name: c.Name, Type: planned(c.Type)})
	}
	return out
}

// planned is the plan's word for a type; "" is any.
func planned(t landed.Type) string {
	if t == landed.OtherType {
		return ""
	}
	return t.String()
}

func describe(c plan.Change) string {
	switch c := c.(type) {
	case plan.AddEvent:
		return shown(c.Name)
	case plan.AddProperty:
		return visible(c.Property.Name) + " of " + shown(c.Event)
	case plan.AddEnumValue:
		return shown(c.Value) + " as " + visible(c.Property) + " of " + shown(c.Event)
	case plan.MoveEvent:
		return shown(c.Event) + " for " + visible(words.And(c.Sources))
	case plan.RenameEvent:
		return shown(c.From) + " becomes " + shown(c.To)
	}
	return ""
}

// unique drops a change of what an earlier one changes already: two sources may send the same new event.
func unique(changes []plan.Change) []plan.Change {
	var out []plan.Change
	var seen []string
	for _, c := range changes {
		key := describe(c)
		if add, ok := c.(plan.AddEvent); ok {
			key += "\x00" + add.Call
		}
		if !slices.Contains(seen, key) {
			seen = append(seen, key)
			out = append(out, c)
		}
	}
	return out
}
