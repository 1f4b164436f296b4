package series

import (
	"cmp"
	"slices"
)

// Terms is by how much each term of a slice raises its rank: a slice of one term comes before any of two.
const Terms = 100

// Cell is the rows that have one value of every dimension. An empty value is none that could be named.
type Cell struct {
	Values []string
	Slice
}

// Part is a slice of one term or two: the value it has of each dimension, empty where any will do.
type Part struct {
	Values []string
	Slice
}

// Slices adds cells up to every slice of one dimension or two. A slice's rank is that of its dimensions: the first
// dimension is named rather than the second, and one term rather than two.
func Slices(cells []Cell) []Part {
	if len(cells) == 0 {
		return nil
	}
	dims := len(cells[0].Values)
	var out []Part
	for i := range dims {
		out = append(out, partsOf(cells, i, i)...)
	}
	for i := range dims {
		for j := i + 1; j < dims; j++ {
			out = append(out, partsOf(cells, i, j)...)
		}
	}
	return out
}

// Of are the slices without their terms, as Attribute takes them.
func Of(parts []Part) []Slice {
	out := make([]Slice, len(parts))
	for i, p := range parts {
		out[i] = p.Slice
	}
	return out
}

// partsOf adds up by the values of two dimensions, or of one where both are the same.
func partsOf(cells []Cell, i, j int) []Part {
	rank := Terms + i
	if i != j {
		rank = 2*Terms + 10*i + j
	}
	type pair struct{ a, b string }
	by := map[pair]*Slice{}
	for _, c := range cells {
		key := pair{c.Values[i], c.Values[j]}
		if key.a == "" || key.b == "" {
			continue
		}
		if by[key] == nil {
			by[key] = &Slice{Rank: rank}
		}
		by[key].add(c.Slice)
	}
	out := make([]Part, 0, len(by))
	for key, s := range by {
		values := make([]string, len(cells[0].Values))
		values[i], values[j] = key.a, key.b
		out = append(out, Part{Values: values, Slice: *s})
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Or(slices.Compare(a.Values, b.Values)) })
	return out
}

func (s *Slice) add(o Slice) {
	s.K0 += o.K0
	s.N0 += o.N0
	s.K1 += o.K1
	s.N1 += o.N1
}
