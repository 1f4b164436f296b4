package plan

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParse reads a plan of 1,000 rules with 8 properties each, about 1 MB.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString(`{"rules":[`)
	for i := range 1000 {
		if i > 0 {
			text.WriteString(",\n")
		}
		fmt.Fprintf(&text, `{"type":"TRACK","key":"Event %d","version":1,"jsonSchema":{"properties":{"context":{},"properties":{"properties":{`, i)
		for j := range 8 {
			if j > 0 {
				text.WriteString(",")
			}
			fmt.Fprintf(&text, `"property_%d":{"type":"string","description":"what it means","pattern":"^[a-z]{%d}$","enum":["a","b"]}`, j, j+1)
		}
		text.WriteString(`}}}}}`)
	}
	text.WriteString("]}")
	data := []byte(text.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Parse("plan.json", data); err != nil {
			b.Fatal(err)
		}
	}
}
