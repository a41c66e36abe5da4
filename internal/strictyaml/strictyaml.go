// Package strictyaml reads YAML files whose every key must be known. Errors
// name file, line and column.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
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

// Decode is ReadFile for bytes already at hand; name is used in errors.
func Decode(name string, data []byte, v any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := dec.Decode(v); err != nil {
		var ye yaml.Error
		if errors.As(err, &ye) && ye.GetToken() != nil {
			p := ye.GetToken().Position
			return fmt.Errorf("%s:%d:%d: %s", name, p.Line, p.Column, ye.GetMessage())
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	var more any
	if err := dec.Decode(&more); err == nil {
		return fmt.Errorf("%s: more than one document in the file", name)
	}
	return nil
}
