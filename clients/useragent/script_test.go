package useragent

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestBuiltinScripts(t *testing.T) {
	t.Parallel()
	ids, err := IDs()
	if err != nil || len(ids) < 2 {
		t.Fatalf("scripts %q, %v", ids, err)
	}
	for _, id := range ids {
		if s, err := Find(id); err != nil || s.ID != id {
			t.Errorf("%s: %+v, %v", id, s, err)
		}
	}
	for _, id := range []string{"keycloak", "", "../doc"} {
		if _, err := Find(id); err == nil || !strings.Contains(err.Error(), "reference") {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestScriptsThatCannotBe(t *testing.T) {
	t.Parallel()
	const good = "id: x\ndescription: y\nsteps: [{name: a, match: {element: '#a'}, actions: [{click: '#a'}]}]\n"
	for name, c := range map[string]struct{ text, words string }{
		"good":            {good, ""},
		"unknown key":     {strings.Replace(good, "actions", "action", 1), "mine.yaml:3"},
		"no id":           {strings.Replace(good, "id: x", "id: ''", 1), "id is missing"},
		"no description":  {strings.Replace(good, "description: y", "description: ''", 1), "description is missing"},
		"no steps":        {"id: x\ndescription: y\nsteps: []\n", "no steps"},
		"no name":         {strings.Replace(good, "name: a", "name: ''", 1), "step 1 (): name is missing"},
		"no match":        {strings.Replace(good, "match: {element: '#a'}", "match: {}", 1), "match is missing"},
		"bad path":        {strings.Replace(good, "element: '#a'", "path: '['", 1), "match.path"},
		"bad element":     {strings.Replace(good, "element: '#a'", "element: 'a > b'", 1), `cannot read " > b"`},
		"bad click":       {strings.Replace(good, "click: '#a'", "click: 'div:hover'", 1), "cannot read"},
		"no actions":      {strings.Replace(good, "actions: [{click: '#a'}]", "allow: [{click: '#a'}]", 1), "nothing is done to deny"},
		"fill and click":  {strings.Replace(good, "{click: '#a'}", "{click: '#a', fill: '#b'}", 1), "either fill or click"},
		"click and value": {strings.Replace(good, "{click: '#a'}", "{click: '#a', value: x}", 1), "belong to fill"},
		"value, secret":   {strings.Replace(good, "{click: '#a'}", "{fill: '#a', value: x, secret: username}", 1), "not both"},
		"unknown secret":  {strings.Replace(good, "{click: '#a'}", "{fill: '#a', secret: pin}", 1), `unknown secret "pin"`},
	} {
		file := filepath.Join(t.TempDir(), "mine.yaml")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := ReadScript(file)
		switch {
		case c.words == "":
			if err != nil || s.ID != "x" {
				t.Errorf("%s: %+v, %v", name, s, err)
			}
		case err == nil || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), "mine.yaml"):
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadScript(filepath.Join(t.TempDir(), "none.yaml")); err == nil {
		t.Error("a file that does not exist was read")
	}
	if _, err := NewHTTP(Options{Script: &Script{ID: "x"}}); err == nil {
		t.Error("a script without steps was accepted")
	}
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	root, err := html.Parse(strings.NewReader(`<form id="f" class="a b"><input name="login" value="x">
		<button type="submit" id="go">Go</button></form><a id="away" href="/interaction/1/abort">x</a>`))
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{
		"#f": "f", "form": "f", ".b": "f", "form.a.b": "f", ".c": "", "#go, #f": "f", "button[type=submit]": "go",
		"a[href$='/abort']": "away", `a[href^="/inter"]`: "away", "a[href^='']": "", "[href]": "away", "a[href~=x]": "", "#nothing": "",
		"input[name=login],button": "-",
	} {
		sel, err := parseSelector(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		id := ""
		if n := sel.find(root); n != nil {
			if v, ok := attr(n, "id"); ok {
				id = v
			} else {
				id = "-"
			}
		}
		if id != want {
			t.Errorf("%s found %q, not %q", s, id, want)
		}
	}
	for _, s := range []string{"", "#", "a b", "a,", "[x=]", "a:hover", "*"} {
		if _, err := parseSelector(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}
