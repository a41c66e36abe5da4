package emulated

import (
	"net/http"
	"strings"
)

// challenge is one challenge of a WWW-Authenticate header (RFC 9110 section
// 11.6.1) as far as OAuth is concerned.
type challenge struct {
	scheme string // lower case
	params map[string]string
}

func (c *challenge) param(name string) string {
	if c == nil {
		return ""
	}
	return c.params[name]
}

// scopes are those that the challenge asks for.
func (c *challenge) scopes() []string { return strings.Fields(c.param("scope")) }

// chosen returns the challenge that the client goes by; nil means that it sees
// none.
func (s *Session) chosen(h http.Header) *challenge {
	if s.behaviour.Discovery.Challenge == FirstChallenge {
		all := parseChallenges(strings.Join(h.Values("WWW-Authenticate"), ", "))
		if len(all) > 0 && all[0].scheme == "bearer" {
			return all[0]
		}
		return nil
	}
	return chooseChallenge(h, s.proves())
}

// chooseChallenge returns the Bearer challenge of a response, or the DPoP one
// when the client can answer it; nil means that there is none.
func chooseChallenge(h http.Header, dpop bool) *challenge {
	var bearer, proof *challenge
	for _, value := range h.Values("WWW-Authenticate") {
		for _, c := range parseChallenges(value) {
			switch {
			case c.scheme == "bearer" && bearer == nil:
				bearer = c
			case c.scheme == "dpop" && proof == nil:
				proof = c
			}
		}
	}
	if proof != nil && (dpop || bearer == nil) {
		return proof
	}
	return bearer
}

// parseChallenges splits a header value into its challenges. A word followed
// by a blank and no equals sign begins a new one; what cannot be read is
// skipped, since a client must not fall over another's scheme.
func parseChallenges(value string) []*challenge {
	var out []*challenge
	rest := value
	for {
		rest = strings.TrimLeft(rest, " \t,")
		if rest == "" {
			return out
		}
		name := token(rest)
		if name == "" {
			rest = rest[1:]
			continue
		}
		rest = rest[len(name):]
		after := strings.TrimLeft(rest, " \t")
		if !strings.HasPrefix(after, "=") {
			out = append(out, &challenge{scheme: strings.ToLower(name), params: map[string]string{}})
			continue
		}
		var text string
		text, rest = paramValue(strings.TrimLeft(strings.TrimLeft(after, "="), " \t"))
		if len(out) > 0 {
			c := out[len(out)-1]
			if _, twice := c.params[strings.ToLower(name)]; !twice {
				c.params[strings.ToLower(name)] = text
			}
		}
	}
}

// paramValue reads a token or quoted string at the beginning of s.
func paramValue(s string) (text, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ", \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// token is the token (RFC 9110 section 5.6.2) at the beginning of s.
func token(s string) string {
	for i := range len(s) {
		c := s[i]
		isAlnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !isAlnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return s[:i]
		}
	}
	return s
}
