// Package params reads and writes the parameters of a query or a form. It keeps
// their order and their repetitions, which a map would lose.
package params

import (
	"net/url"
	"slices"
	"strings"
)

// Param is one name and value, decoded.
type Param struct{ Name, Value string }

// List are the parameters of a query or form, as they came.
//
//nolint:recvcheck // the methods that change the list need a pointer, and a value is what everybody reads
type List []Param

// Parse decodes a query string or form body. A part that cannot be decoded is
// kept as it came: it may be what went wrong.
func Parse(raw string) List {
	var out List
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, Param{decode(name), decode(value)})
	}
	return out
}

func decode(s string) string {
	if d, err := url.QueryUnescape(s); err == nil {
		return d
	}
	return s
}

// Get returns the first value of a name, "" when absent.
func (l List) Get(name string) string {
	if i := l.index(name); i >= 0 {
		return l[i].Value
	}
	return ""
}

// Has reports whether the name is present, even with an empty value.
func (l List) Has(name string) bool { return l.index(name) >= 0 }

// Count is how often the name is present.
func (l List) Count(name string) int { return len(l.All(name)) }

// All returns every value of a name in order.
func (l List) All(name string) []string {
	var out []string
	for _, p := range l {
		if p.Name == name {
			out = append(out, p.Value)
		}
	}
	return out
}

// Names returns the names in order, with repetitions.
func (l List) Names() []string {
	out := make([]string, 0, len(l))
	for _, p := range l {
		out = append(out, p.Name)
	}
	return out
}

// Set gives a name one value, in its place or at the end.
func (l *List) Set(name, value string) {
	if i := l.index(name); i >= 0 {
		(*l)[i].Value = value
		return
	}
	l.Add(name, value)
}

// Add appends a parameter.
func (l *List) Add(name, value string) { *l = append(*l, Param{name, value}) }

// Del takes out every parameter of a name.
func (l *List) Del(name string) {
	*l = slices.DeleteFunc(*l, func(p Param) bool { return p.Name == name })
}

// Encode writes the parameters as a query or form, in their order.
func (l List) Encode() string {
	parts := make([]string, len(l))
	for i, p := range l {
		parts[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(parts, "&")
}

func (l List) index(name string) int {
	return slices.IndexFunc(l, func(p Param) bool { return p.Name == name })
}
