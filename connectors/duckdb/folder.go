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
			if err := c.exec(t.create(o.Once)); err != nil {
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
	size         int64 // bytes of all files, as text
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
	size := int64(0)
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		for _, r := range readers() {
			if strings.HasSuffix(name, r.ending) && !e.IsDir() && !strings.HasPrefix(name, ".") {
				byEnding[r.function+r.options] = append(byEnding[r.function+r.options], filepath.Join(dir, e.Name()))
				size += textSize(e)
			}
		}
	}
	if len(byEnding) > 1 {
		return folderTable{}, fmt.Errorf("%s holds files of several formats: keep one format to a table", dir)
	}
	for _, r := range readers() {
		if files := byEnding[r.function+r.options]; len(files) > 0 {
			slices.Sort(files)
			return folderTable{files: files, reader: r, size: size}, nil
		}
	}
	return folderTable{}, nil
}

// textSize is about how many bytes a file holds; what cannot be told is taken for too many.
func textSize(e os.DirEntry) int64 {
	info, err := e.Info()
	switch {
	case err != nil:
		return small + 1
	case strings.HasSuffix(strings.ToLower(e.Name()), ".gz"):
		return 8 * info.Size()
	}
	return info.Size()
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

// small is how much text is kept in memory, rather than read and guessed at again by each statement.
const small = 64 << 20

// create makes the table of its files: as a view of them, or once and for all.
func (t folderTable) create(once bool) string {
	as := "VIEW"
	if once && t.size <= small && t.reader.function != "read_parquet" {
		as = "TABLE"
	}
	files := make([]string, len(t.files))
	for i, f := range t.files {
		files[i] = Dialect().Literal(f)
	}
	return "CREATE " + as + " " + t.relation() + " AS SELECT * FROM " + t.reader.function + "([" + strings.Join(files, ", ") + "]" +
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
