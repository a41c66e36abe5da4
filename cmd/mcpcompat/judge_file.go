package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
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

// readRecording reads a recording or a HAR file; - is the standard input.
func (a *app) readRecording(path string) (*trace.Recording, error) {
	// The program lets garbage grow elsewhere; here what is read may be large.
	if was := debug.SetGCPercent(gcPercentReading); was >= 0 && was < gcPercentReading {
		debug.SetGCPercent(was)
	}
	in, name := a.stdin, inputName(path)
	if path != standardInput {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("judge: %w", err)
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
