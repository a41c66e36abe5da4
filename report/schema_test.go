package report

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

const schemaFile = "results.schema.json"

// resultsSchema derives the schema from the types, and adds what the types
// cannot say.
func resultsSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	words := func(list []string) *jsonschema.Schema {
		s := &jsonschema.Schema{Type: "string"}
		for _, w := range list {
			s.Enum = append(s.Enum, w)
		}
		return s
	}
	verdicts := make([]string, 0, len(Verdicts()))
	for _, v := range Verdicts() {
		verdicts = append(verdicts, string(v))
	}
	resumptions := make([]string, 0, len(Resumptions()))
	for _, r := range Resumptions() {
		resumptions = append(resumptions, string(r))
	}
	kinds := make([]string, 0, len(ObstacleKinds()))
	for _, k := range ObstacleKinds() {
		kinds = append(kinds, string(k))
	}
	s, err := jsonschema.For[Results](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Verdict]():      words(verdicts),
		reflect.TypeFor[Resumption]():   words(resumptions),
		reflect.TypeFor[ObstacleKind](): words(kinds),
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Results of mcpcompat"
	s.Description = "Generated from the Go types of package report (go test ./report -update)."
	schema := any(Schema)
	s.Properties["schema"] = &jsonschema.Schema{Type: "string", Const: &schema}
	s.Properties["date"].Pattern = `^\d{4}-\d{2}-\d{2}`
	lists(s)
	cell := s.Properties["cells"].Items
	cell.Properties["stage"] = words(append([]string{""}, Stages()...))
	cell.Properties["culprit"] = words(append([]string{""}, Culprits()...))
	return s
}

// lists takes null away from every list: the writer never writes it.
func lists(s *jsonschema.Schema) {
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	for _, p := range s.Properties {
		lists(p)
	}
	if s.Items != nil {
		lists(s.Items)
	}
}

func TestSchemaFileIsUpToDate(t *testing.T) {
	t.Parallel()
	got, err := json.MarshalIndent(resultsSchema(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := WriteFile(schemaFile, got); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is out of date; go test ./report -update writes it (-file +types):\n%s", schemaFile, diff)
	}
}

func TestResultsValidateAgainstTheSchemaFile(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	empty := sample()
	empty.Cells, empty.Skipped = nil, nil
	for name, r := range map[string]*Results{"sample": sample(), "empty": empty} {
		var b bytes.Buffer
		if err := Encode(&b, r); err != nil {
			t.Fatal(err)
		}
		if err := validate(resolved, b.String()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var b bytes.Buffer
	if err := Encode(&b, sample()); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"unknown verdict": {`"verdict": "known"`, `"verdict": "fine"`},
		"unknown stage":   {`"stage": "registration"`, `"stage": "door"`},
		"other schema":    {Schema, "mcpcompat/results/v0"},
		"unknown member":  {`"seed": 7`, `"seed": 7, "sead": 8`},
		"wrong type":      {`"seed": 7`, `"seed": "7"`},
		"null list":       {`"findings": []`, `"findings": null`},
	} {
		changed := strings.Replace(b.String(), change[0], change[1], 1)
		if changed == b.String() {
			t.Fatalf("%s: %q is not in the results", name, change[0])
		}
		if err := validate(resolved, changed); err == nil {
			t.Errorf("%s: valid", name)
		}
	}
}

func validate(s *jsonschema.Resolved, text string) error {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	return s.Validate(v)
}
