package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func pkceChecks() []check.Check {
	return []check.Check{
		{
			ID: "pkce/support-verified", Scenario: "C.3", Stage: reading.DoorServerMetadata,
			Needs: "authorization server metadata without code_challenge_methods_supported",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ServerMetadata, func(d reading.Document) check.Result {
					if !d.Usable() || len(reading.Texts(d.JSON, "code_challenge_methods_supported")) > 0 {
						return check.Unseen()
					}
					for _, a := range v.Authorizations {
						if a.ID > d.ID {
							return check.Bad("no authorization request", "went on to authorize", d.ID, a.ID)
						}
					}
					return check.Good("went no further", d.ID)
				})
			},
		},
		{
			ID: "pkce/challenge-sent", Scenario: "C.3", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.PKCE},
			Needs:  "an authorization request",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if a.Params.Get("code_challenge") == "" && !a.Params.Has("request_uri") {
						return check.Bad("code_challenge", "none", a.ID)
					}
					return check.Good("code_challenge", a.ID)
				})
			},
		},
		{
			ID: "pkce/s256-used", Scenario: "C.3", Stage: reading.DoorAuthorize,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.PKCE},
			Needs:  "an authorization request with a code_challenge",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if !a.Params.Has("code_challenge") {
						return check.Unseen()
					}
					if m := a.Params.Get("code_challenge_method"); m != "S256" {
						return check.Bad("code_challenge_method=S256", check.OrNone(m), a.ID)
					}
					return check.Good("S256", a.ID)
				})
			},
		},
		{
			ID: "pkce/fresh-challenge", Scenario: "C.3", Stage: reading.DoorAuthorize,
			Needs: "an authorization request with a code_challenge",
			Judge: func(v *reading.View) check.Result {
				first := map[string]reading.Authorization{}
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					c := a.Params.Get("code_challenge")
					if c == "" {
						return check.Unseen()
					}
					// The same parameters once more are a page that was loaded again.
					if before, again := first[c]; again && !slices.Equal(before.Params, a.Params) {
						return check.Bad("a new code_challenge", "the one of exchange "+check.Number(before.ID)+" again", before.ID, a.ID)
					}
					first[c] = a
					return check.Good("new", a.ID)
				})
			},
		},
		{
			ID: "pkce/verifier-matches", Scenario: "C.3", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.PKCE},
			Needs:  "a token request with the code of an authorization request that had a code_challenge",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if t.Auth < 0 || v.Authorizations[t.Auth].Params.Get("code_challenge") == "" {
						return check.Unseen()
					}
					a := v.Authorizations[t.Auth]
					raw := t.Form.Get("code_verifier")
					m, ok := trace.ParseMasked(raw)
					switch want := a.Params.Get("code_challenge"); {
					case raw == "":
						return check.Bad("code_verifier", "none", a.ID, t.ID)
					case !ok:
						return check.Unseen()
					case m.Challenge == want || a.Params.Get("code_challenge_method") != "S256":
						return check.Good("matches the code_challenge", a.ID, t.ID)
					}
					return check.Bad("the code_verifier of that code_challenge", "another one", a.ID, t.ID)
				})
			},
		},
		{
			ID: "pkce/verifier-syntax", Scenario: "C.3", Stage: reading.DoorToken,
			Breaks: []reading.Door{reading.DoorToken},
			About:  []check.Topic{check.PKCE},
			Needs:  "a token request with a code_verifier",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					m, ok := trace.ParseMasked(t.Form.Get("code_verifier"))
					if !ok {
						return check.Unseen()
					}
					if m.VerifierSyntax != "legal" {
						return check.Bad("43 to 128 unreserved characters", check.Count(m.Len, "character")+", or reserved ones", t.ID)
					}
					return check.Good(check.Count(m.Len, "character"), t.ID)
				})
			},
		},
	}
}
