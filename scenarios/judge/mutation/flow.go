package mutation

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Conditions on exchanges.

func is(r role) func(*step) bool { return func(x *step) bool { return x.role == r } }
func unauthorized(x *step) bool  { return x.status() == http.StatusUnauthorized }
func withToken(x *step) bool     { return x.bearer() != "" }
func withoutToken(x *step) bool  { return x.bearer() == "" }
func calls(x *step) bool         { return x.role == mcpCall && x.Request.Method == http.MethodPost }
func served(x *step) bool        { return x.status()/100 == 2 }

// granted is an authorization request that brought a code.
func granted(x *step) bool {
	_, back := x.location()
	return x.role == authorization && back.has("code")
}

func redeems(x *step) bool {
	return x.role == tokenRole && x.form().get("grant_type") == "authorization_code"
}

func refreshes(x *step) bool {
	return x.role == tokenRole && x.form().get("grant_type") == "refresh_token"
}

// registers is a registration that was accepted, with redirect URIs.
func registers(x *step) bool {
	return x.role == registrationRole && x.status() == 201 && len(reading.Texts(x.sent(), "redirect_uris")) > 0
}

// publishes is a metadata document that was had.
func publishes(x *step) bool { return x.status() == 200 && x.answer() != nil }

// keepsHeaders is the condition that the recording would show a header of an
// answer: other answers have it, or the headers that nearly every answer has.
func (s *scene) keepsHeaders(name string) func(*step) bool {
	return func(x *step) bool {
		usual := 0
		for _, y := range s.steps {
			switch {
			case y == x || y.Response == nil:
			case y.Response.Header.Get(name) != "":
				return true
			case y.Response.Header.Get("Content-Type") != "", y.Response.Header.Get("Date") != "":
				usual++
			}
		}
		return 2*usual > len(s.steps)
	}
}

// public is a token request without client authentication.
func public(x *step) bool {
	return x.Request.Header.Get("Authorization") == "" && !x.form().has("client_secret") && !x.form().has("client_assertion")
}

// redemption is the token request for the code of an authorization request.
func (s *scene) redemption(a *step) *step {
	_, back := a.location()
	return s.first(redeems, served, func(x *step) bool { return x.form().get("code") == back.get("code") })
}

// asked is the authorization request whose code a token request redeems.
func (s *scene) asked(t *step) *step {
	return s.first(granted, func(x *step) bool {
		_, back := x.location()
		return back.get("code") == t.form().get("code")
	})
}

// redeemed is an authorization request that brought a code which brought a
// token; b is nil where there is none.
func (s *scene) redeemed(conditions ...func(*step) bool) (a, t *step) {
	a = s.any(slices.Concat(conditions, []func(*step) bool{granted, func(x *step) bool { return s.redemption(x) != nil }})...)
	if a == nil {
		return nil, nil
	}
	return a, s.redemption(a)
}

// registration is the one that issued the client_id, nil for none.
func (s *scene) registration(clientID string) *step {
	return s.first(registers, func(x *step) bool { return reading.Text(x.answer(), "client_id") == clientID })
}

// clientOf is the client_id of a token request.
func clientOf(x *step) string {
	if id := x.form().get("client_id"); id != "" {
		return id
	}
	_, credentials := x.authorization()
	m, _ := trace.ParseMasked(credentials)
	return m.BasicUser
}

// documents has every document of a role changed alike, as a server serves the
// same one to everybody.
func (s *scene) documents(r role, change func(map[string]any)) []*step {
	list := s.all(is(r), publishes)
	for _, x := range list {
		x.editAnswer(change)
	}
	return list
}

// replace changes a text wherever it occurs: in URLs, headers and bodies, be
// it escaped once or not at all.
func (s *scene) replace(old, by string) {
	pairs := []string{old, by}
	if e := escape(old); e != old {
		pairs = append(pairs, e, escape(by))
	}
	r := strings.NewReplacer(pairs...)
	body := func(b trace.Body) trace.Body {
		if t := r.Replace(b.Text); t != b.Text {
			b.Size, b.Text = b.Size+int64(len(t)-len(b.Text)), t
		}
		return b
	}
	header := func(h http.Header) {
		for _, values := range h {
			for i := range values {
				values[i] = r.Replace(values[i])
			}
		}
	}
	for _, x := range s.steps {
		x.Request.URL = r.Replace(x.Request.URL)
		header(x.Request.Header)
		if b := body(x.Request.Body); b != x.Request.Body {
			x.send(b.Text)
		}
		if x.Response != nil {
			header(x.Response.Header)
			x.Response.Body = body(x.Response.Body)
		}
	}
	s.rec.Setting.MCPURL, s.rec.Setting.Issuer = r.Replace(s.rec.Setting.MCPURL), r.Replace(s.rec.Setting.Issuer)
	s.mcp, s.issuer = r.Replace(s.mcp), r.Replace(s.issuer)
}

func escape(s string) string { return pairs{{"", s}}.String()[1:] }

// hex draws n hexadecimal digits.
func (s *scene) hex(n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "%x", s.rng.IntN(16))
	}
	return b.String()
}

// secret makes a masked secret that is not on the recording.
func (s *scene) secret() string { return "masked.24." + s.hex(12) }

// verifier makes a masked code verifier and its challenge.
func (s *scene) verifier(syntax string) (verifier, challenge string) {
	challenge = s.hex(43)
	return "masked.43." + s.hex(12) + ".s256-" + challenge + ".syntax-" + syntax, challenge
}

// jwt makes a masked JWT access token.
func (s *scene) jwt(claims map[string]any) string {
	body := encoded(map[string]any{
		"header": map[string]any{"typ": "at+jwt", "alg": "ES256"},
		"claims": claims,
	})
	return "masked.400." + s.hex(12) + ".jwt-" + base64.RawURLEncoding.EncodeToString([]byte(body))
}

// basic makes masked Basic credentials.
func (s *scene) basic(clientID string) string {
	return "Basic masked.60." + s.hex(12) + ".basic-" + base64.RawURLEncoding.EncodeToString([]byte(clientID))
}

// get makes a GET request of the client to a server.
func get(to trace.Actor, url string) *step {
	x := &step{Exchange: trace.Exchange{From: trace.Client, To: to, Request: trace.Request{
		Method: http.MethodGet, URL: url, Header: http.Header{"Accept": {"*/*"}},
	}}}
	x.reply(http.StatusNotFound, jsonType, `{"error":"not_found"}`)
	return x
}

// withoutParam takes a parameter out of a challenge.
func withoutParam(challenge, name string) string {
	out := regexp.MustCompile(`,?\s*\b`+name+`="[^"]*"`).ReplaceAllString(challenge, "")
	return strings.Replace(out, "Bearer,", "Bearer", 1)
}

// param is a parameter of a challenge.
func param(challenge, name string) string {
	if m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(challenge); m != nil {
		return m[1]
	}
	return ""
}

// withParam sets a parameter of a challenge.
func withParam(challenge, name, value string) string {
	rest := strings.TrimSpace(strings.TrimPrefix(withoutParam(challenge, name), "Bearer"))
	if rest == "" {
		return "Bearer " + name + `="` + value + `"`
	}
	return "Bearer " + strings.TrimPrefix(rest, ",") + ", " + name + `="` + value + `"`
}

// word is a scope that no server of the recordings knows.
const word = "mcp:admin-all"

// withScope adds to a list of scopes.
func withScope(scope string, more ...string) string {
	have := strings.Fields(scope)
	for _, m := range more {
		if !slices.Contains(have, m) {
			have = append(have, m)
		}
	}
	return strings.Join(have, " ")
}
