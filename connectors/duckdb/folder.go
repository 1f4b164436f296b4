//go:build !noduckdb

package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/plumbline-audit/plumbline/connectors"
)

func openDB(c *duckdb.Connector) *sql.DB { return sql.OpenDB(c) }

// reader says how files of an ending are read.
type reader struct{ ending, function, options string }

func readers() []reader {
	const csv, json = ", union_by_name = true, filename = false", ", union_by_name = true, format = 'newline_delimited'"
	return []reader{
		{".parquet", "read_parquet", ", union_by_name = true"},
		{".csv", "read_csv", csv},
		{".csv.gz", "read_csv", csv},
		{".ndjson", "read_json", json},
		{".ndjson.gz", "read_json", json},
		{".json", "read_json", ", union_by_name = true"},
		{".json.gz", "read_json", ", union_by_name = true"},
	}
}

// openFolder makes a view of each table's files in a database in memory. A table whose files cannot be read is left to
// fail when it is asked: the others are none the worse for it.
func openFolder(ctx context.Context, folder string, o Options) (connectors.Runner, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("open duckdb folder: %w", err)
	}
	tables, err := folderTables(folder)
	if err != nil {
		return nil, fmt.Errorf("open duckdb folder %s: %w", folder, err)
	}
	db, err := connect(ctx, "", "", o, func(c sessionConn) error {
		if err := c.exec(tables.schemas()...); err != nil {
			return err
		}
		for _, t := range tables {
			if err := c.exec(t.view()); err != nil {
				if err := c.exec(t.broken(err)); err != nil {
					return err
				}
			}
		}
		allowed := "SET allowed_directories = [" + Dialect().Literal(folder+string(filepath.Separator)) + "]"
		return c.exec(append([]string{allowed}, lockdown()...)...)
	})
	if err != nil {
		return nil, fmt.Errorf("open duckdb folder %s: %w", folder, err)
	}
	return connectors.SQL(db), nil
}

// folderTable is one table of a folder.
type folderTable struct {
	schema, name string
	files        []string
	reader       reader
}

type folderTableList []folderTable

// folderTables lists FOLDER/<schema>/<table>/ with the files of the ending most of them have.
func folderTables(folder string) (folderTableList, error) {
	schemas, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out folderTableList
	for _, schema := range schemas {
		if !schema.IsDir() || strings.HasPrefix(schema.Name(), ".") {
			continue
		}
		tables, err := os.ReadDir(filepath.Join(folder, schema.Name()))
		if err != nil {
			return nil, err
		}
		for _, table := range tables {
			if !table.IsDir() || strings.HasPrefix(table.Name(), ".") {
				continue
			}
			t, err := tableFiles(filepath.Join(folder, schema.Name(), table.Name()))
			if err != nil {
				return nil, err
			}
			t.schema, t.name = schema.Name(), table.Name()
			if len(t.files) > 0 {
				out = append(out, t)
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("it holds no <schema>/<table>/*.parquet, .csv, .ndjson or .json files")
	}
	return out, nil
}

func tableFiles(dir string) (folderTable, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return folderTable{}, err
	}
	byEnding := map[string][]string{}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		for _, r := range readers() {
			if strings.HasSuffix(name, r.ending) && !e.IsDir() && !strings.HasPrefix(name, ".") {
				byEnding[r.function+r.options] = append(byEnding[r.function+r.options], filepath.Join(dir, e.Name()))
			}
		}
	}
	if len(byEnding) > 1 {
		return folderTable{}, fmt.Errorf("%s holds files of several formats: keep one format to a table", dir)
	}
	for _, r := range readers() {
		if files := byEnding[r.function+r.options]; len(files) > 0 {
			slices.Sort(files)
			return folderTable{files: files, reader: r}, nil
		}
	}
	return folderTable{}, nil
}

func (l folderTableList) schemas() []string {
	var out []string
	for _, t := range l {
		if s := "CREATE SCHEMA IF NOT EXISTS " + Dialect().Quote(t.schema); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (t folderTable) relation() string {
	return Dialect().Quote(t.schema) + "." + Dialect().Quote(t.name)
}

func (t folderTable) view() string {
	files := make([]string, len(t.files))
	for i, f := range t.files {
		files[i] = Dialect().Literal(f)
	}
	return "CREATE VIEW " + t.relation() + " AS SELECT * FROM " + t.reader.function + "([" + strings.Join(files, ", ") + "]" +
		t.reader.options + ")"
}

// broken is a view of the layout's columns that says why its files cannot be read as soon as it is asked.
func (t folderTable) broken(err error) string {
	why := Dialect().Literal("the files of " + t.schema + "/" + t.name + " cannot be read: " + firstLine(err.Error()))
	return "CREATE VIEW " + t.relation() + " AS SELECT CAST(error(" + why + ") AS VARCHAR) AS id, " +
		"CAST(error(" + why + ") AS VARCHAR) AS event_text, CAST(error(" + why + ") AS TIMESTAMP) AS received_at FROM range(1)"
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
