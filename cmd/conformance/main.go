package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mcpcompat/mcpcompat/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// errNotGreen is wrapped when the suite ran and we did not pass.
var errNotGreen = errors.New("not green")

func command(ctx context.Context, args []string, stderr io.Writer) int {
	err := examine(ctx, args, stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errNotGreen):
		fmt.Fprintln(stderr, "conformance:", err)
		return 1
	default:
		fmt.Fprintln(stderr, "conformance:", err)
		return 2
	}
}

func examine(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	program := flags.String("mcpcompat", "bin/mcpcompat", "the `program` under test")
	out := flags.String("out", "out/conformance", "`folder` for what the suite leaves behind")
	doc := flags.String("doc", "docs/conformance.md", "`file` for the scoreboard")
	released := flags.Bool("released", false, "examine the released clients instead of our own programs")
	only := flags.String("clients", "", "with -released: only these, by `id`, separated by commas; nothing is written to the document")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	reasons, err := readReasons()
	if err != nil {
		return err
	}
	e := &examination{say: func(format string, args ...any) { fmt.Fprintf(stderr, "conformance: "+format+"\n", args...) }}
	if e.program, err = filepath.Abs(*program); err != nil {
		return err
	}
	if _, err := os.Stat(e.program); err != nil {
		return fmt.Errorf("the program under test: %w (make build builds it)", err)
	}
	if e.out, err = filepath.Abs(*out); err != nil {
		return err
	}
	switch {
	case *released:
		return e.writeReleased(ctx, reasons.of(true), *doc, *only)
	case *only != "":
		return errors.New("-clients belongs to -released")
	}
	return e.write(ctx, reasons.of(false), *doc)
}

// write examines our own programs and writes their part of the document.
func (e *examination) write(ctx context.Context, reasons reasons, doc string) error {
	start := time.Now()
	results, err := e.all(ctx)
	if err != nil {
		return err
	}
	stale := reasons.explain(results)
	text := scoreboard(results, reasons, measured{on: start, took: time.Since(start)})
	if err := replacePart(doc, text, false); err != nil {
		return err
	}
	e.say("%s; see %s", tally(results), doc)
	return errors.Join(stale, unexplained(results))
}

// writeReleased examines the released clients and writes their part. A client
// that fails is a result; a reason that nothing needs any more is an error.
func (e *examination) writeReleased(ctx context.Context, reasons reasons, doc, only string) error {
	start := time.Now()
	names := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	all, tries, err := e.released(ctx, names)
	if err != nil {
		return err
	}
	var results []result
	for _, one := range all {
		results = append(results, one.results...)
	}
	stale := reasons.explain(results)
	text := releasedBoard(all, tries, reasons, measured{on: start, took: time.Since(start)})
	if len(names) > 0 {
		e.say("%s\n%s", tally(results), text)
		return nil
	}
	if err := replacePart(doc, text, true); err != nil {
		return err
	}
	e.say("%s; see %s", tally(results), doc)
	return stale
}

// replacePart writes one part of the document and keeps the other.
func replacePart(doc, text string, released bool) error {
	old, err := os.ReadFile(doc)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return report.WriteFile(doc, []byte(joined(string(old), text, released)))
}
