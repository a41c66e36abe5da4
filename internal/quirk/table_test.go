package quirk

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	goodWords = "verbs: {off: gone}\nprotocol: [plain]\nnames: [page]\nsynonyms: {none: off}\n"
	goodRows  = `side: server
group: server
settings:
  - path: a.b
    is: What it is.
    default: there is one
    defaultWord: S256
    values: {off: there is none, plain: a plain one}
    formerly: {no: off}
  - path: c
    is: Another.
    default: nothing
    values: {page: a page}
    takes: a URL
    means: this URL counts
`
)

func parse(words, rows string) (*table, error) {
	return readTable(fstest.MapFS{wordsFile: {Data: []byte(words)}, "rows.yaml": {Data: []byte(rows)}})
}

func TestTheTableIsReadStrictly(t *testing.T) {
	t.Parallel()
	if _, err := parse(goodWords, goodRows); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown key", "default: nothing", "default: nothing\n    cost: 1", "rows.yaml:13:5: unknown key"},
		{"no sentence", "is: Another.", "is: Another", "rows.yaml:10:11: c: want a path, and a sentence"},
		{"no default", "default: nothing", "default: \"\"", "rows.yaml:12:14: c: want a clause without a full stop"},
		{"a sentence for a clause", "a plain one", "A plain one.", "plain: want a clause without a full stop"},
		{"nothing that it takes", "    values: {page: a page}\n    takes: a URL\n    means: this URL counts\n", "", "want values, or takes and means"},
		{"takes without a meaning", "    means: this URL counts\n", "", "want values, or takes and means"},
		{"a word outside the list", "page: a page", "leaf: a leaf", `rows.yaml:13:13: c: "leaf" is not in words.yaml`},
		{"a synonym", "off: there is none", "none: there is none", `a.b: "none": write "off"`},
		{"a row twice", "path: c", "path: a.b", "a second row for this setting"},
		{"the default as a value", "defaultWord: S256", "defaultWord: plain", `"plain" is a value`},
		{"a former word of nothing", "{no: off}", "{no: on}", "no: want a word that was a value"},
		{"no side", "side: server\n", "", "whose settings these are"},
		{"a value that is no clause", "a plain one", "[1]", "want a word and a clause"},
	} {
		rows := strings.Replace(goodRows, test.old, test.new, 1)
		if _, err := parse(goodWords, rows); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", test.name, err, test.want)
		}
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"a word twice", "names: [page]", "names: [page, plain]", `"plain" is there twice`},
		{"a word of no setting", "names: [page]", "names: [page, leaf]", `"leaf" is the value of no setting`},
		{"a synonym that is a word", "none: off", "page: off", `synonym "page" of "off"`},
		{"a synonym of nothing", "none: off", "none: leaf", `synonym "none" of "leaf"`},
		{"unknown key", "names:", "nouns:", "words.yaml:3:1: unknown key"},
	} {
		words := strings.Replace(goodWords, test.old, test.new, 1)
		if _, err := parse(words, goodRows); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestWhatARowRefuses(t *testing.T) {
	t.Parallel()
	table, err := parse(goodWords, goodRows)
	if err != nil {
		t.Fatal(err)
	}
	closed, open := table.rows["server.a.b"], table.rows["server.c"]
	for word, want := range map[string]string{
		"off":   "",
		"plian": `unknown value "plian" (did you mean "plain"?): want one of off, plain; leave it out for the default: there is one`,
		"none":  `unknown value "none" (did you mean "off"?)`,
		"S256":  `"S256" is the default: leave it out`,
		"on":    `"on" is the default: leave it out`,
		"":      "an empty value: want one of off, plain",
	} {
		if got := table.refuses(closed, word); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
	if got := table.refuses(open, "https://a.example"); got != "" {
		t.Errorf("an open setting refuses: %s", got)
	}
}

// The closed list stays closed: a new word needs a reason to be in it.
func TestTheListOfWordsDoesNotGrowUnseen(t *testing.T) {
	t.Parallel()
	rows, err := Rows()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, r := range rows {
		for _, v := range r.Values {
			words[v.Word] = true
		}
	}
	const most = 190 // Look for a word that says it already before this number grows.
	if got := len(words); got > most {
		t.Error(fmt.Sprint(got, " words for ", len(rows), " settings, want at most ", most))
	}
}
