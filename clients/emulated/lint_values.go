package emulated

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// The lengths of a code verifier (RFC 7636 section 4.1).
const (
	shortestVerifier = 43
	longestVerifier  = 128
)

// words are the values that each field of Behaviour takes besides its zero
// value, by path; fields with open values are not in it.
var words = sync.OnceValues(func() (map[string][]string, error) { //nolint:gochecknoglobals // read once, never changed
	fields, err := quirk.Fields(reflect.TypeFor[Behaviour](), Source)
	out := map[string][]string{}
	for _, f := range fields {
		if len(f.Allowed) > 0 {
			out[f.Path] = f.Allowed
		}
	}
	return out, err
})

// checkValues reports words that a field does not know, and numbers out of
// range.
func (d *document) checkValues(v *Variant, n *variantNode) {
	allowed, err := words()
	if err != nil {
		d.problemf(1, "%s", err)
		return
	}
	for path, line := range n.lines {
		known, limited := allowed[path]
		if !limited {
			continue
		}
		for _, word := range texts(field(reflect.ValueOf(v.Behaviour), path)) {
			if word != "" && !slices.Contains(known, word) {
				d.problemf(line, "%s: unknown value %q: want one of %s", path, word, strings.Join(known, ", "))
			}
		}
	}
	d.checkOperator(v, n)
	if l := v.PKCE.VerifierLength; l != 0 && (l < shortestVerifier || l > longestVerifier) {
		d.problemf(n.line("pkce.verifierLength"), "pkce.verifierLength: %d is not between %d and %d (RFC 7636 section 4.1)",
			l, shortestVerifier, longestVerifier)
	}
}

// field is the value at a path that is known to exist.
func field(v reflect.Value, path string) reflect.Value {
	head, rest, more := strings.Cut(path, ".")
	for f, value := range v.Fields() {
		if tag, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); tag == head {
			if more {
				return field(value, rest)
			}
			return value
		}
	}
	return reflect.Value{}
}

// texts are a text, or the texts of a list.
func texts(v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Slice:
		var out []string
		for _, element := range v.Seq2() {
			out = append(out, element.String())
		}
		return out
	default:
		return nil
	}
}

// checkOperator reports words of the operator's registration that nobody
// knows.
func (d *document) checkOperator(v *Variant, n *variantNode) {
	o := v.Operator
	for _, field := range []struct {
		path, value string
		known       []string
	}{
		{"operator.authMethod", o.AuthMethod, []string{"none", string(AuthBasic), string(AuthPost)}},
		{"operator.applicationType", o.ApplicationType, []string{string(Native), string(Web)}},
		{"operator.credentials", string(o.Credentials), []string{string(CredentialsNowhere)}},
	} {
		if field.value != "" && !slices.Contains(field.known, field.value) {
			d.problemf(n.line(field.path), "%s: unknown value %q: want one of %s", field.path, field.value, strings.Join(field.known, ", "))
		}
	}
}
