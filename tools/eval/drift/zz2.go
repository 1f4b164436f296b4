package main

import (
	"fmt"
	"math/rand/v2"
)

func where() {
	for _, terms := range []int{1, 2} {
		for _, rise := range []float64{.3} {
			r := rand.New(rand.NewPCG(77, 1))
			var a, b, c int
			for range 250 {
				t := newTrial(r, terms, rise)
				if n := t.named(); !t.right(n) {
					var tp string
					for _, p := range t.parts { if p.Slice == (t.truth) { tp = fmt.Sprint(p.Values, p.Slice) } }
					fmt.Println("named", t.parts[n], "truth", t.truth, tp)
				}
				if t.right(t.named()) {
					a++
				}
				if t.right(t.steepest()) {
					b++
				}
				if t.right(t.heaviest()) {
					c++
				}
			}
			fmt.Println(terms, rise, a, b, c)
		}
	}
}
