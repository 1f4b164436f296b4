package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/plumbline-audit/plumbline/config"
	"github.com/plumbline-audit/plumbline/internal/app"
	"github.com/plumbline-audit/plumbline/internal/report"
)

// load reads the configuration.
func (g *global) load() (*config.Config, error) {
	c, err := config.Load(g.config, g.env, app.Known())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Errorf("there is no %s here: plumbline init writes one, --config names another, "+
			"and plumbline demo shows what an audit says", g.config))
	}
	if err != nil {
		return nil, usage(err)
	}
	return c, nil
}

// open reads the configuration and builds the program.
func (g *global) open() (*app.App, error) {
	c, err := g.load()
	if err != nil {
		return nil, err
	}
	return g.build(c, false)
}

func (g *global) build(c *config.Config, memory bool) (*app.App, error) {
	log, err := g.logger()
	if err != nil {
		return nil, err
	}
	o := app.Options{Now: g.now, Log: log, Memory: memory}
	if g.lively(g.err) {
		o.Progress = progress(g.err)
	}
	return app.New(c, o)
}

// lively says whether somebody looks at a writer: a terminal, outside CI, and not told to be plain.
func (g *global) lively(w io.Writer) bool {
	if g.noColor {
		return false
	}
	for _, name := range []string{"NO_COLOR", "CI"} {
		if v, ok := g.env(name); ok && v != "" {
			return false
		}
	}
	if term, ok := g.env("TERM"); ok && term == "dumb" {
		return false
	}
	return terminal(w)
}

// terminal says whether something is a terminal. The null device looks like one.
func terminal(of any) bool {
	f, ok := of.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// progress draws a line while statements run, and takes it away when they are done.
func progress(w io.Writer) func(done, total int, what string) {
	var bar *progressbar.ProgressBar
	return func(done, total int, what string) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetWidth(20), progressbar.OptionThrottle(80*time.Millisecond), progressbar.OptionSetPredictTime(false))
		}
		bar.ChangeMax(total)
		bar.Describe(what)
		_ = bar.Set(done) // a progress line that cannot be drawn is no reason to stop
		if done == total {
			_ = bar.Finish()
			bar = nil
		}
	}
}

// look is how texts are written to standard output.
func (g *global) look(c *config.Config) report.Options {
	o := report.Options{Width: 80, Color: g.lively(g.out), UTF8: true, Zone: c.Timezone.Location()}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v, ok := g.env(name); ok && v != "" {
			o.UTF8 = v != "C" && v != "POSIX"
			break
		}
	}
	return o
}
