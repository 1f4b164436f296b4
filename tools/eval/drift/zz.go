package main

import (
	"fmt"

	"github.com/plumbline-audit/plumbline/internal/series"
)

func debug(list []property) {
	for _, p := range list {
		if r, ok := series.Rate(p.k, p.n); ok && r.After > r.Before {
			fmt.Printf("win %d n %.0f before %.3f after %.3f z %.1f h %.2f  days %v / %v\n", len(p.n)-r.Start, r.N, r.Before, r.After, r.Z, r.Effect, p.k[42:], p.n[42:])
		}
	}
}
