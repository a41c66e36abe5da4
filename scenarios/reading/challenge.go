package reading

import (
	"net/http"
	"strings"
)

// Challenge is one authentication challenge of a WWW-Authenticate header.
type Challenge struct {
	Scheme string // as sent
	Params map[string]string
}

// Param returns an auth-param by its name in lower case.
func (c Challenge) Param(name string) string { return c.Params[name] }

// isToken reports whether c may stand in a token (RFC 9110 section 5.6.2).
func isToken(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, rune(c))
}

// parseChallenges reads all challenges of all WWW-Authenticate headers: several
// headers, several challenges in one header, quoted and token auth-params, in
// any order (RFC 9110 section 11.6.1). What is not a challenge is skipped.
func parseChallenges(h http.Header) []Challenge {
	var out []Challenge
	for _, v := range h.Values("WWW-Authenticate") {
		s := scanner{text: v}
		for !s.done() {
			s.skip(" \t,")
			word := s.token()
			if word == "" {
				s.pos++ // a byte that fits nowhere
				continue
			}
			s.skip(" \t")
			if s.peek() == '=' && len(out) > 0 && s.param(word, out[len(out)-1].Params) {
				continue
			}
			out = append(out, Challenge{Scheme: word, Params: map[string]string{}})
		}
	}
	return out
}

// bearer returns the Bearer or DPoP challenge that answers the request: that of
// the scheme that it used, which carries the error (RFC 9449 section 7.1), else
// the first.
func bearer(all []Challenge, used string) (Challenge, bool) {
	var first Challenge
	for _, c := range all {
		if !strings.EqualFold(c.Scheme, "Bearer") && !strings.EqualFold(c.Scheme, "DPoP") {
			continue
		}
		if strings.EqualFold(c.Scheme, used) {
			return c, true
		}
		if first.Scheme == "" {
			first = c
		}
	}
	return first, first.Scheme != ""
}

type scanner struct {
	text string
	pos  int
}

func (s *scanner) done() bool { return s.pos >= len(s.text) }

func (s *scanner) peek() byte {
	if s.done() {
		return 0
	}
	return s.text[s.pos]
}

func (s *scanner) skip(set string) {
	for !s.done() && strings.IndexByte(set, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *scanner) token() string {
	start := s.pos
	for !s.done() && isToken(s.text[s.pos]) {
		s.pos++
	}
	return s.text[start:s.pos]
}

// param reads "= value" after a name; false means that it was the padding of a
// token68 and no parameter.
func (s *scanner) param(name string, into map[string]string) bool {
	s.pos++ // the equals sign
	s.skip(" \t")
	var value string
	if s.peek() == '"' {
		value = s.quoted()
	} else if value = s.token(); value == "" {
		return false
	}
	name = strings.ToLower(name)
	if _, dup := into[name]; !dup {
		into[name] = value
	}
	return true
}

func (s *scanner) quoted() string {
	var b strings.Builder
	for s.pos++; !s.done() && s.text[s.pos] != '"'; s.pos++ {
		if s.text[s.pos] == '\\' && s.pos+1 < len(s.text) {
			s.pos++
		}
		b.WriteByte(s.text[s.pos])
	}
	s.pos++ // the closing quote
	return b.String()
}
