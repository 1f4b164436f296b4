package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/connectors/duckdb"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func main() {
	ctx := context.Background()
	t, c := time.Now(), cpu()
	r, err := duckdb.Open(ctx, "/tmp/wh/default/warehouse.duckdb", duckdb.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	w := connectors.New(r, duckdb.Dialect(), connectors.WithKey("k"))
	fmt.Println("open", time.Since(t), cpu()-c)
	found, err := w.Discover(ctx)
	for _, f := range found {
		fmt.Println(f.Schema, f.Layout.Name, f.Source, f.Problem)
	}
	fmt.Println(err)
	zone := "UTC"
	if len(os.Args) > 1 {
		zone = os.Args[1]
	}
	last, _ := landed.ParseDay("2026-06-15")
	days := func(n int) landed.Span { return landed.Span{First: last - landed.Day(n) + 1, Last: last} }
	for _, s := range []string{"web", "ios", "server"} {
		if err := w.Attach(landed.Source{Name: s, Schema: s, Zone: zone}, connectors.Segment(), connectors.SourceOptions{}); err != nil {
			fmt.Println(err)
		}
	}
	for _, x := range []struct {
		name string
		want map[landed.Kind]landed.Span
	}{
		{"counts+columns+arrivals 60d", map[landed.Kind]landed.Span{landed.Counts: days(60), landed.Columns: days(60), landed.Arrivals: days(60)}},
		{"duplicates 60d", map[landed.Kind]landed.Span{landed.Duplicates: days(60)}},
		{"profiles 56d", map[landed.Kind]landed.Span{landed.Profiles: days(56)}},
		{"profiles 1d", map[landed.Kind]landed.Span{landed.Profiles: days(1)}},
		{"counts+shapes 1d", map[landed.Kind]landed.Span{landed.Shapes: days(1), landed.Counts: days(1)}},
		{"counts+shapes 14d", map[landed.Kind]landed.Span{landed.Shapes: days(14), landed.Counts: days(14)}},
		{"first night", map[landed.Kind]landed.Span{landed.Shapes: days(14), landed.Profiles: days(56), landed.Counts: days(60), landed.Columns: days(60), landed.Arrivals: days(28)}},
		{"one-day night", map[landed.Kind]landed.Span{landed.Shapes: days(1), landed.Profiles: days(1), landed.Counts: days(3), landed.Columns: days(1), landed.Arrivals: days(3)}},
	} {
		t, c := time.Now(), cpu()
		st, ev, gaps := 0, 0, 0
		var rows int64
		for _, s := range []string{"web", "ios", "server"} {
			snap, err := w.Gather(ctx, landed.Request{Source: landed.Source{Name: s}, Want: x.want})
			if err != nil {
				fmt.Println(err)
			}
			st += snap.Cost.Statements
			rows += *snap.Cost.Rows
			ev += len(snap.Events)
			gaps += len(snap.Gaps)
			for i, g := range snap.Gaps {
				if i < 2 {
					fmt.Println(g)
				}
			}
			for i, g := range snap.Oddities {
				if i < 2 {
					fmt.Println(g)
				}
			}
		}
		fmt.Printf("%-30s wall %.2fs cpu %.2fs statements %d rows %d events %d gaps %d\n", x.name, time.Since(t).Seconds(), (cpu() - c).Seconds(), st, rows, ev, gaps)
	}
}
