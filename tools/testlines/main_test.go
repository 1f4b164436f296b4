package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type filterCase struct {
	events, want string
	skipped      int
}

func filterCases() map[string]filterCase {
	return map[string]filterCase{
		"a package that passes is one line, whatever its tests print": {
			events: `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.003s\n"}
{"Action":"pass","Package":"p"}
`,
			want: "ok  \tp\t0.003s\n",
		},
		"a package without tests is not a skipped test": {
			events: `{"Action":"output","Package":"p","Output":"?   \tp\t[no test files]\n"}
{"Action":"skip","Package":"p"}
`,
			want: "?   \tp\t[no test files]\n",
		},
		"a skipped test is named and counted": {
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: no server\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- SKIP: TestA (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
`,
			want:    "    a_test.go:3: no server\n--- SKIP: TestA (0.00s)\n",
			skipped: 1,
		},
		"a failure keeps what it printed and what its package printed": {
			events: `{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"panic: ho\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`,
			want: "--- FAIL: TestA (0.00s)\npanic: ho\nFAIL\tp\t0.1s\n",
		},
		"what is not an event and what the compiler says pass through": {
			events: `{"Action":"build-output","ImportPath":"p","Output":"undefined: y\n"}
go: warning: "./..." matched no packages
`,
			want: "undefined: y\ngo: warning: \"./...\" matched no packages\n",
		},
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	for name, tc := range filterCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			skipped, err := filter(strings.NewReader(tc.events), &out)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Errorf("lines differ (-want +got):\n%s", diff)
			}
			if skipped != tc.skipped {
				t.Errorf("counted %d skipped tests, want %d", skipped, tc.skipped)
			}
		})
	}
}

// TestRun runs go test for real, in a module of its own.
func TestRun(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		code int
		says string
	}{
		"a test that passes":     {body: "", code: 0, says: "ok  \tm"},
		"a test that fails":      {body: `t.Error("no")`, code: 1, says: "--- FAIL: TestA"},
		"a test that is skipped": {body: `t.Skip("no")`, code: 1, says: "FAIL\t1 skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "go.mod", "module m\n\ngo 1.26\n")
			write(t, "a_test.go", "package m\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { "+tc.body+" }\n")
			var out, errs bytes.Buffer
			if code := run([]string{"./..."}, &out, &errs); code != tc.code {
				t.Errorf("exit code %d, want %d; stderr: %s", code, tc.code, errs.String())
			}
			if !strings.Contains(out.String(), tc.says) {
				t.Errorf("printed %q, want it to say %q", out.String(), tc.says)
			}
		})
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Clean(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
