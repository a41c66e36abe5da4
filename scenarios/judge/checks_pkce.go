package judge

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func pkceChecks() []Check {
	return []Check{
		{
			ID: "pkce/advertised", Scenario: "C.3", Stage: DoorServerMetadata,
			Breaks: []Stage{DoorServerMetadata},
			Codes:  []string{""}, // It is the client that turns away; no server refuses anything because of it.
			Needs:  "authorization server metadata",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, func(d Document) Result {
					if !d.usable() {
						return unseen()
					}
					if m := texts(d.JSON, "code_challenge_methods_supported"); slices.Contains(m, "S256") {
						return good(strings.Join(m, ", "), d.ID)
					}
					return bad("code_challenge_methods_supported with S256",
						orNone(strings.Join(texts(d.JSON, "code_challenge_methods_supported"), ", ")), d.ID)
				})
			},
		},
		{
			ID: "pkce/support-verified", Scenario: "C.3", Stage: DoorServerMetadata,
			Needs: "authorization server metadata without code_challenge_methods_supported",
			Judge: func(v *View) Result {
				return each(v.ServerMetadata, func(d Document) Result {
					if !d.usable() || len(texts(d.JSON, "code_challenge_methods_supported")) > 0 {
						return unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID {
							return bad("no authorization request", "went on to authorize", d.ID, a.ID)
						}
					}
					return good("went no further", d.ID)
				})
			},
		},
		{
			ID: "pkce/challenge-sent", Scenario: "C.3", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if a.Params.Get("code_challenge") == "" && !a.Params.Has("request_uri") {
						return bad("code_challenge", "none", a.ID)
					}
					return good("code_challenge", a.ID)
				})
			},
		},
		{
			ID: "pkce/s256-used", Scenario: "C.3", Stage: DoorAuthorize,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request with a code_challenge",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if !a.Params.Has("code_challenge") {
						return unseen()
					}
					if m := a.Params.Get("code_challenge_method"); m != "S256" {
						return bad("code_challenge_method=S256", orNone(m), a.ID)
					}
					return good("S256", a.ID)
				})
			},
		},
		{
			ID: "pkce/fresh-challenge", Scenario: "C.3", Stage: DoorAuthorize,
			Needs: "an authorization request with a code_challenge",
			Judge: func(v *View) Result {
				first := map[string]int{}
				return each(v.Authorizations, func(a Authorization) Result {
					c := a.Params.Get("code_challenge")
					if c == "" {
						return unseen()
					}
					if id, again := first[c]; again {
						return bad("a new code_challenge", "the one of exchange "+number(id)+" again", id, a.ID)
					}
					first[c] = a.ID
					return good("new", a.ID)
				})
			},
		},
		{
			ID: "pkce/verifier-matches", Scenario: "C.3", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Needs:  "a token request with the code of an authorization request that had a code_challenge",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					if t.Auth < 0 || v.Authorizations[t.Auth].Params.Get("code_challenge") == "" {
						return unseen()
					}
					a := v.Authorizations[t.Auth]
					raw := t.Form.Get("code_verifier")
					m, ok := trace.ParseMasked(raw)
					switch want := a.Params.Get("code_challenge"); {
					case raw == "":
						return bad("code_verifier", "none", a.ID, t.ID)
					case !ok:
						return unseen()
					case m.Challenge == want || a.Params.Get("code_challenge_method") != "S256":
						return good("matches the code_challenge", a.ID, t.ID)
					}
					return bad("the code_verifier of that code_challenge", "another one", a.ID, t.ID)
				})
			},
		},
		{
			ID: "pkce/verifier-syntax", Scenario: "C.3", Stage: DoorToken,
			Breaks: []Stage{DoorToken},
			Needs:  "a token request with a code_verifier",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					m, ok := trace.ParseMasked(t.Form.Get("code_verifier"))
					if !ok {
						return unseen()
					}
					if m.VerifierSyntax != "legal" {
						return bad("43 to 128 unreserved characters", count(m.Len, "character")+", or reserved ones", t.ID)
					}
					return good(count(m.Len, "character"), t.ID)
				})
			},
		},
	}
}
