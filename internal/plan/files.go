package plan

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Read reads the plan at path: one file, or a folder whose .json, .yaml, .yml, .csv and .tsv files make up one plan
// together, such as the pages of an API. The format is recognised by content. The error is an Errors that holds every
// mistake, or says which file could not be opened.
func Read(path string) (*Plan, error) {
	reading, err := ReadFiles(path)
	if err != nil {
		return nil, err
	}
	return reading.Plan, nil
}

// ReadFiles reads one plan from files and folders, as Read does, and tells what of them the plan does not keep.
func ReadFiles(paths ...string) (*Reading, error) {
	r := newReader()
	n := 0
	for _, path := range paths {
		files, inside, err := planFiles(path)
		if err != nil {
			return nil, err
		}
		for _, dir := range inside {
			r.losses = append(r.losses, Loss{What: "folders in the folder", Why: "only the files directly in it are read: name each folder", Where: dir})
		}
		for _, f := range files {
			data, err := readFile(f)
			if err != nil {
				return nil, err
			}
			r.read(f, data)
			n++
		}
	}
	p, err := r.finish()
	if err != nil {
		return nil, err
	}
	return &Reading{Plan: p, Formats: r.formats, Files: n, Losses: r.lost(), Doubts: r.doubts}, nil
}

// maxFile is how large a file may be: Segment's largest plans have some 15 MB.
const maxFile = 100 << 20

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	if len(data) > maxFile {
		return nil, Errors{mistake(Pos{File: file, Line: 1, Col: 1}, CodeTooLarge, "the file is larger than 100 MB", "is it a plan? If so, split it into several files")}
	}
	return data, nil
}

// planFiles lists the files of a plan in the order of their names, and the folders among them, which are not read.
func planFiles(path string) (files, inside []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("find the plan: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, nil, fmt.Errorf("list the plan's folder: %w", err)
	}
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			inside = append(inside, filepath.Join(path, e.Name()))
		}
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && slices.Contains([]string{".json", ".yaml", ".yml", ".csv", ".tsv"}, ext) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, nil, fmt.Errorf("read the plan: the folder %s holds no .json, .yaml, .yml, .csv or .tsv file", path)
	}
	return files, inside, nil
}

// text says whether the file is text that can be read, and records the mistake when it is not.
func (r *reader) text() bool {
	if utf8.Valid(r.data) {
		return true
	}
	at := 0
	for at < len(r.data) {
		c, size := utf8.DecodeRune(r.data[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	line := 1 + bytes.Count(r.data[:at], []byte("\n"))
	col := utf8.RuneCount(r.data[bytes.LastIndexByte(r.data[:at], '\n')+1:at]) + 1
	what, todo := "the file is not UTF-8 here", "save it as UTF-8"
	switch {
	case bytes.HasPrefix(r.data, []byte("\xff\xfe")), bytes.HasPrefix(r.data, []byte("\xfe\xff")):
		what = "the file is UTF-16"
	case bytes.HasPrefix(r.data, []byte("PK\x03\x04")):
		what, todo = "the file is a workbook or an archive", "save the sheet as CSV UTF-8, or unpack the archive"
		line, col, at = 1, 1, 0
	}
	r.fail(&node{line: line, col: col, from: at}, CodeEncoding, what, todo)
	return false
}
