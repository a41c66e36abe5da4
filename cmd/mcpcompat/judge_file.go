package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"golang.org/x/term"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/nearest"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// gcPercentReading keeps the memory that judge takes to about twice of what it
// holds; see gcPercent.
const gcPercentReading = 50

// standardInput stands for it on the command line.
const standardInput = "-"

func inputName(path string) string {
	if path == standardInput {
		return "standard input"
	}
	return path
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// maxNames is how many files of a folder are looked at for one of a similar name.
const maxNames = 10_000

// nearFile suggests a file for one that is missing, "" where none is near.
func nearFile(path string, err error) string {
	if !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return ": there is no folder " + filepath.Dir(path)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(maxNames)
	if err != nil {
		return ""
	}
	near := nearest.Names(filepath.Base(path), names)
	for i, name := range near {
		near[i] = filepath.Join(filepath.Dir(path), name)
	}
	if len(near) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(near, " or ") + "?"
}

// readRecording reads a recording or a HAR file; - is the standard input.
func (a *app) readRecording(path string) (*trace.Recording, error) {
	// The program lets garbage grow elsewhere; here what is read may be large.
	if was := debug.SetGCPercent(gcPercentReading); was >= 0 && was < gcPercentReading {
		debug.SetGCPercent(was)
	}
	in, name := a.stdin, inputName(path)
	if path == standardInput && isTerminal(in) {
		return nil, errors.New("judge: standard input is a terminal: name a file, or pipe one in")
	}
	if path != standardInput {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("judge: %w%s", err, nearFile(path, err))
		}
		defer f.Close()
		in = f
	}
	rec, err := reading.Import(in, name)
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, fmt.Errorf("judge: %s: %w", name, pathError.Err)
	}
	return rec, err
}
