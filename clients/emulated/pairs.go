package emulated

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// pairs are parameters in the order in which they are sent: real clients are
// recognised by it, and url.Values would sort them.
type pairs [][2]string

// with returns the parameters and one more, unless its value is empty.
func (p pairs) with(name, value string) pairs {
	if value == "" {
		return p
	}
	return append(p, [2]string{name, value})
}

// ordered returns the parameters named by order first, then the others as
// they stand.
func (p pairs) ordered(order []string) pairs {
	out := slices.Clone(p)
	slices.SortStableFunc(out, func(a, b [2]string) int { return rank(order, a[0]) - rank(order, b[0]) })
	return out
}

// encode writes the parameters as a query or form.
func (p pairs) encode() string {
	var b strings.Builder
	for i, kv := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(kv[0]))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(kv[1]))
	}
	return b.String()
}

// member is a member of a JSON object whose order is kept.
type member struct {
	name  string
	value any
}

// encodeMembers writes an object with the members named by order first.
func encodeMembers(members []member, order []string) ([]byte, error) {
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b member) int { return rank(order, a.name) - rank(order, b.name) })
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func rank(order []string, name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}
