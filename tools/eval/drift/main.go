package main

import (
	"fmt"
	"math/rand/v2"
)

func main() {
	r := rand.New(rand.NewPCG(11, 1))
	var list []property
	for range 18000 {
		list = append(list, quietProperty(r))
	}
	rules := []func(property) bool{pooled, byEye, literal, read, scanned}
	names := []string{"pooled", "byeye", "literal", "read", "scanned"}
	for i, f := range rules {
		fmt.Printf("%8s FA %6.1f  ", names[i], float64(counted(list, f))/1.8)
		for _, lost := range []float64{.02, .05, .1, .3, .9} {
			hit, of := 0, 0
			rr := rand.New(rand.NewPCG(12, 1))
			for _, p := range list {
				if p.judgedRows() < 300 {
					continue
				}
				of++
				if f(p.broken(rr, lost)) {
					hit++
				}
			}
			fmt.Printf(" %.3f", float64(hit)/float64(of))
		}
		fmt.Println()
	}
}
