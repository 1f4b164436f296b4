package state

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-audit/plumbline/internal/incident"
	"github.com/plumbline-audit/plumbline/internal/landed"
)

func TestLease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plumbline.db")
	c := &clock{t: start}
	a, b := open(t, path, c), open(t, path, c)
	release, err := a.Lease(t.Context(), "audit of web", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Lease(t.Context(), "audit of ios", time.Hour)
	wantError(t, err, ErrBusy, "audit of web", "2026-06-01T05:15:00Z")
	_, err = a.Lease(t.Context(), "again", time.Hour)
	wantError(t, err, ErrBusy, "audit of web")

	release()
	release()
	later, err := b.Lease(t.Context(), "audit of ios", time.Hour)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	release() // says nothing about the lease of another
	_, err = a.Lease(t.Context(), "audit of web", time.Hour)
	wantError(t, err, ErrBusy, "audit of ios")
	wantError(t, a.Commit(t.Context(), record(100)), ErrLeaseLost)

	c.pass(time.Hour)
	if _, err := a.Lease(t.Context(), "audit of web", time.Hour); err != nil {
		t.Fatalf("a lease that ended is not taken over: %v", err)
	}
	wantError(t, b.Commit(t.Context(), record(100)), ErrLeaseLost, "nothing of this one was stored")
	if err := a.Commit(t.Context(), record(101)); err != nil {
		t.Errorf("the holder cannot commit: %v", err)
	}
	later()
	if err := a.Commit(t.Context(), record(102)); err != nil {
		t.Errorf("released by the one who lost it: %v", err)
	}
}

func TestALeaseIsGivenBackAfterItsAuditWasCancelled(t *testing.T) {
	s, _ := inFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	release, err := s.Lease(ctx, "audit", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	release()
	if _, err := s.Lease(t.Context(), "audit", time.Hour); err != nil {
		t.Error(err)
	}
}

func TestCommitIsAllOrNothing(t *testing.T) {
	for _, table := range []string{"fact", "held", "incident", "outbox", "audit", "audited"} {
		t.Run("a failing "+table, func(t *testing.T) {
			s, _ := inFile(t)
			commit(t, s, record(100))
			before := everything(t, s)
			s.db.MustExec(`CREATE TRIGGER fail BEFORE INSERT ON ` + table + ` BEGIN SELECT RAISE(ABORT, 'no more'); END`)
			r := record(101)
			r.Changes[0].Incident.Finding.Rows++
			if _, err := s.Lease(t.Context(), "test", time.Minute); err != nil {
				t.Fatal(err)
			}
			wantError(t, s.Commit(t.Context(), r), nil, "write the audit to state", "no more")
			if diff := cmp.Diff(before, everything(t, s)); diff != "" {
				t.Errorf("something was kept: %s", diff)
			}
			s.db.MustExec(`DROP TRIGGER fail`)
			if err := s.Commit(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
}

// everything counts and sums up what an audit may have changed.
func everything(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	if err := s.db.Select(&out, `SELECT 'fact ' || count(*) || ' ' || total(length(body)) || ' ' || coalesce(max(day), '') FROM fact
		UNION ALL SELECT 'held ' || count(*) || ' ' || coalesce(max(day), '') FROM held
		UNION ALL SELECT 'incident ' || key || body FROM incident UNION ALL SELECT 'outbox ' || id FROM outbox
		UNION ALL SELECT 'audit ' || id || header FROM audit UNION ALL SELECT 'audited ' || source || last FROM audited`); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKilledInTheMiddle commits night after night in another process, kills it, and looks at what is left: whole
// nights, each with its facts, its incident, its message and its header.
func TestKilledInTheMiddle(t *testing.T) {
	if path := os.Getenv("STATE_TO_COMMIT_TO"); path != "" {
		commitForEver(t, path)
	}
	path := filepath.Join(t.TempDir(), "plumbline.db")
	for range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestKilledInTheMiddle$")
		cmd.Env = append(os.Environ(), "STATE_TO_COMMIT_TO="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		nights := 0
		for lines := bufio.NewScanner(out); nights < 3 && lines.Scan(); nights++ {
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, and says so
		if nights < 3 {
			t.Fatal("the other process ended by itself")
		}
		s, err := Open(t.Context(), path, Options{Workspace: "northlight"})
		if err != nil {
			t.Fatal(err)
		}
		var header, message, held, judged int
		for query, to := range map[string]*int{
			`SELECT count(*) FROM audit`: &header, `SELECT count(*) FROM outbox`: &message,
			`SELECT max(day) FROM held`: &held, `SELECT last FROM audited`: &judged,
		} {
			if err := s.db.Get(to, query); err != nil {
				t.Fatal(err)
			}
		}
		if header < 3 || header != message || held != judged || held != 100+header-1 {
			t.Errorf("%d headers, %d messages, facts until %d, judged until %d", header, message, held, judged)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func commitForEver(t *testing.T, path string) {
	t.Helper()
	c := &clock{t: start}
	s := open(t, path, c)
	for {
		c.pass(time.Hour) // past the lease of the process that was killed
		m := load(t, s, 0)
		day := landed.Day(100)
		if last, ok := m.Audited["web"]; ok {
			day = last + 1
		}
		c.t = day.Time()
		commit(t, s, record(day))
		if _, err := os.Stdout.WriteString(day.String() + "\n"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTwoStoresOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plumbline.db")
	c := &clock{t: start}
	stores := []*Store{open(t, path, c), open(t, path, c)}
	i := found()
	commit(t, stores[0], record(100))
	var wg sync.WaitGroup
	for n, s := range stores {
		wg.Go(func() {
			for k := range 10 {
				h := incident.Handling{Key: i.Key, Acknowledged: true, Who: "ada"}
				if err := s.Handle(t.Context(), h, incident.Act{What: "ack"}); err != nil {
					t.Error(err)
				}
				release, err := s.Lease(t.Context(), "audit", time.Hour)
				if err == nil {
					r := record(landed.Day(200 + 20*n + k))
					if err := s.Commit(t.Context(), r); err != nil {
						t.Error(err)
					}
					release()
				}
				if _, err := s.Load(t.Context(), []landed.Source{web()}, 28); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	trail, err := stores[0].Trail(t.Context(), i.Key)
	if err != nil || len(trail) != 20 {
		t.Errorf("%d acts of 20, %v", len(trail), err)
	}
}

func TestAnAcknowledgementDuringAnAuditStays(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, record(100))
	i := load(t, s, 0, web()).Incidents[0]
	if err := s.Handle(t.Context(), incident.Handling{Key: i.Key, Acknowledged: true, Who: "ada", Why: "known"}, incident.Act{Who: "ada", What: "ack", Why: "known"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Resolve(t.Context(), i.Key, "ada", "fixed"); err != nil {
		t.Fatal(err)
	}
	r := record(101)
	r.Changes = []incident.Change{{Kind: incident.Unseen, Incident: i}} // as it was before ada
	commit(t, s, r)
	m := load(t, s, 0, web())
	if len(m.Handling) != 1 || !m.Handling[0].Acknowledged || m.Incidents[0].Standing() {
		t.Errorf("handling %v, closed %v", m.Handling, m.Incidents[0].Closed)
	}
}

func TestAnAuditOfAnEarlierDayDoesNotTurnTheClockBack(t *testing.T) {
	s, _ := inFile(t)
	commit(t, s, record(100))
	commit(t, s, record(99))
	m := load(t, s, 0, web())
	if m.Audited["web"] != 100 || m.Newest != 101 {
		t.Errorf("judged until %v, newest %v", m.Audited["web"], m.Newest)
	}
}
