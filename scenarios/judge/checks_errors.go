package judge

import (
	"maps"
	"slices"
)

func errorChecks() []Check {
	return []Check{
		{
			ID: "errors/reacts-to-401", Scenario: "C.9", Stage: DoorChallenge,
			Breaks: []Stage{DoorChallenge, DoorRefresh, DoorResourceMetadata},
			Needs:  "a 401 answer with a challenge",
			Judge: func(v *View) Result {
				if v.unable() != "" || v.typedToken() && !v.asked(v.whole()) {
					return unseen() // such a client takes no part in authorization
				}
				return each(v.MCP, func(m MCPRequest) Result {
					if m.Status != 401 || m.Challenge.Scheme == "" || m.Method == "" || v.endsWith(m.ID) || v.inVainAt(m.ID) {
						return unseen()
					}
					if next := v.reaction(m.ID); next != 0 {
						return good("went on to "+v.Exchange(next).Request.Method+" "+pathOf(v.Exchange(next).Request.URL), m.ID, next)
					}
					return bad("discovery, a refresh, an authorization or a new try", "no further request", m.ID)
				})
			},
		},
		{
			ID: "errors/denial-respected", Scenario: "C.9", Stage: DoorConsent,
			Needs: "an authorization response with an error",
			Judge: func(v *View) Result {
				for _, a := range v.Authorizations {
					if a.Callback == nil || a.Callback.Params.Get("error") == "" {
						continue
					}
					s := v.attemptSpan(a.Callback.ID)
					for _, t := range v.Tokens {
						if t.Grant == "authorization_code" && t.Auth < 0 && t.ID > a.Callback.ID && s.has(t.ID) {
							return bad("no token request after error "+quote(a.Callback.Params.Get("error")), "sent one", a.Callback.ID, t.ID)
						}
					}
					return good("took the error as an answer", a.Callback.ID)
				}
				return unseen()
			},
		},
		{
			ID: "errors/bounded-attempts", Scenario: "C.9", Stage: DoorAuthorize,
			Needs: "an error answer of the authorization server or the MCP server",
			Judge: boundedAttempts,
		},
	}
}

// endsWith reports whether an imported recording ends with the exchange, so
// that nobody knows what came after.
func (v *View) endsWith(id int) bool { return len(v.Attempts) == 0 && id == len(v.Rec.Exchanges) }

// inVainAt reports whether the client had just been issued a token, within the
// same attempt, with which nothing worked yet: it has reacted, and may give up.
func (v *View) inVainAt(id int) bool {
	s := v.attemptSpan(id)
	issued := lastOf(v.Tokens, span{s.first, id}, func(t TokenRequest) bool { return t.OK })
	return issued > 0 && lastOf(v.MCP, span{issued, id}, func(m MCPRequest) bool { return m.Status/100 == 2 }) == 0
}

// reaction is the next thing the client did in answer to an exchange within
// the same attempt, 0 for none. A mere repetition without a token is none.
func (v *View) reaction(id int) int {
	s, next := v.attemptSpan(id), 0
	note := func(n int) {
		if n > id && s.has(n) && (next == 0 || n < next) {
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
		if m.Token != "" && m.Token != asked.Token || m.answersNonce(asked) {
			note(m.ID)
		}
	}
	return next
}

func requestAt(v *View, id int) MCPRequest {
	for _, m := range v.MCP {
		if m.ID == id {
			return m
		}
	}
	return MCPRequest{}
}

// answersNonce reports whether the request is the new try, with another proof,
// that a demand for a nonce asks for (RFC 9449 section 9).
func (m MCPRequest) answersNonce(asked MCPRequest) bool {
	const header = "Dpop"
	proof := m.Request.Header.Get(header)
	return asked.Challenge.Param("error") == "use_dpop_nonce" && proof != "" && proof != asked.Request.Header.Get(header)
}

// boundedAttempts counts, within each attempt, the same kind of request in
// vain. The bound is generous: it catches loops and storms, not diligence.
func boundedAttempts(v *View) Result {
	const most = 4 * attemptsBound
	spans := []span{v.whole()}
	if len(v.Attempts) > 0 {
		spans = nil
		for _, a := range v.Attempts {
			spans = append(spans, span{a.First, a.Last})
		}
	}
	out := unseen()
	for _, s := range spans {
		vain := v.inVain(s)
		for _, what := range slices.Sorted(maps.Keys(vain)) {
			ids := vain[what]
			if len(ids) > most {
				return bad("a bounded number of tries", count(len(ids), what)+" in vain", ids[0], ids[len(ids)-1])
			}
			out = good("no loop", ids...)
		}
	}
	return out
}

func (v *View) inVain(s span) map[string][]int {
	out := map[string][]int{}
	note := func(what string, id int, vain bool) {
		if vain && s.has(id) {
			out[what] = append(out[what], id)
		}
	}
	for _, m := range v.MCP {
		note("MCP request", m.ID, m.Status == 401 || m.Status == 403)
	}
	for _, a := range v.Authorizations {
		note("authorization request", a.ID, a.RefusedBy != 0 || a.Callback != nil && !a.Callback.granted())
	}
	for _, t := range v.Tokens {
		note("token request", t.ID, !t.OK)
	}
	for _, r := range v.Registrations {
		note("registration", r.ID, r.ClientID == "")
	}
	return out
}
