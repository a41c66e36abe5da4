package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/mcpcompat/mcpcompat/report"
)

// app is the command line with everything that it touches, so that a test can
// stand in for each part.
type app struct {
	engine   engine
	stdin    io.Reader
	stdout   terminal
	stderr   terminal
	accepted fs.FS // the accepted results that the program was built with
	environ  func(name string) string
	own      ownData
}

// terminal is a stream that may be a terminal.
type terminal struct {
	io.Writer

	tty    bool
	width  int // columns; 0 means that lines are not broken
	colour bool
}

func newApp(e engine) *app {
	return &app{
		engine:   e,
		stdin:    os.Stdin,
		stdout:   openTerminal(os.Stdout),
		stderr:   openTerminal(os.Stderr),
		accepted: report.AcceptedFiles(),
		environ:  os.Getenv,
	}
}

func openTerminal(f *os.File) terminal {
	t := terminal{Writer: f, tty: term.IsTerminal(int(f.Fd()))}
	if !t.tty {
		return t
	}
	t.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if width, _, err := term.GetSize(int(f.Fd())); err == nil {
		t.width = width
	}
	// COLUMNS is what a person sets to overrule the terminal's own word.
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		t.width = n
	}
	return t
}

func (t terminal) options() report.TextOptions {
	return report.TextOptions{Width: t.width, Colour: t.colour}
}

// main runs one command and returns the exit code.
func (a *app) main(ctx context.Context, args []string) int {
	cmd := a.root() //nolint:contextcheck // cobra hands the context to the commands
	// cobra takes nil for "look at os.Args".
	cmd.SetArgs(append([]string{}, args...))
	err := cmd.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if message := err.Error(); message != "" {
		fmt.Fprintf(a.stderr, "mcpcompat: %s\n", printable(message))
	}
	return exitCode(err)
}

// printable shows a control character, and one that changes the direction of
// what follows, as its escape: the name of a file may hold any. Lines are kept.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r != '\n' && r != '\t' && !strconv.IsPrint(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// The exit codes of every command.
const (
	exitOK     = 0
	exitFailed = 1  // a cell failed
	exitError  = 2  // usage or harness error
	exitCannot = 89 // the client driven is not available, or lacks a feature; see drive
)

// errFailed is wrapped when the command did its work and a cell failed.
var errFailed = errors.New("failed")

// errCannot is returned when the client could not be tried.
var errCannot = errors.New("")

func exitCode(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errCannot):
		return exitCannot
	default:
		return exitError
	}
}

// failure is an error whose message stands alone, without the word "failed".
type failure string

func (f failure) Error() string { return string(f) }
func (f failure) Unwrap() error { return errFailed }
