package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestWriteThenRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out", "results.json")
	for range 2 { // the second time it replaces the first
		if err := Write(path, sample()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("read differs from written (-want +got):\n%s", diff)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("left beside the results: %v, %v", files, err)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Encode(&b, sample()); err != nil {
		t.Fatal(err)
	}
	good := b.String()
	for name, c := range map[string]struct{ text, want string }{
		"an empty file":         {"", "truncated"},
		"a truncated file":      {good[:len(good)/2], "truncated"},
		"no JSON":               {"# results", "no JSON"},
		"another kind of value": {"[1]", "cannot unmarshal"},
		"another schema":        {strings.Replace(good, Schema, "mcpcompat/results/v9", 1), `"mcpcompat/results/v9", and this program reads "mcpcompat/results/v1"`},
		"no schema":             {"{}", `the schema is ""`},
		"an unknown member":     {strings.Replace(good, `"seed"`, `"sead"`, 1), `unknown field "sead"`},
		"a second value":        {good + "{}", "invalid character '{' after top-level value"},
		"an unknown verdict":    {strings.Replace(good, `"verdict": "pass"`, `"verdict": "green"`, 1), `verdict "green" is none of pass, refused`},
		"an unknown stage":      {strings.Replace(good, `"stage": "registration"`, `"stage": "porch"`, 1), `stage "porch" is none of challenge`},
		"an unknown culprit":    {strings.Replace(good, `"culprit": "harness"`, `"culprit": "me"`, 1), `culprit "me" is none of client`},
		"a path outside":        {strings.Replace(good, `"cells/vscode/`, `"../../vscode/`, 1), "is not beside the results"},
		"a bad date":            {strings.Replace(good, "2026-11-21", "yesterday", 1), `date "yesterday"`},
		"a cell twice":          {strings.Replace(good, `"deployment": "mix-up"`, `"deployment": "reference"`, 1), "is there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "results.json")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := Read(path)
			if err == nil {
				t.Fatalf("read: %+v", r)
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %q, want it to name %s and to say %q", err, path, c.want)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "absent.json")); !os.IsNotExist(unwrapped(err)) {
		t.Errorf("absent file: %v", err)
	}
}

func unwrapped(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if os.IsNotExist(err) {
			return err
		}
		err = u.Unwrap()
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "results.json")
	bad := sample()
	bad.Cells[0].Scenarios = []Scenario{
		{ID: "C.1", Verdict: Pass, Findings: []Finding{{Check: "a/b", Verdict: "fine"}}},
		{ID: "C.1", Verdict: "good"},
	}
	bad.Cells[1].Client = ""
	bad.Revision = ""
	err := Write(path, bad)
	if err == nil {
		t.Fatal("written")
	}
	for _, want := range []string{"check a/b", "scenario C.1 is there twice", `verdict "good"`, "no client", "no revision"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file was left behind: %v", err)
	}
}

func TestWriteFileLeavesTheOldFileWhenItFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// A folder in the place of the file cannot be replaced by a file.
	path := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := WriteFile(path, []byte("x"))
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error: %v", err)
	}
	if err := WriteFile(os.DevNull, []byte("x")); err == nil {
		t.Errorf("%s was replaced", os.DevNull)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "taken" {
		t.Errorf("left: %v, %v", files, err)
	}
}
