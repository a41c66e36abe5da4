package mutation

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Variation changes what no rule asks for.
type Variation struct {
	// Name is unique, area/what.
	Name string
	// Headers rewrites the names of headers in a file, nil for none.
	Headers func(string) string

	change func(*scene) bool
}

// Variations returns all of them.
func Variations() []Variation {
	return slices.Concat(legalParameters(), legalJSON(), legalHeaders(), legalScope(), legalFlow(), legalServers(), legalTraffic())
}

// Apply varies a copy of the recording; false where there is nothing to vary.
func (v Variation) Apply(rec *trace.Recording, rng *rand.Rand) (*trace.Recording, bool) {
	s := open(rec, rng)
	if !v.change(s) {
		return nil, false
	}
	return s.settle().Recording, true
}

// each applies a change to every exchange that satisfies the condition.
func each(condition func(*step) bool, change func(*scene, *step)) func(*scene) bool {
	return func(s *scene) bool {
		list := s.all(condition)
		for _, x := range list {
			change(s, x)
		}
		return len(list) > 0
	}
}

func returns(x *step) bool { return x.role == authorization && len(second(x.location())) > 0 }

func second(_ string, p pairs) pairs { return p }

func legalParameters() []Variation {
	shuffled := func(s *scene, p pairs) pairs {
		p = slices.Clone(p)
		s.rng.Shuffle(len(p), func(i, j int) { p[i], p[j] = p[j], p[i] })
		return p
	}
	return []Variation{
		{Name: "authorize/parameter-order", change: each(is(authorization), func(s *scene, x *step) { x.setQuery(shuffled(s, x.query())) })},
		{Name: "token/parameter-order", change: each(is(tokenRole), func(s *scene, x *step) { x.setForm(shuffled(s, x.form())) })},
		{Name: "callback/parameter-order", change: each(returns, func(s *scene, x *step) {
			base, back := x.location()
			x.setLocation(base, shuffled(s, back))
		})},
		{Name: "authorize/unknown-parameter", change: each(is(authorization), func(s *scene, x *step) {
			x.setQuery(x.query().plus("ui_locales", "en").plus("x_trace", s.hex(16)))
		})},
		{Name: "token/unknown-parameter", change: each(is(tokenRole), func(s *scene, x *step) {
			x.setForm(x.form().plus("x_trace", s.hex(16)))
		})},
		{Name: "callback/unknown-parameter", change: each(returns, func(s *scene, x *step) {
			base, back := x.location()
			x.setLocation(base, back.plus("session_state", s.hex(32)))
		})},
		{Name: "authorize/lower-case-escapes", change: escapes(is(authorization), lowerEscapes)},
		{Name: "token/lower-case-escapes", change: escapes(is(tokenRole), lowerEscapes)},
		{Name: "authorize/space-as-percent", change: escapes(is(authorization), spaces)},
		{Name: "token/space-as-percent", change: escapes(is(tokenRole), spaces)},
		{Name: "authorize/needless-escapes", change: escapes(is(authorization), needlessEscapes)},
		{Name: "token/needless-escapes", change: escapes(is(tokenRole), needlessEscapes)},
		{Name: "authorize/no-escapes", change: escapes(is(authorization), func(s string) string {
			return strings.NewReplacer("%3A", ":", "%2F", "/").Replace(s) // which a query may hold, RFC 3986 section 3.4
		})},
	}
}

// escapes rewrites how values are escaped, in queries, forms and redirects.
func escapes(condition func(*step) bool, rewrite func(string) string) func(*scene) bool {
	return each(condition, func(_ *scene, x *step) {
		if base, query, ok := strings.Cut(x.Request.URL, "?"); ok {
			x.Request.URL = base + "?" + rewrite(query)
		}
		if x.role == tokenRole {
			x.send(rewrite(x.Request.Body.Text))
		}
		if x.Response == nil {
			return
		}
		if base, query, ok := strings.Cut(x.Response.Header.Get("Location"), "?"); ok {
			x.Response.Header.Set("Location", base+"?"+rewrite(query))
		}
	})
}

func spaces(s string) string { return strings.ReplaceAll(s, "+", "%20") }

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// needlessEscapes escapes an unreserved character (RFC 3986 section 2.3); what
// is masked stays as it is.
func needlessEscapes(s string) string {
	parts := strings.Split(s, "&")
	for i, p := range parts {
		if name, value, ok := strings.Cut(p, "="); ok && !strings.HasPrefix(value, "masked.") {
			parts[i] = name + "=" + strings.ReplaceAll(value, "-", "%2D")
		}
	}
	return strings.Join(parts, "&")
}
