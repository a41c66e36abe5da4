package mutant

import (
	"net/url"
	"slices"
	"strings"
)

// Params are the parameters of a query or form, in order and with repetitions.
type Params [][2]string

// parseParams decodes a query or form; what cannot be decoded stays as it is.
func parseParams(raw string) Params {
	var out Params
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part != "" {
			out = append(out, [2]string{unescape(name), unescape(value)})
		}
	}
	return out
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// Get returns the first value of a name, "" when absent.
func (p *Params) Get(name string) string {
	if i := p.index(name); i >= 0 {
		return (*p)[i][1]
	}
	return ""
}

// Set gives a name one value, in its place or at the end.
func (p *Params) Set(name, value string) {
	if i := p.index(name); i >= 0 {
		(*p)[i][1] = value
		return
	}
	p.Add(name, value)
}

// Add appends a parameter.
func (p *Params) Add(name, value string) { *p = append(*p, [2]string{name, value}) }

// Del takes out every parameter of a name.
func (p *Params) Del(name string) {
	*p = slices.DeleteFunc(*p, func(kv [2]string) bool { return kv[0] == name })
}

func (p *Params) index(name string) int {
	return slices.IndexFunc(*p, func(kv [2]string) bool { return kv[0] == name })
}

func (p *Params) encode() string {
	parts := make([]string, len(*p))
	for i, kv := range *p {
		parts[i] = url.QueryEscape(kv[0]) + "=" + url.QueryEscape(kv[1])
	}
	return strings.Join(parts, "&")
}
