//go:build !noduckdb

package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/plumbline-audit/plumbline/internal/report"
	"github.com/plumbline-audit/plumbline/internal/testkit"
)

func atoi(ts *testscript.TestScript, s string) int {
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}

func decimal(i int) string { return strconv.Itoa(i) }

// cmdJSON holds a report to the published schema and to what scripts rely on, and shows values of it:
// json FILE [PATH VALUE]…. A path is keys and indexes with points between; len is a list's length. VALUE is JSON, or a
// plain text.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args)%2 != 1 {
		ts.Fatalf("usage: json FILE [PATH VALUE]…")
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	if whole, ok := doc.(map[string]any); ok && whole["runs"] == nil { // a SARIF log: its tests hold it to its own schema
		ts.Check(validate(whole))
		for _, key := range []string{"schema_version", "workspace", "audit", "findings"} {
			if _, ok := whole[key]; !ok {
				ts.Fatalf("the report has no %q", key)
			}
		}
	}
	if at := nullList("", doc); at != "" {
		ts.Fatalf("%s is null and has to be a list", at)
	}
	for pair := range slices.Chunk(args[1:], 2) {
		got, err := at(doc, strings.Split(pair[0], "."))
		ts.Check(err)
		if s, ok := got.(string); ok && s == pair[1] {
			continue
		}
		data, err := json.Marshal(got)
		ts.Check(err)
		if string(data) != pair[1] {
			ts.Fatalf("%s is %s, want %s", pair[0], data, pair[1])
		}
	}
}

func validate(doc any) error {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(report.Schema()))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", schema); err != nil {
		return err
	}
	compiled, err := c.Compile("report.json")
	if err != nil {
		return err
	}
	return compiled.Validate(doc)
}

// nullList finds a key that stands for a list and is null.
func nullList(path string, v any) string {
	lists := []string{
		"sources", "excluded", "not_judged", "not_checked", "findings", "explains", "evidence", "members", "destinations",
		"downstream", "fixes", "daily", "expected", "low", "high",
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x == nil && slices.Contains(lists, k) {
				return path + "." + k
			}
			if found := nullList(path+"."+k, x); found != "" {
				return found
			}
		}
	case []any:
		for i, x := range v {
			if found := nullList(path+"."+decimal(i), x); found != "" {
				return found
			}
		}
	}
	return ""
}

func at(v any, path []string) (any, error) {
	for i, key := range path {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				return nil, fmt.Errorf("there is no %s", strings.Join(path[:i+1], "."))
			}
			v = next
		case []any:
			if key == "len" {
				return len(x), nil
			}
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(x) {
				return nil, fmt.Errorf("there is no %s in a list of %d", strings.Join(path[:i+1], "."), len(x))
			}
			v = x[n]
		default:
			return nil, fmt.Errorf("%s holds nothing", strings.Join(path[:i], "."))
		}
	}
	return v, nil
}

// cmdState writes everything that a state holds as text: state FILE INTO. The lease is left out: an audit takes it
// even when it then stores nothing.
func cmdState(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: state FILE INTO")
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?mode=ro")
	ts.Check(err)
	defer db.Close() //nolint:errcheck // only read
	var tables []string
	rows, err := db.QueryContext(context.Background(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('lease', 'sqlite_sequence') ORDER BY name")
	ts.Check(err)
	defer rows.Close()
	for rows.Next() {
		var name string
		ts.Check(rows.Scan(&name))
		tables = append(tables, name)
	}
	ts.Check(rows.Err())
	var b strings.Builder
	for _, t := range tables {
		ts.Check(dump(db, t, &b))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o644))
}

func dump(db *sql.DB, table string, b *strings.Builder) error {
	rows, err := db.QueryContext(context.Background(), "SELECT * FROM "+strconv.Quote(table)+" ORDER BY rowid")
	if err != nil {
		rows, err = db.QueryContext(context.Background(), "SELECT * FROM "+strconv.Quote(table)) // a table without rowid is sorted by its key
	}
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fmt.Fprintf(b, "%s %q\n", table, fmt.Sprint(values...))
	}
	return rows.Err()
}

type slackKey struct{}

// cmdSlack speaks with the recorded Slack: slack posts FILE writes what it holds, a line a message: its number, the
// number of the message it answers or -, the channel and the text; slack shown N FILE the text of the blocks of one;
// slack refuse CODE and slack limit SECONDS answer the next message so; slack scopes LIST is what the token may, and
// slack leave CHANNEL takes the bot out of a channel.
func cmdSlack(ts *testscript.TestScript, neg bool, args []string) {
	s, ok := ts.Value(slackKey{}).(*testkit.Slack)
	if neg || !ok || len(args) < 2 {
		ts.Fatalf("usage: slack posts FILE, slack shown N FILE, slack refuse CODE or slack limit SECONDS")
	}
	switch args[0] {
	case "posts":
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(posts(s.Posts())), 0o644))
	case "shown":
		p := s.Posts()[atoi(ts, args[1])-1]
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(p.Shown()+"\n"), 0o644))
	case "refuse":
		s.Answer(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_ = json.NewEncoder(w).Encode(map[string]any{"ok": false, "error": args[1]})
		})
	case "limit":
		s.Answer(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", args[1])
			w.WriteHeader(http.StatusTooManyRequests)
		})
	case "scopes":
		s.Scopes(args[1])
	case "leave":
		s.Leave(args[1])
	default:
		ts.Fatalf("slack %s is nothing", args[0])
	}
}

func posts(all []testkit.SlackPost) string {
	number := map[string]string{"": "-"}
	var b strings.Builder
	for i, p := range all {
		number[p.TS] = decimal(i + 1)
		fmt.Fprintf(&b, "%d %s %s %s\n", i+1, number[p.Thread], p.Channel, strings.ReplaceAll(p.Text, "\n", " | "))
	}
	return b.String()
}
