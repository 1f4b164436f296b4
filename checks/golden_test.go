package checks

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plumbline-audit/plumbline/internal/finding"
)

var updateFlag = flag.Bool("update", false, "rewrite want.txt of every case; UPDATE=1 does the same")

func updating() bool { return *updateFlag || os.Getenv("UPDATE") == "1" }

// TestGolden runs every check of the catalogue over its own cases, testdata/ID/*.txtar. A case is
//
//	a comment that says in words what happened
//	-- settings.yaml --  the check's section of the configuration; may be absent
//	-- plan.yaml --      a tracking plan in plumbline's own format; absent: there is none
//	-- landed.csv --     rows a day, see layLanded
//	-- profiles.csv --   what the columns hold, see layProfiles
//	-- belated.csv --    rows that happened on an earlier day, see layBelated
//	-- duplicates.csv -- rows that repeat a message id, see layDuplicates
//	-- shapes.csv --     what values look like, see layShapes
//	-- answers.csv --    table, column, value, rows: what the warehouse says to the check's questions
//	-- people.csv --     two names and how many people did them, see people
//	-- again.csv --      rows that say an action again, see answerAgain
//	-- input.yaml --     what else is known that night, see night
//	-- want.txt --       what the check says, in words; -update writes it
func TestGolden(t *testing.T) {
	ids := map[string]bool{}
	for _, entry := range Catalogue() {
		ids[entry.ID] = true
		t.Run(entry.ID, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join("testdata", entry.ID, "*.txtar"))
			if err != nil {
				t.Fatal(err)
			}
			if example := examplePath(entry); !slices.Contains(files, example) {
				t.Errorf("the check has no example: write checks/%s", example)
			}
			told := map[finding.Kind]bool{}
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
					for _, k := range golden(t, entry, file) {
						told[k] = true
					}
				})
			}
			for _, k := range entry.Kinds {
				if !told[k] && !t.Failed() {
					t.Errorf("no case tells a %s", k)
				}
			}
		})
	}
	dirs, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		if d.IsDir() && d.Name() != "rapid" && d.Name() != "shown" && !ids[d.Name()] {
			t.Errorf("checks/testdata/%s has the name of no check", d.Name())
		}
	}
}

func examplePath(e Entry) string { return filepath.Join("testdata", e.ID, "example.txtar") }

// golden runs one case, compares or rewrites what is wanted, and returns the kinds that were told.
func golden(t *testing.T, entry Entry, file string) []finding.Kind {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(archive.Comment)) == "" {
		t.Errorf("%s does not say in words what happens in it: begin it with a sentence", file)
	}
	c := newCase(t, archive)
	verdict := c.run(t, entry)
	var kinds []finding.Kind
	for _, f := range verdict.Findings {
		if !slices.Contains(entry.Kinds, f.Kind) {
			t.Errorf("the catalogue does not say that %s may report a %s", entry.ID, f.Kind)
		}
		kinds = append(kinds, f.Kind)
	}
	got := c.words(verdict)
	if updating() {
		c.replace(archive, got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return kinds
	}
	if diff := cmp.Diff(strings.Split(c.section("want.txt"), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s\n%s(- want, + got)\nread it, and if it is right: make golden\n%s", archive.Comment, file, diff)
	}
	return kinds
}

// run makes the check with the case's settings and asks it about the case's inputs, as an audit does.
func (c *goldenCase) run(t *testing.T, entry Entry) Verdict {
	t.Helper()
	var check Check
	var all Workspace
	var err error
	if entry.New != nil {
		check, err = entry.New(yamlSettings(c.section("settings.yaml")))
	} else {
		all, err = entry.NewAll(yamlSettings(c.section("settings.yaml")))
	}
	if err != nil {
		t.Fatal(err)
	}
	constrainer, _ := any(check).(Constrainer)
	inputs := c.inputs(constrainer)
	for i, in := range inputs {
		inputs[i] = dividers(t, check).Prepare(in)
	}
	if all != nil {
		if q, ok := all.(WorkspaceInquirer); ok {
			answers := c.answerAgain(inputs, q.QuestionsAll(inputs))
			for i := range inputs {
				inputs[i].Answers = answers
			}
		}
		return all.RunAll(inputs)
	}
	var out Verdict
	for _, in := range inputs {
		if q, ok := check.(Inquirer); ok {
			in.Answers = c.answer(q.Questions(in))
		}
		v := check.Run(in)
		out.Findings = append(out.Findings, v.Findings...)
		out.Unjudged = append(out.Unjudged, v.Unjudged...)
	}
	return out
}

// dividers are what sets names apart before a check runs: the check itself with the case's settings, else the catalogue's
// with their defaults.
func dividers(t *testing.T, check Check) Set {
	t.Helper()
	if _, ok := check.(Divider); ok {
		return Set{Sources: []Check{check}}
	}
	set, err := Make(func(string) Settings { return nil }, func(finding.Kind) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// replace puts want.txt at the end of a case.
func (*goldenCase) replace(a *txtar.Archive, want string) {
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want.txt" })
	a.Files = append(a.Files, txtar.File{Name: "want.txt", Data: []byte(want)})
}
