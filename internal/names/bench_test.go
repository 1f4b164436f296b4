package names

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plumbline-audit/plumbline/internal/names/invented"
)

// BenchmarkCatalogue learns a catalogue and finds all its pairs. The million takes a minute and two gigabytes:
//
//	PLUMBLINE_MILLION=1 go test -run '^$' -bench Catalogue/1000000 -benchtime 1x ./internal/names
func BenchmarkCatalogue(b *testing.B) {
	sizes := []int{200, 10_000, 100_000}
	if os.Getenv("PLUMBLINE_MILLION") != "" {
		sizes = append(sizes, 1_000_000)
	}
	for _, size := range sizes {
		list := invented.Catalogue(size, 7)
		b.Run(strconv.Itoa(size), func(b *testing.B) { measurePairs(b, list) })
	}
}

// BenchmarkHostile does the same with catalogues made to be slow.
func BenchmarkHostile(b *testing.B) {
	for _, c := range []struct {
		what string
		list []string
	}{
		{"one word shared", invented.SharedWord(20_000)},
		{"one word each", invented.OneWord(20_000)},
		{"spellings of one", invented.SameLetters(20_000)},
		{"ten kilobytes each", invented.Long(100)},
	} {
		b.Run(c.what, func(b *testing.B) { measurePairs(b, c.list) })
	}
}

func measurePairs(b *testing.B, list []string) {
	b.Helper()
	peak := peakHeap()
	for b.Loop() {
		if Pairs(list, Learn(list)) == nil && len(list) > 200 && len(list[0]) < 100 {
			b.Log("no pair found")
		}
	}
	b.ReportMetric(float64(peak())/(1<<20), "peak-MB")
}

// peakHeap watches how much memory is in use, garbage included, until the function it returns is called.
func peakHeap() func() uint64 {
	debug.FreeOSMemory()
	var most atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(done); <-stopped; return most.Load() }
}
