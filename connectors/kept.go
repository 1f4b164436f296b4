package connectors

import (
	"cmp"
	"maps"
	"slices"

	"github.com/plumbline-audit/plumbline/internal/landed"
)

// keptValues is how many values of a field are kept per event and window.
const keptValues = 20

// kept decides which values of each field of a slice are kept: the commonest, ties by name. The rest is landed.Other.
type kept struct{ rows [4]map[string]int64 }

func fields(s *landed.Slice) [4]*string {
	return [4]*string{&s.Platform, &s.Library, &s.LibraryVersion, &s.AppVersion}
}

func (k *kept) add(s landed.Slice, n int64) {
	for i, f := range fields(&s) {
		if k.rows[i] == nil {
			k.rows[i] = map[string]int64{}
		}
		k.rows[i][*f] += n
	}
}

// decide cuts each field to its commonest values. NULL always keeps its place and takes none.
func (k *kept) decide() {
	for i, rows := range k.rows {
		delete(rows, "")
		if len(rows) <= keptValues {
			continue
		}
		names := slices.SortedFunc(maps.Keys(rows), func(a, b string) int {
			return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a, b))
		})
		for _, n := range names[keptValues:] {
			delete(k.rows[i], n)
		}
	}
}

func (k *kept) apply(s landed.Slice) landed.Slice {
	for i, f := range fields(&s) {
		if _, ok := k.rows[i][*f]; !ok && *f != "" {
			*f = landed.Other
		}
	}
	return s
}

// compareSlices orders slices by their fields in turn.
func compareSlices(a, b landed.Slice) int {
	return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Library, b.Library),
		cmp.Compare(a.LibraryVersion, b.LibraryVersion), cmp.Compare(a.AppVersion, b.AppVersion))
}
