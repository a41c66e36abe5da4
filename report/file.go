package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxFile is the largest results file that is read, in bytes. A matrix of
// 10,000 cells stays below a fifth of it.
const MaxFile = 512 << 20

// Read reads a results file strictly: an unknown member, a truncated file, an
// unknown verdict or another schema is an error that names the file.
func Read(path string) (*Results, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	defer f.Close()
	return Decode(path, f)
}

// Decode is [Read] for a stream; name is used in errors.
func Decode(name string, in io.Reader) (*Results, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, MaxFile)
	}
	if err := checkSchema(name, data); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var r Results
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: something follows the results at byte %d", name, dec.InputOffset())
	}
	if err := r.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r, nil
}

// checkSchema looks at the schema before anything else, so that a file of
// another version is told apart from a broken one.
func checkSchema(name string, data []byte) error {
	var head struct {
		Schema string `json:"schema"`
	}
	err := json.Unmarshal(data, &head)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		if syntax.Offset >= int64(len(data)) {
			return fmt.Errorf("%s: truncated: the JSON ends too early, at byte %d", name, len(data))
		}
		return fmt.Errorf("%s: no JSON: %w (byte %d)", name, err, syntax.Offset)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if head.Schema != Schema {
		return fmt.Errorf("%s: the schema is %q, and this program reads %q", name, head.Schema, Schema)
	}
	return nil
}

// Encode writes the results as JSON. Equal results give equal bytes.
func Encode(out io.Writer, r *Results) error {
	if err := r.Validate(); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r.withoutNulls()); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// withoutNulls returns r with empty lists in place of absent ones: the schema
// promises lists.
func (r *Results) withoutNulls() *Results {
	c := *r
	c.Cells = append(make([]Cell, 0, len(r.Cells)), r.Cells...)
	for i := range c.Cells {
		cell := &c.Cells[i]
		cell.Scenarios = append(make([]Scenario, 0, len(cell.Scenarios)), cell.Scenarios...)
		for j := range cell.Scenarios {
			if s := &cell.Scenarios[j]; s.Findings == nil {
				s.Findings = []Finding{}
			}
		}
	}
	return &c
}

// Write replaces the results file as a whole: a reader sees the old results or
// the new ones, never a part.
func Write(path string, r *Results) error {
	var b bytes.Buffer
	if err := Encode(&b, r); err != nil {
		return err
	}
	return WriteFile(path, b.Bytes())
}

// WriteFile replaces a file as a whole and makes the folders on the way.
func WriteFile(path string, data []byte) (err error) {
	// Replacing a device or a pipe would do harm that nobody asked for.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %s: it is there already and is no file", path)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports are for everybody to read
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write %s: %w", path, err), ignoreMissing(os.Remove(f.Name())))
		}
	}()
	_, writeErr := f.Write(data)
	if err := errors.Join(writeErr, f.Close()); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil { //nolint:gosec // reports are for everybody to read
		return err
	}
	return os.Rename(f.Name(), path)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
