package variation

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Seed is where variations come from. It is safe for concurrent use.
type Seed int64

// Plain reports whether nothing is varied.
func (s Seed) Plain() bool { return s == 0 || s == 1 }

// rng draws for one question. Each question has a generator of its own, so that
// a new question changes no other answer.
func (s Seed) rng(question string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(question))                   // a hash never fails
	return rand.New(rand.NewPCG(uint64(s), h.Sum64())) //nolint:gosec // no secret is drawn from it
}

// Pick answers a question with one of the alternatives, or the plain one.
func (s Seed) Pick(question, plain string, others ...string) string {
	if s.Plain() {
		return plain
	}
	all := append([]string{plain}, others...)
	return all[s.rng(question).IntN(len(all))]
}

// Object rewrites a JSON object: its members in another order, other spacing,
// and one more member, which readers must ignore. What is no object stays as it
// is.
func (s Seed) Object(question string, document []byte) []byte {
	if s.Plain() {
		return document
	}
	return s.rewrite(question, document, true)
}

// Respace is Object without the additional member, for documents that are not
// open to one.
func (s Seed) Respace(question string, document []byte) []byte {
	if s.Plain() {
		return document
	}
	return s.rewrite(question, document, false)
}

func (s Seed) rewrite(question string, document []byte, extra bool) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(document, &members) != nil || members == nil {
		return document
	}
	if extra {
		members["x_unknown"] = json.RawMessage(`{"issuer":"https://other.example","list":[1,null,"é\/"]}`)
	}
	rng := s.rng(question)
	names := slices.Sorted(maps.Keys(members))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	space := []string{"", " ", "\n\t"}[rng.IntN(3)]
	var b bytes.Buffer
	b.WriteString("{")
	for i, name := range names {
		if i > 0 {
			b.WriteString(",")
		}
		key, err := json.Marshal(name)
		if err != nil {
			return document
		}
		b.WriteString(space + string(key) + space + ":" + space)
		b.Write(members[name])
	}
	b.WriteString(space + "}")
	return b.Bytes()
}

// Param is a parameter of a challenge.
type Param struct{ Name, Value string }

// Challenge writes a challenge in one of the forms that RFC 9110 section 11
// allows: parameters in any order, names in any case, values quoted, quoted
// with an escape, or as tokens, and blanks where blanks may be. The plain form
// is Scheme name="value", name="value".
func (s Seed) Challenge(scheme string, params ...Param) string {
	if len(params) == 0 {
		return scheme
	}
	if s.Plain() {
		parts := make([]string, len(params))
		for i, p := range params {
			parts[i] = p.Name + `="` + p.Value + `"`
		}
		return scheme + " " + strings.Join(parts, ", ")
	}
	rng := s.rng("challenge " + scheme + string(rune('0'+len(params)%10)))
	params = slices.Clone(params)
	rng.Shuffle(len(params), func(i, j int) { params[i], params[j] = params[j], params[i] })
	parts := make([]string, len(params))
	for i, p := range params {
		name, value := p.Name, p.Value
		if rng.IntN(3) == 0 {
			name = strings.ToUpper(name)
		}
		switch {
		case isToken(value) && rng.IntN(2) == 0:
		case rng.IntN(3) == 0 && value != "":
			value = `"\` + value + `"` // any character may be escaped
		default:
			value = `"` + value + `"`
		}
		parts[i] = name + []string{"=", " = "}[rng.IntN(2)] + value
	}
	if rng.IntN(2) == 0 {
		scheme = strings.ToUpper(scheme)
	}
	return scheme + " " + strings.Join(parts, []string{",", ", ", " ,\t"}[rng.IntN(3)])
}

// isToken reports whether a value may stand without quotes (RFC 9110 section
// 5.6.2).
func isToken(value string) bool {
	return value != "" && !strings.ContainsFunc(value, func(r rune) bool {
		isAlnum := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		return !isAlnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}
