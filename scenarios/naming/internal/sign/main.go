// Command sign writes the signatures of known clients. It is run by go generate
// in package naming.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/naming"
	"github.com/mcpcompat/mcpcompat/scenarios/naming/internal/sample"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "sign:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("sign", flag.ContinueOnError)
	root := flags.String("root", "", "the repository")
	out := flags.String("out", "", "the file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *root == "" || *out == "" {
		return errors.New("-root and -out are required")
	}
	recorded, err := sample.Recordings(filepath.Join(*root, "testdata", "recordings"))
	if err != nil {
		return err
	}
	measured, err := sample.Results(*root)
	if err != nil {
		return err
	}
	const mode = 0o644 // a file for everybody
	return os.WriteFile(*out, render(naming.Sign(slices.Concat(recorded, measured))), mode)
}

// render writes one feature a line, so that a change shows as what it is.
func render(signatures []naming.Signature) []byte {
	var b bytes.Buffer
	b.WriteString("[")
	for i, s := range signatures {
		fmt.Fprintf(&b, "%s\n{\"client\": %s, \"recordings\": %d, \"features\": {", comma(i), quoted(s.Client), s.Recordings)
		for j, path := range slices.Sorted(maps.Keys(s.Features)) {
			fmt.Fprintf(&b, "%s\n %s: %s", comma(j), quoted(path), quoted(s.Features[path]))
		}
		b.WriteString("}}")
	}
	b.WriteString("\n]\n")
	return b.Bytes()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// quoted is a string, or a list of strings, as JSON.
func quoted(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) //nolint:forbidigo // strings and lists of strings are always JSON
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
