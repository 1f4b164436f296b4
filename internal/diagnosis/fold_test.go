package diagnosis

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/finding"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

// day is when the troubles of these tests begin.
const day = landed.Day(20600)

// of is one finding of web.
func of(k finding.Kind, event string, change ...func(*finding.Finding)) finding.Finding {
	f := finding.Finding{
		Kind: k, Severity: finding.Warning, Subject: finding.Subject{Source: "web", Event: event}, Sources: []string{"web"},
		Title: string(k) + ` of "` + event + `"`, Since: day, Ongoing: true, Rows: 100, Confidence: .9,
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func related(name string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Subject.Related = name }
}

func property(name string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Subject.Property, f.Table = name, "web.t" }
}

// second lets a finding search for a second name of its property.
func second(column string) func(*finding.Finding) {
	return func(f *finding.Finding) {
		f.Fixes = []finding.Fix{finding.SearchCode{Literals: []string{column, f.Subject.Property}}}
	}
}

func in(source string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Subject.Source, f.Sources = source, []string{source} }
}
func since(d landed.Day) func(*finding.Finding) { return func(f *finding.Finding) { f.Since = d } }
func rows(n int64) func(*finding.Finding)       { return func(f *finding.Finding) { f.Rows = n } }
func everywhere(names ...string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Subject.Source, f.Sources = "", names }
}

func both(names ...string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Sources = names }
}

func version(v string) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Slice = &landed.Slice{AppVersion: v} }
}

// facts is a history that began long before.
func history() []landed.Snapshot {
	var out []landed.Snapshot
	for _, s := range []string{"web", "ios"} {
		out = append(out, landed.Snapshot{Source: landed.Source{Name: s}, Span: landed.Span{First: day - 60, Last: day + 3}})
	}
	return out
}

// told is what a list of findings tells, in short: kind and subject, what it explains, and its members.
func told(fs, all []finding.Finding) []string {
	name := map[finding.Key]string{}
	for _, f := range all {
		name[f.Key()] = string(f.Kind) + " " + f.Subject.Event + f.Subject.Property
	}
	var out []string
	for _, f := range fs {
		line := string(f.Kind) + " " + f.Subject.Event + f.Subject.Property
		var explained []string
		for _, k := range f.Explains {
			explained = append(explained, name[k])
		}
		slices.Sort(explained)
		if len(explained) > 0 {
			line += " < " + strings.Join(explained, " < ")
		}
		parts := []string{line}
		for _, m := range f.Members {
			parts = append(parts, m.Subject.Event+m.Subject.Property)
		}
		out = append(out, strings.Join(parts, " + "))
	}
	slices.Sort(out)
	return out
}

func TestOneCauseIsOneFinding(t *testing.T) {
	rename := of(finding.Rename, "Order Placed", related("order_placed"))
	twin := of(finding.NearDuplicate, "Order Placed", related("order_placed"))
	for name, c := range map[string]struct {
		found []finding.Finding
		want  []string
	}{
		"a rename explains the drop, the new name and the event that is missed": {
			[]finding.Finding{
				rename, of(finding.VolumeDrop, "Order Placed"), of(finding.UnplannedEvent, "order_placed"),
				of(finding.NeverSeen, "Order Placed", everywhere("web"), since(landed.NoDay)),
			},
			[]string{"rename Order Placed < never-seen Order Placed < unplanned-event order_placed < volume-drop Order Placed"},
		},
		"a rename explains a drop that seems to begin two days earlier, not one of three": {
			[]finding.Finding{rename, of(finding.VolumeDrop, "Order Placed", since(day-3))}, []string{"rename Order Placed", "volume-drop Order Placed"},
		},
		"a rename explains nothing in another source": {
			[]finding.Finding{rename, of(finding.VolumeDrop, "Order Placed", in("ios"))}, []string{"rename Order Placed", "volume-drop Order Placed"},
		},
		"a twin explains the new name, but no drop of the old one": {
			[]finding.Finding{twin, of(finding.VolumeDrop, "Order Placed"), of(finding.UnplannedEvent, "order_placed")},
			[]string{"near-duplicate Order Placed < unplanned-event order_placed", "volume-drop Order Placed"},
		},
		"a twin and a rename of the same names are the rename": {[]finding.Finding{twin, rename}, []string{"rename Order Placed"}},
		"a new name is one event under another name, the surest": {
			[]finding.Finding{rename, of(finding.Rename, "Order Sent", related("order_placed"), func(f *finding.Finding) { f.Confidence = .99 })},
			[]string{"rename Order Sent < rename Order Placed"},
		},
		"a property under two names explains the second one, which nobody planned, and the planned one's loss": {
			[]finding.Finding{
				of(finding.PropertyDuplicate, "Order Placed", property("orderId"), second("orderid")), of(finding.UnplannedProperty, "Order Placed", property("orderid")),
				of(finding.MissingProperty, "Order Placed", property("orderId")), of(finding.UnplannedProperty, "Order Placed", property("other")),
			},
			[]string{
				"property-duplicate Order PlacedorderId < missing-property Order PlacedorderId < unplanned-property Order Placedorderid",
				"unplanned-property Order Placedother",
			},
		},
		"a loss that is older than the second name is another story": {
			[]finding.Finding{
				of(finding.PropertyDuplicate, "Order Placed", property("orderId"), second("orderid")), of(finding.RemovedProperty, "Order Placed", property("orderId"), since(day-9)),
			},
			[]string{"property-duplicate Order PlacedorderId", "removed-property Order PlacedorderId"},
		},
		"a name that is a twin is not told again for its spelling": {
			[]finding.Finding{twin, of(finding.NamingConvention, "order_placed")}, []string{"near-duplicate Order Placed < naming-convention order_placed"},
		},
		"names outside the convention are one finding of their source, whenever each began": {
			[]finding.Finding{
				of(finding.NamingConvention, "a b"), of(finding.NamingConvention, "c d", since(day-60), rows(500)), of(finding.NamingConvention, "e f", version("4.2")),
				of(finding.NamingConvention, "a b", in("ios")),
			},
			[]string{"naming-convention a b", "naming-convention c d + c d + a b + e f"},
		},
		"a property that ended as its typed sibling began changed its type": {
			[]finding.Finding{of(finding.MissingProperty, "Order Placed", property("price")), of(finding.UnplannedProperty, "Order Placed", property("price_string"))},
			[]string{"type-drift Order Placedprice < missing-property Order Placedprice < unplanned-property Order Placedprice_string"},
		},
		"a new property with another ending is another property": {
			[]finding.Finding{of(finding.MissingProperty, "Order Placed", property("price")), of(finding.UnplannedProperty, "Order Placed", property("price_net"))},
			[]string{"missing-property Order Placedprice", "unplanned-property Order Placedprice_net"},
		},
		"an outage explains the falls and the wait of its source alone": {
			[]finding.Finding{
				of(finding.SourceOutage, ""), of(finding.VolumeDrop, "A"), of(finding.EventStopped, "B"), of(finding.LateData, ""),
				of(finding.VolumeDrop, "C", in("ios")), of(finding.VolumeSpike, "D"), of(finding.VolumeDrop, "E", since(day-9)),
			},
			[]string{"source-outage  < event-stopped B < late-data  < volume-drop A", "volume-drop C", "volume-drop E", "volume-spike D"},
		},
		"a fall of all sources explains the fall of each": {
			[]finding.Finding{of(finding.SourceOutage, "", everywhere("web", "ios")), of(finding.SourceOutage, ""), of(finding.SourceOutage, "", in("ios"))},
			[]string{"source-outage  < source-outage  < source-outage "},
		},
		"the renames of one release are one finding, the largest first": {
			[]finding.Finding{
				of(finding.Rename, "A", related("a"), version("4.2")), of(finding.Rename, "B", related("b"), version("4.2"), rows(900)),
				of(finding.Rename, "C", related("c"), version("4.3")), of(finding.VolumeDrop, "A"),
			},
			[]string{"rename B < volume-drop A + B + A", "rename C"},
		},
		"new events of one version are one finding": {
			[]finding.Finding{
				of(finding.UnplannedEvent, "X", version("8.1")), of(finding.UnplannedEvent, "Y", version("8.1")), of(finding.UnplannedEvent, "Z"),
				of(finding.UnplannedEvent, "Q", version("8.1"), since(day-7)), of(finding.UnplannedEvent, "P", version("8.1"), func(f *finding.Finding) { f.Planned = true }),
				of(finding.UnplannedEvent, "R", version("8.1"), since(day+1)), of(finding.UnplannedEvent, "S", version("8.2")),
			},
			[]string{"unplanned-event P", "unplanned-event Q + Q + X + Y", "unplanned-event R", "unplanned-event S", "unplanned-event Z"},
		},
		"new events that came in one week, without a version": {
			[]finding.Finding{
				of(finding.UnplannedEvent, "X"), of(finding.UnplannedEvent, "Y", since(day-3)), of(finding.UnplannedEvent, "Z", since(day-7), rows(30)),
				of(finding.UnplannedEvent, "Older", since(day-8)), of(finding.UnplannedEvent, "Elsewhere", in("ios")),
			},
			[]string{"unplanned-event Elsewhere", "unplanned-event Older + Older + Y + Z", "unplanned-event X"},
		},
		"too few rows to tell the version join the one release of that week": {
			[]finding.Finding{of(finding.UnplannedEvent, "X", version("8.1")), of(finding.UnplannedEvent, "Rare", rows(7), since(day+1))},
			[]string{"unplanned-event X + X + Rare"},
		},
		"too few rows to tell which of two releases": {
			[]finding.Finding{of(finding.UnplannedEvent, "X", version("8.1")), of(finding.UnplannedEvent, "Y", version("8.2")), of(finding.UnplannedEvent, "Rare", rows(7))},
			[]string{"unplanned-event Rare", "unplanned-event X", "unplanned-event Y"},
		},
		"a release that renames five events and drops two properties": {
			[]finding.Finding{
				of(finding.Rename, "A", related("a"), version("4.2"), rows(500)), of(finding.Rename, "B", related("b"), version("4.2"), rows(900)),
				of(finding.Rename, "C", related("c"), version("4.2"), since(day+2)), of(finding.Rename, "D", related("d"), version("4.2"), rows(80)),
				of(finding.NearDuplicate, "E", related("e"), version("4.2"), rows(60)), of(finding.RemovedProperty, "F", property("p"), version("4.2"), rows(50)),
				of(finding.MissingProperty, "G", property("q"), version("4.2"), rows(40)), of(finding.EventStopped, "A"), of(finding.UnplannedEvent, "b", version("4.2")),
			},
			[]string{"rename B < event-stopped A < unplanned-event b + B + A + C + D + E + Fp + Gq"},
		},
		"the same without a version, all within two days": {
			[]finding.Finding{
				of(finding.Rename, "A", related("a"), rows(500)), of(finding.Rename, "B", related("b"), since(day+1)), of(finding.MissingProperty, "C", property("p"), rows(50)),
				of(finding.Rename, "D", related("d"), since(day+3)),
			},
			[]string{"rename A + A + B + Cp", "rename D"},
		},
		"what a version broke, and what broke in all of them": {
			[]finding.Finding{of(finding.Rename, "A", related("a"), version("4.2")), of(finding.MissingProperty, "C", property("p"))},
			[]string{"missing-property Cp", "rename A"},
		},
		"two sources on one day are two stories": {
			[]finding.Finding{
				of(finding.Rename, "A", related("a")), of(finding.Rename, "B", related("b"), in("ios")), of(finding.MissingProperty, "C", property("p"), in("ios"), rows(50)),
				of(finding.EventStopped, "D"), of(finding.EventStopped, "E", in("ios")),
			},
			[]string{"event-stopped D", "event-stopped E", "rename A", "rename B + B + Cp"},
		},
		"what is only worth a line stays apart from what is a warning": {
			[]finding.Finding{of(finding.Rename, "A", related("a")), of(finding.NearDuplicate, "B", related("b"), func(f *finding.Finding) { f.Severity = finding.Info })},
			[]string{"near-duplicate B", "rename A"},
		},
		"events that stopped on one day, and one the day after": {
			[]finding.Finding{of(finding.EventStopped, "A"), of(finding.EventStopped, "B", rows(900)), of(finding.EventStopped, "C", since(day+1)), of(finding.VolumeDrop, "D")},
			[]string{"event-stopped B + B + A", "event-stopped C", "volume-drop D"},
		},
		"events counted twice, and events that moved, on one day": {
			[]finding.Finding{
				of(finding.DoubleTracking, "A"), of(finding.DoubleTracking, "B", since(day+1)), of(finding.DoubleTracking, "C", since(day+9)),
				of(finding.MovedEvent, "D", moved), of(finding.MovedEvent, "E", rows(900), moved),
			},
			[]string{"double-tracking A + A + B", "double-tracking C", "moved-event E + E + D"},
		},
		"one unit changed in many events": {
			[]finding.Finding{
				of(finding.ValueDrift, "A", property("total"), version("4.2")), of(finding.ValueDrift, "B", property("total"), version("4.2"), rows(900)),
				of(finding.ValueDrift, "B", property("weight"), version("4.2")),
			},
			[]string{"value-drift Btotal + Btotal + Atotal", "value-drift Bweight"},
		},
		"properties of one version and day are one finding": {
			[]finding.Finding{
				of(finding.MissingProperty, "A", property("p")), of(finding.MissingProperty, "A", property("q"), rows(700)), of(finding.InvalidValue, "A", property("p")),
				of(finding.MissingProperty, "B", property("r"), func(f *finding.Finding) { f.Table = "web.other" }), of(finding.TypeDrift, "B", property("s"), since(day+1)),
				of(finding.InvalidValue, "A", property("z"), since(day+3)),
			},
			[]string{"invalid-value Ap + Ap + Bs", "invalid-value Az", "missing-property Aq + Aq + Ap + Br"},
		},
		"an id that is lost in a source explains the same loss of its events and properties": {
			[]finding.Finding{
				of(finding.IdentityLoss, "", property("user_id")), of(finding.IdentityLoss, "A", property("user_id"), since(day-2)),
				of(finding.MissingProperty, "B", property("userId")), of(finding.RemovedProperty, "B", property("anonymous_id")),
				of(finding.IdentityLoss, "C", property("user_id"), since(day-20)), of(finding.IdentityLoss, "A", property("user_id"), in("ios")),
			},
			[]string{
				"identity-loss Auser_id", "identity-loss Cuser_id",
				"identity-loss user_id < identity-loss Auser_id < missing-property BuserId", "removed-property Banonymous_id",
			},
		},
		"the same id lost by some events, or both ids at once": {
			[]finding.Finding{
				of(finding.IdentityLoss, "A", property("user_id"), version("8.1")), of(finding.IdentityLoss, "B", property("user_id"), version("8.1")),
				of(finding.IdentityLoss, "", property("user_id"), in("ios")), of(finding.IdentityLoss, "", property("anonymous_id"), in("ios")),
			},
			[]string{"identity-loss Auser_id + Auser_id + Buser_id", "identity-loss anonymous_id + anonymous_id + user_id"},
		},
		"repeats of one day, and one property of many events": {
			[]finding.Finding{
				of(finding.DuplicateRows, "A"), of(finding.DuplicateRows, "B"), of(finding.DuplicateRows, "C", since(day-1)),
				of(finding.PII, "A", property("contact")), of(finding.PII, "B", property("contact"), func(f *finding.Finding) { f.Table = "web.other" }),
				of(finding.PII, "A", property("note")),
			},
			[]string{"duplicate-rows A + A + B", "duplicate-rows C", "pii Acontact + Acontact + Bcontact", "pii Anote"},
		},
		"copies explain that there are more rows, and what a new property holds that it is new": {
			[]finding.Finding{
				of(finding.DuplicateRows, "A", func(f *finding.Finding) { f.Rate.After = .5 }), of(finding.VolumeSpike, "A"), of(finding.VolumeSpike, "B"),
				of(finding.DuplicateRows, "B", since(day-9), func(f *finding.Finding) { f.Rate.After = .5 }),
				of(finding.PII, "A", property("contact")), of(finding.UnplannedProperty, "A", property("contact")), of(finding.UnplannedProperty, "A", property("x")),
			},
			[]string{
				"duplicate-rows A < volume-spike A", "duplicate-rows B", "pii Acontact < unplanned-property Acontact", "unplanned-property Ax", "volume-spike B",
			},
		},
		"an event that is counted twice explains that there is more of it, in that source": {
			[]finding.Finding{
				of(finding.DoubleTracking, "A"), of(finding.VolumeSpike, "A", since(day+3)), of(finding.VolumeSpike, "A", in("ios")),
				of(finding.VolumeSpike, "B"), of(finding.VolumeDrop, "A"), of(finding.UnplannedEvent, "A"),
			},
			[]string{"double-tracking A < volume-spike A", "unplanned-event A", "volume-drop A", "volume-spike A", "volume-spike B"},
		},
		"an event that two sources send explains that it is not planned in the new one": {
			[]finding.Finding{
				of(finding.DoubleTracking, "A", in("server"), both("server", "web")), of(finding.UnplannedEvent, "A", in("server")),
				of(finding.VolumeSpike, "A", in("web")), of(finding.DoubleTracking, "B", in("server")),
			},
			[]string{"double-tracking A < unplanned-event A < volume-spike A", "double-tracking B"},
		},
		"events that are counted twice from one day on are one finding": {
			[]finding.Finding{
				of(finding.DoubleTracking, "A"), of(finding.DoubleTracking, "B"), of(finding.DoubleTracking, "C", version("8.1")), of(finding.DoubleTracking, "D", since(day-9)),
			},
			[]string{"double-tracking A + A + B", "double-tracking C", "double-tracking D"},
		},
		"where all of a source is counted twice, what rose with it is no news": {
			[]finding.Finding{
				of(finding.DoubleTracking, "A"), of(finding.DoubleTracking, "B"), of(finding.DoubleTracking, "C"), of(finding.DoubleTracking, "D"),
				of(finding.DoubleTracking, "E"), of(finding.VolumeSpike, "F"), of(finding.VolumeSpike, "G", since(day-9)),
			},
			[]string{"double-tracking A < volume-spike F + A + B + C + D + E", "volume-spike G"},
		},
		"what was there when the history began has no common beginning": {
			[]finding.Finding{of(finding.UnplannedEvent, "X", since(day-60)), of(finding.UnplannedEvent, "Y", since(day-60))},
			[]string{"unplanned-event X", "unplanned-event Y"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, told(Fold(history(), c.found), c.found)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
