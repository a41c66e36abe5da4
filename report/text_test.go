package report

import "testing"

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ got, want string }{
		"wrap":             {wrap("one two three", "  ", 9), "  one two\n  three"},
		"wrap a long word": {wrap("a https://example.com/x b", "", 5), "a\nhttps://example.com/x\nb"},
		"wrap at any":      {wrap("one  two\nthree", "", 0), "one two three"},
		"wrap nothing":     {wrap(" ", "  ", 10), ""},
		"clip":             {clip("äöüß", 3), "äö…"},
		"clip to one":      {clip("abc", 1), "…"},
		"clip at any":      {clip("abc", 0), "abc"},
		"clip nothing":     {clip("abc", 3), "abc"},
		"sentence":         {sentence("it broke"), "it broke."},
		"sentence ends":    {sentence("why? "), "why?"},
		"sentence of none": {sentence(""), ""},
		"one line":         {oneLine("a\r\n\tb\x1b[1m\u202ec\xff"), "a b [1m c�"},
		"steady":           {steady("code masked.20.5f1c09ab1234 and ‹20 characters, 5f1c09ab›"), "code ‹secret› and ‹secret›"},
		"slug":             {slug("VSCode@1.107+port-taken/enterprise-"), "vscode-1.107-port-taken-enterprise"},
		"markdown":         {mdText("a|b*c_<d>&`e`[f](g)#h"), "a\\|b\\*c\\_&lt;d&gt;&amp;\\`e\\`\\[f\\](g)\\#h"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}

func TestWrapHardBreaksLongWordsOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                  "..",
		"a bc":              "..a bc",
		"> abcdefghijkl mn": "..> abcdef\n..ghijkl\n..mn",
		"abcdefgh ij":       "..abcdefgh\n..ij",
		"äöüäöüäöüä":        "..äöüäöüäö\n..üä",
	} {
		if got := wrapHard(text, "..", 10); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got := wrapHard(text, "..", 0); got != wrap(text, "..", 0) {
			t.Errorf("%q without a width: %q", text, got)
		}
	}
}
