// Package sample collects what recordings of known clients show of their wire.
// It reads; what is made of it, package naming decides.
package sample

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/naming"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// Recordings reads id@version/name.har below a directory, in the order of the
// paths.
func Recordings(dir string) ([]naming.Sample, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*@*", "*.har"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no recordings", dir)
	}
	var out []naming.Sample
	for _, file := range files {
		rec, err := Read(file)
		if err != nil {
			return nil, err
		}
		out = append(out, naming.Sample{Client: filepath.Base(filepath.Dir(file)), Features: wire.Features(rec)})
	}
	return out, nil
}

// Read reads one HAR file.
func Read(file string) (*trace.Recording, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return reading.Import(f, file)
}

// Results takes the features of released clients from the results that the pages
// of the repository at root are made from. Those of emulations are left out:
// they show what a profile claims.
func Results(root string) ([]naming.Sample, error) {
	results, err := report.ReadPagesData(root)
	if err != nil {
		return nil, err
	}
	var out []naming.Sample
	for _, c := range results.Cells {
		if c.Released() && len(c.Features) > 0 {
			out = append(out, naming.Sample{Client: c.Client, Features: c.Features})
		}
	}
	return out, nil
}
