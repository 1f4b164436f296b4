package checks

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// drawn is a few weeks of an event of which some rows repeat others, more of them from a day on.
func drawn(t *rapid.T, usual, since float64) (k, n []float64, start int) {
	days := rapid.IntRange(14, 56).Draw(t, "days")
	start = rapid.IntRange(7, days-3).Draw(t, "start")
	for i := range days {
		rows := float64(rapid.IntRange(60, 400).Draw(t, "rows"))
		share := usual
		if i >= start {
			share = since
		}
		wobble := rapid.Float64Range(.9, 1.1).Draw(t, "wobble")
		k, n = append(k, math.Round(share*wobble*rows)), append(n, rows)
	}
	return k, n, start
}

func TestTheDayOnWhichRowsBeganToRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, n, start := drawn(t, rapid.Float64Range(0, .1).Draw(t, "usual"), rapid.Float64Range(.3, .7).Draw(t, "since"))
		c, ok := turn(k, n, .1)
		if !ok || c.start != start {
			t.Fatalf("found %v on day %d, it began on day %d of %d", ok, c.start, start, len(k))
		}
	})
}

func TestAShareThatStaysIsNoTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0, .5).Draw(t, "share")
		k, n, _ := drawn(t, share, share)
		if c, ok := turn(k, n, .1); ok {
			t.Fatalf("a turn on day %d from %v to %v", c.start, c.before, c.after)
		}
	})
}

func TestWhatHasEndedIsNoTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, n, start := drawn(t, .02, .5)
		back := rapid.IntRange(2, len(k)-start-1).Draw(t, "days back")
		for i := len(k) - back; i < len(k); i++ {
			k[i] = math.Round(.02 * n[i])
		}
		if c, ok := turn(k, n, .1); ok {
			t.Fatalf("told since day %d, it ended %d days ago", c.start, back)
		}
	})
}

// Whatever a warehouse answers is taken, or left out.
func TestAnyAnswerIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := landed.Span{First: 20600, Last: 20620}
		var a landed.Answer
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			a = append(a, landed.Row{
				Key: rapid.SampledFrom([]string{"", "5.4.0", "(other)", "\u202e"}).Draw(t, "version"),
				N:   rapid.SliceOfN(rapid.Float64Range(0, 20640), 0, 10).Draw(t, "numbers"),
			})
		}
		r := repeatedOf(a, span)
		for _, by := range []string{ofValue, ofQuick, ofSoon, ofNear} {
			if d, ok := r.find(by, .1); ok && (d.start < 0 || d.start >= span.Len()) {
				t.Fatalf("found on day %d of %d", d.start, span.Len())
			}
			r.always(by, .02, 10)
		}
		crossedOf(a, span)
	})
}
