package reading

import (
	"net/url"
	"strings"
)

// Param is one name and value of a query or form, decoded.
type Param struct{ Name, Value string }

// Params keeps the order and the repetitions of a query or form, which a map
// would lose.
type Params []Param

// ParseParams decodes a query string or form body. A part that cannot be
// decoded is kept as it came: the judge must see it, not skip it.
func ParseParams(raw string) Params {
	var out Params
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
func (p Params) Get(name string) string {
	for _, q := range p {
		if q.Name == name {
			return q.Value
		}
	}
	return ""
}

// Has reports whether the name is present, even with an empty value.
func (p Params) Has(name string) bool { return p.Count(name) > 0 }

// Count is how often the name is present.
func (p Params) Count(name string) int {
	n := 0
	for _, q := range p {
		if q.Name == name {
			n++
		}
	}
	return n
}

// All returns every value of a name in order.
func (p Params) All(name string) []string {
	var out []string
	for _, q := range p {
		if q.Name == name {
			out = append(out, q.Value)
		}
	}
	return out
}
