package variation_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/internal/variation"
)

const document = `{"issuer":"https://as.example","list":["a","b"],"none":null}`

func TestPlainSeedsChangeNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []variation.Seed{0, 1} {
		if got := s.Pick("path", "/a", "/b", "/c"); got != "/a" {
			t.Errorf("seed %d picks %s", s, got)
		}
		if got := string(s.Object("doc", []byte(document))); got != document {
			t.Errorf("seed %d writes %s", s, got)
		}
		if got := string(s.Respace("doc", []byte(document))); got != document {
			t.Errorf("seed %d writes %s", s, got)
		}
		if got := s.Challenge("Bearer", variation.Param{Name: "a", Value: "b"}, variation.Param{Name: "c", Value: "d e"}); got != `Bearer a="b", c="d e"` {
			t.Errorf("seed %d writes %s", s, got)
		}
	}
}

func TestSeedsVaryTheFormAndKeepTheMeaning(t *testing.T) {
	t.Parallel()
	var forms, paths, challenges []string
	note := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for s := variation.Seed(2); s < 60; s++ {
		got := s.Object("doc", []byte(document))
		var m map[string]json.RawMessage
		if err := json.Unmarshal(got, &m); err != nil {
			t.Fatalf("seed %d: %v: %s", s, err, got)
		}
		if string(m["issuer"]) != `"https://as.example"` || string(m["list"]) != `["a","b"]` || string(m["none"]) != "null" || len(m) != 4 {
			t.Errorf("seed %d: %s", s, got)
		}
		if again := s.Object("doc", []byte(document)); !bytes.Equal(again, got) {
			t.Errorf("seed %d: %s, then %s", s, got, again)
		}
		if strings.Contains(string(s.Respace("doc", []byte(document))), "x_unknown") {
			t.Errorf("seed %d adds a member where none may be", s)
		}
		note(&forms, string(got))
		note(&paths, s.Pick("path", "/a", "/b", "/c"))
		challenge := s.Challenge("Bearer", variation.Param{Name: "error", Value: "invalid_token"}, variation.Param{Name: "scope", Value: "a b"})
		if !strings.EqualFold(challenge[:7], "bearer ") || !strings.Contains(strings.ReplaceAll(challenge, `\`, ""), `"a b"`) {
			t.Errorf("seed %d: %s", s, challenge)
		}
		note(&challenges, challenge)
	}
	if len(forms) < 10 || len(paths) != 3 || len(challenges) < 10 {
		t.Errorf("%d documents, paths %v, %d challenges", len(forms), paths, len(challenges))
	}
}

func TestWhatCannotBeVariedStays(t *testing.T) {
	t.Parallel()
	const seed variation.Seed = 7
	for _, s := range []string{"", "[1]", "<p>", `"text"`, "null", `{"a":`} {
		if got := string(seed.Object("doc", []byte(s))); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	if got := seed.Challenge("Negotiate"); got != "Negotiate" {
		t.Errorf("a bare scheme became %q", got)
	}
}
