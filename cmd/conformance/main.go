package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
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
	start := time.Now()
	results, err := e.all(ctx)
	if err != nil {
		return err
	}
	stale := reasons.explain(results)
	text := scoreboard(results, reasons, measured{on: start, took: time.Since(start)})
	if err := report.WriteFile(*doc, []byte(text)); err != nil {
		return err
	}
	e.say("%s; see %s", tally(results), *doc)
	return errors.Join(stale, unexplained(results))
}
