package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/words"
)

func newPlanImport(g *global) *cobra.Command {
	var out string
	var force bool
	cmd := &cobra.Command{
		Use: "import FILE|FOLDER…", Short: "Read a plan in any format that is known, and write it as plumbline's own YAML",
		Long: "Reads a tracking plan and writes it in plumbline's own format, which can be kept, compared and edited beside the code.\n" +
			"The format is recognised by content: Segment's rules (Public API, CSV, Typewriter, Config API), a folder of JSON\n" +
			"Schema with one event a file, or plumbline's own. Several files and folders are one plan, such as the pages of an API.\n" +
			"What does not come over is listed with its place. --out - writes to standard output.",
		Example: "  plumbline plan import tracking-plan.csv\n  plumbline plan import events/ --out plans/shop.yaml\n  plumbline plan import rules-page1.json rules-page2.json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, paths []string) error {
			return g.importPlan(paths, out, force)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "tracking-plan.yaml", "the file to write")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return cmd
}

func (g *global) importPlan(paths []string, out string, force bool) error {
	reading, err := plan.ReadFiles(paths...)
	if err != nil {
		return usage(err)
	}
	if out != "-" {
		if err := free(out, force); err != nil {
			return usage(err)
		}
	}
	p := reading.Plan
	said := g.out
	if out == "-" {
		said = g.err
	}
	properties := 0
	for _, e := range p.Events {
		properties += len(e.Properties)
	}
	files := words.Many(int64(reading.Files), "file", "files")
	fmt.Fprintf(said, "Read %s (%s): %s, %s.\n", words.And(reading.Formats), files, words.Many(int64(len(p.Events)), "event", "events"), words.Many(int64(properties), "property", "properties"))
	written, err := p.AsOwn(origin(paths, reading)...)
	if err != nil {
		return usage(err)
	}
	tellLosses(said, slices.Concat(reading.Losses, written.Losses))
	if len(p.Events) == 0 {
		return usage(fmt.Errorf("%s plans no event: nothing was written", words.And(reading.Formats)))
	}
	data := written.Files[0].Data
	if out == "-" {
		_, err := g.out.Write(data)
		return err
	}
	if err := writeNew(out, data, force); err != nil {
		return usage(err)
	}
	fmt.Fprintf(said, "\nWrote %s. Name it in %s:\n\n  plan: {file: %s}\n", safe(out), safe(g.config), yamlPath(relative(g.config, out)))
	return nil
}

// origin is the comment above an imported plan: where it came from, and what did not come over.
func origin(paths []string, reading *plan.Reading) []string {
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(filepath.Clean(p)))
	}
	head := []string{"Imported from " + strings.Join(names, ", ") + ": " + words.And(reading.Formats) + "."}
	for _, l := range lossLines(reading.Losses) {
		head = append(head, "Not carried over: "+l.what+": "+l.why+".")
	}
	return head
}

// lossLine is the losses of one kind, or several kinds that have one reason and no place.
type lossLine struct {
	what, why string
	where     []string // the first few places
	more      int
}

func lossLines(losses []plan.Loss) []lossLine {
	var lines []lossLine
	general := map[string]int{} // reason to line
	for _, g := range plan.GroupLosses(losses) {
		const few = 3
		l := lossLine{what: g.What, why: g.Why, more: len(g.Losses) - few}
		for _, one := range g.Losses[:min(few, len(g.Losses))] {
			switch {
			case one.Pos.Line > 0:
				l.where = append(l.where, one.Pos.String())
			case one.Where != "":
				l.where = append(l.where, one.Where)
			}
		}
		if n := len(g.Losses); n > 1 {
			l.what = words.Count(int64(n)) + " × " + l.what
		}
		if len(l.where) > 0 {
			lines = append(lines, l)
			continue
		}
		if at, ok := general[g.Why]; ok {
			lines[at].what += ", " + l.what
			continue
		}
		general[g.Why] = len(lines)
		lines = append(lines, l)
	}
	return lines
}

// tellLosses lists what did not come over, one line a kind with its first place.
func tellLosses(w io.Writer, losses []plan.Loss) {
	if len(losses) == 0 {
		fmt.Fprintln(w, "Nothing was lost.")
		return
	}
	fmt.Fprint(w, "\nNot carried over:\n")
	for _, l := range lossLines(losses) {
		fmt.Fprintf(w, "  %s: %s\n", safe(l.what), l.why)
		for _, where := range l.where {
			fmt.Fprintf(w, "      %s\n", safe(where))
		}
		if l.more > 0 {
			fmt.Fprintf(w, "      and %s more\n", words.Count(int64(l.more)))
		}
	}
}

// relative is a file's name as it is written in a configuration, whose folder it starts from.
func relative(config, file string) string {
	dir, err := filepath.Abs(filepath.Dir(config))
	if err != nil {
		return file
	}
	abs, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(dir, abs); err == nil {
		return filepath.ToSlash(rel)
	}
	return abs
}

// yamlPath writes a path so that YAML in brackets takes it for text.
func yamlPath(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/", r)
	}
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) && !strings.HasPrefix(path, "-") {
		return path
	}
	return strconv.Quote(path)
}

// free says whether a file can be written: it is not there, or is empty, or force says that it may be written over.
func free(file string, force bool) error {
	info, err := os.Stat(file)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("write %s: it is a folder: name a file", file)
	case err == nil && info.Size() > 0 && !force:
		return fmt.Errorf("%s is there already and was left as it is: add --force to write over it, or name another with --out", file)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("write %s: %w", file, reason(err))
	}
	if dir, err := os.Stat(filepath.Dir(file)); err != nil || !dir.IsDir() {
		return fmt.Errorf("write %s: there is no folder %s: make it first", file, filepath.Dir(file))
	}
	return nil
}

// reason is what went wrong with a file, without its name.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// writeNew writes a file that is free. It is there as a whole or not at all.
func writeNew(file string, data []byte, force bool) error {
	if err := free(file, force); err != nil {
		return err
	}
	if err := os.WriteFile(file+".part", data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", file, reason(err))
	}
	if err := os.Rename(file+".part", file); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", file, err), os.Remove(file+".part"))
	}
	return nil
}
