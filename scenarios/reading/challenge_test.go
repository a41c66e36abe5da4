package reading

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func headers(values ...string) http.Header { return http.Header{"Www-Authenticate": values} }

// The odd forms are those that RFC 9110 section 11 allows, and what servers
// send in spite of it.
func TestChallengesAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header http.Header
		want   []Challenge
	}{
		"none":                    {headers(), nil},
		"empty":                   {headers("", " , ,"), nil},
		"scheme alone":            {headers("Negotiate"), []Challenge{{"Negotiate", map[string]string{}}}},
		"quoted":                  {headers(`Bearer realm="a b", scope="x y"`), []Challenge{{"Bearer", map[string]string{"realm": "a b", "scope": "x y"}}}},
		"token":                   {headers(`Bearer error=invalid_token,scope=read`), []Challenge{{"Bearer", map[string]string{"error": "invalid_token", "scope": "read"}}}},
		"escapes":                 {headers(`Bearer realm="say \"hi\" \\"`), []Challenge{{"Bearer", map[string]string{"realm": `say "hi" \`}}}},
		"commas in quotes":        {headers(`Bearer realm="a, Basic b=c"`), []Challenge{{"Bearer", map[string]string{"realm": "a, Basic b=c"}}}},
		"blanks around equals":    {headers("Bearer  realm \t= \"x\" ,\tscope=\"y\""), []Challenge{{"Bearer", map[string]string{"realm": "x", "scope": "y"}}}},
		"names in capitals":       {headers(`bearer SCOPE="x"`), []Challenge{{"bearer", map[string]string{"scope": "x"}}}},
		"first of two counts":     {headers(`Bearer scope="a", scope="b"`), []Challenge{{"Bearer", map[string]string{"scope": "a"}}}},
		"several in one header":   {headers(`Negotiate, Basic realm="x", Bearer scope="y"`), []Challenge{{"Negotiate", map[string]string{}}, {"Basic", map[string]string{"realm": "x"}}, {"Bearer", map[string]string{"scope": "y"}}}},
		"several headers":         {headers(`Basic realm="x"`, `Bearer scope="y"`), []Challenge{{"Basic", map[string]string{"realm": "x"}}, {"Bearer", map[string]string{"scope": "y"}}}},
		"token68":                 {headers(`Negotiate YIIabc==, Bearer scope="y"`), []Challenge{{"Negotiate", map[string]string{}}, {"YIIabc", map[string]string{}}, {"Bearer", map[string]string{"scope": "y"}}}},
		"quote that never ends":   {headers(`Bearer scope="x`), []Challenge{{"Bearer", map[string]string{"scope": "x"}}}},
		"backslash at the end":    {headers(`Bearer scope="x\`), []Challenge{{"Bearer", map[string]string{"scope": `x\`}}}},
		"parameter before scheme": {headers(`realm="x" Bearer`), []Challenge{{"realm", map[string]string{}}, {"x", map[string]string{}}, {"Bearer", map[string]string{}}}},
		"bytes that fit nowhere":  {headers("\x00Bearer scope=\"\xff\""), []Challenge{{"Bearer", map[string]string{"scope": "\xff"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, parseChallenges(c.header)); diff != "" {
				t.Errorf("%v (-want +got):\n%s", c.header, diff)
			}
		})
	}
}

func TestBearerOrDPoPIsChosen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, used, want string }{
		{`Basic realm="x", bEARER scope="y"`, "", "bEARER"},
		{`Negotiate, DPoP algs="ES256"`, "", "DPoP"},
		{`Bearer, DPoP error="invalid_token"`, "", "Bearer"},
		{`Bearer, DPoP error="invalid_token"`, "dpop", "DPoP"},
		{`DPoP, Bearer error="invalid_token"`, "Bearer", "Bearer"},
		{`DPoP`, "Bearer", "DPoP"},
		{`Basic realm="Bearer"`, "Basic", ""},
		{``, "", ""},
	} {
		got, ok := bearer(parseChallenges(headers(c.header)), c.used)
		if got.Scheme != c.want || ok != (c.want != "") {
			t.Errorf("%s after %q: %q, %t; want %q", c.header, c.used, got.Scheme, ok, c.want)
		}
	}
}

// FuzzChallenges holds the parser to an end, to bounded output, and to what it
// has read: a challenge that is written down again reads the same.
func FuzzChallenges(f *testing.F) {
	for _, seed := range []string{
		`Bearer realm="x", scope="a b"`, `Negotiate, Basic realm="x\"y", DPoP algs=ES256`, `Negotiate YII==`,
		`Bearer =`, `Bearer scope="`, `,,,`, "Bearer\tscope = \"x\" , a=b", `"`, `Bearer a="\`, "\x00=\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		all := parseChallenges(headers(header))
		size := 0
		for _, c := range all {
			if c.Scheme == "" || strings.IndexFunc(c.Scheme, func(r rune) bool { return r > 0x7e || !isToken(byte(r)) }) >= 0 {
				t.Fatalf("%q: scheme %q is no token", header, c.Scheme)
			}
			size += len(c.Scheme)
			for name, value := range c.Params {
				if name != strings.ToLower(name) {
					t.Fatalf("%q: name %q", header, name)
				}
				size += len(name) + len(value)
			}
		}
		if size > len(header) {
			t.Fatalf("%q: %d bytes out of %d", header, size, len(header))
		}
		if again := parseChallenges(headers(written(all))); cmp.Diff(all, again) != "" {
			t.Fatalf("%q is read as %v, and that as %v", header, all, again)
		}
	})
}

func written(all []Challenge) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var parts []string
	for _, c := range all {
		var params []string
		for name, value := range c.Params {
			params = append(params, name+`="`+escape.Replace(value)+`"`)
		}
		parts = append(parts, c.Scheme+" "+strings.Join(params, ", "))
	}
	return strings.Join(parts, ", ")
}
