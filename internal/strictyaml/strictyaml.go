// Package strictyaml reads YAML files whose every key must be known. Errors
// name file, line and column, and all that is wrong with a file is said at once.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// ReadFile decodes the file into v. An unknown key, a duplicate key, a value of
// the wrong type, an empty file and a second document are errors.
func ReadFile(fsys fs.FS, name string, v any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	return Decode(name, data, v)
}

// Decode is ReadFile for bytes already at hand; name is used in errors. The
// error joins all problems in the order of the file. [Filled] tells whether v
// was filled nevertheless.
func Decode(name string, data []byte, v any) error {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return positioned(name, err)
	}
	switch {
	case len(file.Docs) == 0 || file.Docs[0].Body == nil:
		return fmt.Errorf("%s: the file is empty", name)
	case len(file.Docs) > 1:
		return fmt.Errorf("%s: more than one document in the file", name)
	}
	w := walker{}
	w.walk(file.Docs[0].Body, reflect.TypeOf(v).Elem())
	if len(w.problems) == 0 {
		return positioned(name, yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(v))
	}
	filled := !w.mistyped && yaml.NewDecoder(bytes.NewReader(data), yaml.AllowDuplicateMapKey()).Decode(v) == nil
	return &problems{error: w.join(name), list: w.problems, filled: filled}
}

// Filled tells whether a value holds what could be read although Decode
// returned this error: keys were unknown or given twice, and nothing was of
// the wrong type. A caller may then go on to look for further problems.
func Filled(err error) bool {
	p, ok := errors.AsType[*problems](err)
	return err == nil || ok && p.filled
}

// Problem is one thing that is wrong with a file, and where; lines and columns
// count from 1.
type Problem struct {
	Line, Column int
	Text         string
}

// Problems lists the parts of an error of Decode in the order of the file, for
// callers that find further ones; nil for an error that ended the reading.
func Problems(err error) []Problem {
	if p, ok := errors.AsType[*problems](err); ok {
		return p.list
	}
	return nil
}

// problems is everything that is wrong with the keys and values of a file.
type problems struct {
	error

	list   []Problem
	filled bool
}

// Unwrap lets the parts of the joined error be seen.
func (p *problems) Unwrap() error { return p.error }

func positioned(name string, err error) error {
	if err == nil {
		return nil
	}
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		p := ye.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", name, p.Line, p.Column, ye.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}
