package diagnosis

import (
	"testing"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

func TestATypeThatChangedExplainsThatThePropertyIsEmpty(t *testing.T) {
	subject := finding.Subject{Source: "web", Event: "Purchase Completed", Property: "total"}
	refused := finding.Finding{Kind: finding.TypeDrift, Subject: subject, Since: 100, Rows: 40}
	missing := finding.Finding{Kind: finding.MissingProperty, Subject: subject, Since: 101, Rows: 40}
	got := Fold(nil, []finding.Finding{missing, refused})
	if len(got) != 1 || got[0].Kind != finding.TypeDrift || len(got[0].Explains) != 1 || got[0].Explains[0] != missing.Key() {
		t.Errorf("one cause is told as %+v", got)
	}
	missing.Since = 120
	if got := Fold(nil, []finding.Finding{missing, refused}); len(got) != 2 {
		t.Errorf("three weeks apart it is another story: %+v", got)
	}
}
