package client

import (
	"maps"
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func errorChecks() []check.Check {
	return []check.Check{
		{
			ID: "errors/reacts-to-401", Scenario: "C.9", Stage: reading.DoorChallenge,
			Breaks: []reading.Door{reading.DoorChallenge, reading.DoorRefresh, reading.DoorResourceMetadata},
			About:  []check.Topic{check.AccessToken},
			Needs:  "a 401 answer with a challenge",
			Judge: func(v *reading.View) check.Result {
				if v.Unable() != "" || v.TypedToken() && !v.Asked(v.Whole()) {
					return check.Unseen() // such a client takes no part in authorization
				}
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					if m.Status != 401 || m.Challenge.Scheme == "" || m.Method == "" || v.EndsWith(m.ID) || inVainAt(v, m.ID) {
						return check.Unseen()
					}
					if next := reaction(v, m.ID); next != 0 {
						return check.Good("went on to "+v.Exchange(next).Request.Method+" "+reading.PathOf(v.Exchange(next).Request.URL), m.ID, next)
					}
					if !v.Recorded.Authorization() && slices.ContainsFunc(v.MCP, func(n reading.MCPRequest) bool { return n.ID > m.ID }) {
						return check.Unseen() // it may have come back with another token
					}
					return check.Bad("discovery, a refresh, an authorization or a new try", "no further request", m.ID)
				})
			},
		},
		{
			ID: "errors/denial-respected", Scenario: "C.9", Stage: reading.DoorConsent,
			Needs: "an authorization response with an error",
			Judge: func(v *reading.View) check.Result {
				for _, a := range v.Authorizations {
					if a.Callback == nil || a.Callback.Params.Get("error") == "" {
						continue
					}
					s := v.AttemptSpan(a.Callback.ID)
					for _, t := range v.Tokens {
						if t.Grant == "authorization_code" && t.Auth < 0 && t.ID > a.Callback.ID && s.Has(t.ID) {
							return check.Bad("no token request after error "+reading.Quote(a.Callback.Params.Get("error")), "sent one", a.Callback.ID, t.ID)
						}
					}
					return check.Good("took the error as an answer", a.Callback.ID)
				}
				return check.Unseen()
			},
		},
		{
			ID: "errors/bounded-attempts", Scenario: "C.9", Stage: reading.DoorAuthorize,
			Needs: "an error answer of the authorization server or the MCP server",
			Judge: BoundedAttempts,
		},
	}
}

// inVainAt reports whether the client had just been issued a token, within the
// same attempt, with which nothing worked yet: it has reacted, and may give up.
func inVainAt(v *reading.View, id int) bool {
	s := v.AttemptSpan(id)
	issued := reading.LastOf(v.Tokens, reading.Span{First: s.First, Last: id}, reading.TokenRequest.Issued)
	return issued > 0 && reading.LastOf(v.MCP, reading.Span{First: issued, Last: id}, func(m reading.MCPRequest) bool { return m.Status/100 == 2 }) == 0
}

// reaction is the next thing the client did in answer to an exchange within
// the same attempt, 0 for none. A mere repetition without a token is none.
func reaction(v *reading.View, id int) int {
	s, next := v.AttemptSpan(id), 0
	note := func(n int) {
		if n > id && s.Has(n) && (next == 0 || n < next) {
			next = n
		}
	}
	for _, d := range slices.Concat(v.ResourceMetadata, v.ServerMetadata) {
		note(d.ID)
	}
	for _, a := range v.Authorizations {
		note(a.ID)
	}
	for _, t := range v.Tokens {
		note(t.ID)
	}
	for _, r := range v.Registrations {
		note(r.ID)
	}
	asked := requestAt(v, id)
	for _, m := range v.MCP {
		if m.Token != "" && m.Token != asked.Token || answersNonce(m, asked) {
			note(m.ID)
		}
	}
	return next
}

func requestAt(v *reading.View, id int) reading.MCPRequest {
	for _, m := range v.MCP {
		if m.ID == id {
			return m
		}
	}
	return reading.MCPRequest{}
}

// answersNonce reports whether the request is the new try, with another proof,
// that a demand for a nonce asks for (RFC 9449 section 9).
func answersNonce(m reading.MCPRequest, asked reading.MCPRequest) bool {
	const header = "Dpop"
	proof := m.Request.Header.Get(header)
	return asked.Challenge.Param("error") == "use_dpop_nonce" && proof != "" && proof != asked.Request.Header.Get(header)
}

// BoundedAttempts counts, within each attempt, the same kind of request in
// vain. The bound is generous: it catches loops and storms, not diligence.
func BoundedAttempts(v *reading.View) check.Result {
	const most = 4 * attemptsBound
	spans := []reading.Span{v.Whole()}
	if len(v.Attempts) > 0 {
		spans = nil
		for _, a := range v.Attempts {
			spans = append(spans, reading.Span{First: a.First, Last: a.Last})
		}
	}
	out := check.Unseen()
	for _, s := range spans {
		vain := inVain(v, s)
		for _, what := range slices.Sorted(maps.Keys(vain)) {
			ids := vain[what]
			if len(ids) > most {
				return check.Bad("a bounded number of tries", check.Count(len(ids), what)+" in vain", ids[0], ids[len(ids)-1])
			}
			out = check.Good("no loop", ids...)
		}
	}
	return out
}

func inVain(v *reading.View, s reading.Span) map[string][]int {
	out := map[string][]int{}
	note := func(what string, id int, vain bool) {
		if vain && s.Has(id) {
			out[what] = append(out[what], id)
		}
	}
	for _, m := range v.MCP {
		note("MCP request", m.ID, m.Status == 401 || m.Status == 403)
	}
	for _, a := range v.Authorizations {
		note("authorization request", a.ID, a.RefusedBy != 0 || a.Callback != nil && !a.Callback.Granted())
	}
	for _, t := range v.Tokens {
		note("token request", t.ID, !t.Issued())
	}
	for _, r := range v.Registrations {
		note("registration", r.ID, !r.Shown())
	}
	return out
}
