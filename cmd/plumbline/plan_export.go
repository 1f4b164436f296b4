package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

type exportFlags struct {
	to, out, source string
	force           bool
}

func newPlanExport(g *global) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use: "export [FILE|FOLDER…] --to FORMAT", Short: "Write the plan in another format",
		Long: "Writes the tracking plan of the configuration, or the one that is named, in another format:\n\n" +
			"  segment      rules as Segment's Public API takes them: PATCH /tracking-plans/{id}/rules, at most 200 a file\n" +
			"  segment-csv  the table that Segment's app takes\n" +
			"  jsonschema   a folder with one JSON Schema an event; the title holds its name\n" +
			"  plumbline    plumbline's own YAML\n\n" +
			"What the format has no place for is listed. One file goes to standard output, or to --out; a folder needs --out.",
		Example: "  plumbline plan export --to segment > rules.json\n  plumbline plan export tracking-plan.csv --to jsonschema --out events/",
		RunE: func(_ *cobra.Command, paths []string) error {
			return g.exportPlan(paths, f)
		},
	}
	var formats []string
	for _, x := range plan.Formats() {
		formats = append(formats, string(x))
	}
	cmd.Flags().StringVar(&f.to, "to", "", "the format: "+strings.Join(formats, ", "))
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "the file or the folder to write (default: standard output)")
	cmd.Flags().StringVar(&f.source, "source", "", "the plan of this source, and only its events")
	cmd.Flags().BoolVar(&f.force, "force", false, "write over files that are there")
	_ = cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that is not there
	return cmd
}

func (g *global) exportPlan(paths []string, f exportFlags) error {
	if f.to == "" {
		return usage(errors.New("say the format with --to: segment, segment-csv, jsonschema or plumbline"))
	}
	p, err := g.planToExport(paths, f.source)
	if err != nil {
		return err
	}
	out, err := p.As(plan.Format(f.to))
	if err != nil {
		return usage(err)
	}
	if f.out == "" {
		if out.Folder {
			return usage(fmt.Errorf("%s makes %s: name a folder with --out", f.to, words.Many(int64(len(out.Files)), "file", "files")))
		}
		tellLosses(g.err, out.Losses)
		_, err := g.out.Write(out.Files[0].Data)
		return err
	}
	name := f.out
	if out.Folder {
		err = writeFolder(f.out, out.Files, f.force)
	} else {
		if strings.HasSuffix(name, "/") {
			name = filepath.Join(name, out.Files[0].Name)
		}
		err = writeNew(name, out.Files[0].Data, f.force)
	}
	if err != nil {
		return usage(err)
	}
	fmt.Fprintf(g.out, "Wrote %s of %s to %s.\n", words.Many(int64(len(out.Written.Events)), "event", "events"), words.Many(int64(len(out.Files)), "file", "files"), safe(name))
	for _, n := range out.Notes {
		fmt.Fprintln(g.out, n)
	}
	tellLosses(g.out, out.Losses)
	return nil
}

// planToExport is the plan that the files hold, or that the configuration names.
func (g *global) planToExport(paths []string, source string) (*plan.Plan, error) {
	if len(paths) == 0 {
		a, err := g.open()
		if err != nil {
			return nil, err
		}
		defer a.Close() //nolint:errcheck // nothing was written
		return a.Plan(source)
	}
	reading, err := plan.ReadFiles(paths...)
	if err != nil {
		return nil, usage(err)
	}
	if source == "" {
		return reading.Plan, nil
	}
	return reading.Plan.In(source), nil
}

// writeFolder writes files into a folder that is not there, or holds nothing. With force it writes over files of the same
// names and refuses to leave others beside them, which would be read as part of the plan.
func writeFolder(dir string, files []plan.File, force bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is no folder that can be read: name another with --out (%w)", dir, reason(err))
	}
	mine := map[string]bool{}
	for _, f := range files {
		mine[f.Name] = true
	}
	for _, e := range entries {
		switch {
		case !force:
			return fmt.Errorf("%s is not empty and was left as it is: add --force to write into it, or name another folder with --out", dir)
		case !mine[e.Name()] && strings.EqualFold(filepath.Ext(e.Name()), ".json"):
			return fmt.Errorf("%s holds %s, which is not of this plan and would be read with it: move it away first", dir, safe(e.Name()))
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder %s: %w", dir, reason(err))
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(dir, f.Name), f.Data, true); err != nil {
			return err
		}
	}
	return nil
}
