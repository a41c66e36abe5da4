// Command page writes the law book as a Markdown page. It is run by go generate
// in package requirement.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("page", flag.ContinueOnError)
	out := flags.String("out", "", "the file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("-out is required")
	}
	book, err := requirement.Default()
	if err != nil {
		return err
	}
	const mode = 0o644 // a page for everybody
	return os.WriteFile(*out, []byte(render(book)), mode)
}
