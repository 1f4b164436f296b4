package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/demo"
	"github.com/plumbline-audit/plumbline/internal/report"
)

func newDemo(g *global) *cobra.Command {
	var keep string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Audit a small warehouse with known faults: no account, no network, no configuration",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return g.demo(cmd.Context(), keep) },
	}
	cmd.Flags().StringVar(&keep, "keep", "", "keep the warehouse, the plan and a ready plumbline.yaml in this folder")
	return cmd
}

// demo writes the warehouse, audits it, prints the report, and the first finding whole.
func (g *global) demo(ctx context.Context, keep string) error {
	dir, done, err := demoFolder(keep)
	if err != nil {
		return err
	}
	defer done()
	started := g.now()
	files, err := demo.Write(ctx, dir, demo.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintf(g.err, "wrote a warehouse of %d events in %d tables in %.1f s\n", files.Rows, files.Tables, g.now().Sub(started).Seconds())
	c, err := config.Load(files.Config, g.env, app.Known())
	if err != nil {
		return err
	}
	a, err := g.build(c, keep == "")
	if err != nil {
		return err
	}
	defer a.Close() //nolint:errcheck // the files are thrown away, or committed
	o, err := a.Audit(ctx, app.Request{AsOf: files.AsOf.Format(time.DateOnly)})
	if err != nil {
		return err
	}
	look := g.look(c)
	look.Fixes = o.Fixes
	if err := report.Text(g.out, o.Result, look); err != nil {
		return err
	}
	if len(o.Findings) > 0 {
		first := o.Findings[0]
		fmt.Fprintf(g.out, "\nThe first finding, as plumbline findings show %s prints it:\n\n", first.ID)
		if err := report.Show(g.out, first, o.Fixes[first.ID], look); err != nil {
			return err
		}
	}
	if keep != "" {
		fmt.Fprintf(g.out, "\nKept in %s. Try: cd %s && plumbline findings list\n", dir, dir)
	}
	return nil
}

// demoFolder is where the warehouse is written: a folder of its own that goes away, or the one to keep, which must not
// hold one yet.
func demoFolder(keep string) (dir string, done func(), err error) {
	if keep == "" {
		dir, err = os.MkdirTemp("", "plumbline-demo-")
		return dir, func() { _ = os.RemoveAll(dir) }, err
	}
	if entries, err := os.ReadDir(keep); err == nil && len(entries) > 0 {
		return "", nil, usage(fmt.Errorf("--keep %s: the folder is not empty; name a new one", keep))
	}
	if err := os.MkdirAll(keep, 0o755); err != nil {
		return "", nil, usage(fmt.Errorf("--keep: %w", err))
	}
	dir, err = filepath.Abs(keep)
	return dir, func() {}, err
}
