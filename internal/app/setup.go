package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/connectors"
	"github.com/plumbline-audit/plumbline/internal/landed"
	"github.com/plumbline-audit/plumbline/internal/names"
	"github.com/plumbline-audit/plumbline/internal/plan"
	"github.com/plumbline-audit/plumbline/internal/setup"
)

// SetupRequest is what a first configuration is made from. Paths are relative to the working directory.
type SetupRequest struct {
	Warehouse string // a URL
	Plan      string // a file or folder; "": none
	Infer     bool   // write a draft of a plan
	Timezone  string // "": guessed
	Workspace string // "": the name of the folder
	Out       string // the file to write
	Force     bool   // write over what is there
	Machine   string // the time zone of this machine; "": not known
}

// Setup is what was found and decided.
type Setup struct {
	Sources  []SetupSource
	LeftOut  []setup.LeftOut // schemas that look like development
	Unusable []setup.LeftOut // schemas that nearly have a layout
	Only     bool            // there was nothing but schemas that look like development: they were taken
	Zone     setup.Zone
	Planned  int        // events of the plan
	Draft    string     // the file of the plan that was inferred; "": none
	AsOf     landed.Day // the morning to audit as of, where the data end long ago; else NoDay
	Last     landed.Day // of any row
	Out      string
	State    string
}

// SetupSource is a source with what it holds.
type SetupSource struct {
	Name, Schema, Layout string
	Extent               connectors.Extent
	Problem              string // why it could not be looked into

	found connectors.Found
	named bool // its name is not the one that its schema gives it
}

var (
	credentials = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(?://)?[^/@\s]*:[^/@\s]+@`)
	secretQuery = regexp.MustCompile(`(?i)[?&;][a-z_]*(?:pass|pwd|token|secret|private_key|api_key)[a-z_]*=`)
	hasScheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+:`)
)

// WarehouseURL makes a URL of what somebody wrote, or says what is wrong with it, without ever showing a password.
// The path of a file without a scheme is one of DuckDB.
func WarehouseURL(s string) (config.URL, error) {
	s = strings.TrimSpace(s)
	fail := func(format string, args ...any) (config.URL, error) {
		return "", &UsageError{fmt.Errorf(format, args...)}
	}
	switch {
	case s == "":
		return fail("no warehouse is named: write duckdb:FILE or duckdb:FOLDER")
	case credentials.MatchString(s), secretQuery.MatchString(s):
		return fail("the warehouse's URL holds a password, and no password ever stands in the configuration: leave it out of the URL. " +
			"Where a warehouse needs one it is written beside it as password: ${WAREHOUSE_PASSWORD}, and the variable is set")
	case !hasScheme.MatchString(s):
		if _, err := os.Stat(s); err == nil {
			return config.URL("duckdb:" + s), nil
		}
		return fail("%s: there is no such file, and it is no URL: write duckdb:FILE or duckdb:FOLDER", names.Visible(s))
	}
	u := config.URL(s)
	switch {
	case u.Scheme() != "duckdb":
		return fail("there is no connector for %q yet: only duckdb:FILE and duckdb:FOLDER can be audited so far. Export the tables to "+
			"Parquet as FOLDER/SCHEMA/TABLE/*.parquet and name the folder", names.Visible(u.Scheme()))
	case strings.TrimPrefix(u.Rest(), "//") == "":
		return fail("%s names no file: write duckdb:FILE or duckdb:FOLDER", names.Visible(s))
	}
	return config.URL("duckdb:" + strings.TrimPrefix(u.Rest(), "//")), nil
}

// FoundPlan is a plan that lies in a folder.
type FoundPlan struct {
	Path   string
	Events int
}

// PlanFiles looks for plans in a folder: files whose name says so and that can be read as one.
func PlanFiles(folder string) []FoundPlan {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var out []FoundPlan
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if !planName(e.Name()) {
			continue
		}
		if p, err := plan.Read(path); err == nil && len(p.Events) > 0 {
			out = append(out, FoundPlan{path, len(p.Events)})
		}
	}
	return out
}

// planName says whether a file or folder is called as plans are.
func planName(name string) bool {
	n := strings.ToLower(name)
	if strings.HasPrefix(n, ".") {
		return false
	}
	ext := filepath.Ext(n)
	if !slices.Contains([]string{"", ".json", ".yaml", ".yml", ".csv"}, ext) {
		return false
	}
	stem := strings.FieldsFunc(strings.TrimSuffix(n, ext), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.Contains(stem, "plan") || slices.Contains(stem, "trackingplan") || slices.Contains(stem, "typewriter")
}

// SetUp looks at the warehouse, decides, and writes the configuration and the state. Where it fails nothing is written.
func SetUp(ctx context.Context, r SetupRequest, o Options) (*Setup, error) {
	url, err := WarehouseURL(r.Warehouse)
	if err != nil {
		return nil, err
	}
	f := setup.File{Name: r.Out, Workspace: r.Workspace, State: "plumbline.db"}
	if err := prepareSetup(r, &f); err != nil {
		return nil, err
	}
	out := &Setup{Out: r.Out, State: filepath.Join(filepath.Dir(r.Out), f.State), AsOf: landed.NoDay, Last: landed.NoDay}
	if r.Plan != "" {
		p, err := plan.Read(r.Plan)
		if err != nil {
			return nil, &UsageError{fmt.Errorf("read the plan: %w", err)}
		}
		out.Planned = len(p.Events)
	}
	if err := lookAround(ctx, url, r, out, o); err != nil {
		return nil, err
	}
	if f.URL, err = beside(r.Out, url); err != nil {
		return nil, err
	}
	f.Zone = out.Zone
	out.describe(&f)
	return out, writeSetup(ctx, r, f, out, o)
}

// lookAround finds the sources and decides, and lets go of the warehouse again.
func lookAround(ctx context.Context, url config.URL, r SetupRequest, out *Setup, o Options) (err error) {
	cfg := config.Default()
	cfg.Warehouse.URL = url
	o.Memory = true
	a, err := New(cfg, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.explore(ctx, out); err != nil {
		return err
	}
	out.decide(r, a.o.Now())
	return nil
}

// Check refuses what can be refused before anybody is asked anything.
func (r SetupRequest) Check() error { return prepareSetup(r, &setup.File{}) }

// prepareSetup refuses what can be refused before the warehouse is asked.
func prepareSetup(r SetupRequest, f *setup.File) error {
	if _, err := os.Lstat(r.Out); err == nil && !r.Force {
		return &UsageError{fmt.Errorf("%s is there already: --force writes over it, --out names another file", r.Out)}
	}
	folder, err := filepath.Abs(filepath.Dir(r.Out))
	if err != nil {
		return &UsageError{fmt.Errorf("--out %s: %w", r.Out, err)}
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return &UsageError{fmt.Errorf("--out %s: there is no folder %s: make it first", r.Out, filepath.Dir(r.Out))}
	}
	if f.Workspace == "" {
		f.Workspace = folderName(folder)
	}
	if _, err := time.LoadLocation(r.Timezone); err != nil || r.Timezone == "Local" {
		return &UsageError{fmt.Errorf("--timezone %s: write UTC or a name such as Europe/Berlin", names.Visible(r.Timezone))}
	}
	if r.Infer {
		_, err := draftPath(r)
		f.Plan, f.Draft = draftName, true
		return err
	}
	if r.Plan == "" {
		return nil
	}
	file, err := beside(r.Out, config.URL("duckdb:"+r.Plan))
	f.Plan = strings.TrimPrefix(file, "duckdb:")
	return err
}

// folderName makes a workspace of the name of a folder.
func folderName(folder string) string {
	name := strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == filepath.Separator {
			return -1
		}
		return r
	}, filepath.Base(folder)))
	if name == "" || name == "." || len(name) > 100 {
		return "default"
	}
	return name
}

// beside writes a path of the command line as the configuration in out has to: relative to its folder.
func beside(out string, u config.URL) (string, error) {
	path := u.Rest()
	folder, err := filepath.Abs(filepath.Dir(out))
	if err != nil || filepath.IsAbs(path) {
		return string(u), err
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(folder, whole)
	if err != nil {
		return "", err
	}
	return u.Scheme() + ":" + filepath.ToSlash(rel), nil
}

// explore finds the sources and what they hold.
func (a *App) explore(ctx context.Context, out *Setup) error {
	w, err := a.connect(ctx, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open %s: there is no such file or folder: check the path, which is relative to the folder you are in", a.Config.Warehouse.URL)
	}
	if err != nil {
		return err
	}
	a.warehouse = w
	found, err := w.Discover(ctx)
	if err != nil {
		return err
	}
	usable, err := out.choose(found)
	if err != nil {
		return err
	}
	for _, s := range usable {
		err := a.add(w, s.found, config.Source{})
		if err == nil {
			s.Extent, err = w.Extent(ctx, s.Name, a.o.Now().Add(24*time.Hour))
		}
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			s.Problem = err.Error()
		}
		out.Sources = append(out.Sources, s)
	}
	return nil
}
