package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/simulate"
)

func TestMornings(t *testing.T) {
	t.Parallel()
	c := steady(30)
	c.w.Sources[0].Name, c.w.Sources[1].Name = "web", "ios"
	c.w.Truth.Renames = []simulate.Change{{Old: "Old Name", New: "old name"}, {Old: "Late Name", New: "late name"}}
	c.put("old name", 0, 10, 4)
	c.put("old name", 0, 11, 9)
	c.put("old name", 1, 12, 1) // a phone's release begins with few
	c.put("old name", 1, 13, 1)
	c.put("old name", 1, 14, 1)
	c.put("late name", 1, 20, 2)  // never enough
	c.put("late name", 0, 29, 50) // its first whole day is after the last night
	got := map[int][]string{}
	for morning, list := range c.mornings() {
		for _, s := range list {
			what := s.source + " " + s.change.New
			if s.waited {
				what += ", waited"
			}
			got[morning] = append(got[morning], what)
		}
	}
	if diff := cmp.Diff(map[int][]string{12: {"web old name"}, 15: {"ios old name, waited"}}, got); diff != "" {
		t.Errorf("mornings (-want +got):\n%s", diff)
	}
}

func TestFalseTwins(t *testing.T) {
	t.Parallel()
	w := workspace()
	e := evaluation{}
	pair := func(kind, event, related string) told { return told{kind, "web", event, related} }
	wrong := []told{pair("near-duplicate", "Roof Painted", "Kite Flown"), pair("rename", "Door Opened", "Open Door")}
	for range 2 { // on two nights
		e.falseTwins(w, append([]told{
			pair("rename", "Door Opened", "Gate Passed"),       // true
			pair("near-duplicate", "Door Opened", "Open Door"), // a button: only a reader can tell
		}, wrong...))
	}
	if diff := cmp.Diff(wrong, e.spelling.wrong); diff != "" {
		t.Errorf("told of two events (-want +got):\n%s", diff)
	}
}
