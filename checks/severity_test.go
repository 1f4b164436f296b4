package checks

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

// promised is how grave a finding is by default, before anything is known of destinations, labels and settings.
func promised(f finding.Finding, agreed bool) []finding.Severity {
	loudIf := func(b bool) []finding.Severity {
		if b {
			return []finding.Severity{finding.Warning}
		}
		return []finding.Severity{finding.Info}
	}
	switch f.Kind {
	case finding.SourceOutage:
		if f.Subject.Source == "" {
			return []finding.Severity{finding.Info, finding.Critical} // critical from 80 % down, or with a source at zero
		}
		return []finding.Severity{finding.Critical}
	case finding.Rename, finding.DoubleTracking, finding.MissingProperty, finding.RemovedProperty, finding.InvalidValue, finding.TypeDrift,
		finding.ValueDrift, finding.IdentityLoss, finding.DestinationMismatch, finding.LateData:
		return []finding.Severity{finding.Warning}
	case finding.MovedEvent:
		return []finding.Severity{finding.Warning, finding.Info} // info where the plan, or a person, has followed already
	case finding.DuplicateRows:
		return loudIf(!f.Older) // a habit of the pipeline is none of a release
	case finding.PII:
		return loudIf(f.Rate.After >= .01) // what people type into a search
	case finding.VolumeDrop, finding.EventStopped, finding.SlowDecline, finding.VolumeSpike:
		return loudIf(f.Planned || !agreed) // nobody promised that what is not planned lands
	case finding.PropertyDuplicate:
		return loudIf(f.Planned)
	case finding.NearDuplicate:
		return loudIf(f.Planned || !agreed || f.Share >= .01)
	case finding.UnplannedEvent, finding.DynamicName:
		return loudIf(!f.Planned && f.Share >= .01)
	case finding.NeverSeen:
		return []finding.Severity{finding.Info, finding.Warning} // a warning thirty days after the rule was made
	case finding.UnplannedProperty, finding.NamingConvention, finding.Backfill:
		return []finding.Severity{finding.Info}
	}
	return nil
}

// TestSeverityByDefault holds what every check says in its own cases against what is promised of its kind.
func TestSeverityByDefault(t *testing.T) {
	seen := map[finding.Kind]map[finding.Severity]bool{}
	for _, entry := range Catalogue() {
		files, err := filepath.Glob(filepath.Join("testdata", entry.ID, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newCase(t, archive)
			if strings.Contains(c.section("settings.yaml"), "loud_share") {
				continue
			}
			agreed := c.section("plan.yaml") != "" && !strings.Contains(c.section("input.yaml"), "inferred")
			for _, f := range c.run(t, entry).Findings {
				if !slices.Contains(promised(f, agreed), f.Severity) {
					t.Errorf("%s: %s %s, planned %v, %.3f of its source: promised is %v", file, f.Severity, f.Title, f.Planned, f.Share, promised(f, agreed))
				}
				if seen[f.Kind] == nil {
					seen[f.Kind] = map[finding.Severity]bool{}
				}
				seen[f.Kind][f.Severity] = true
			}
		}
	}
	for _, k := range []finding.Kind{finding.UnplannedEvent, finding.DynamicName, finding.NeverSeen} {
		if len(seen[k]) < 2 {
			t.Errorf("no case tells a %s that is as grave as can be and one that is not", k)
		}
	}
}
