package judge

import "github.com/mcpcompat/mcpcompat/fixtures/trace"

func persistenceChecks() []Check {
	return []Check{
		{
			ID: "persistence/credentials-per-issuer", Scenario: "C.10", Stage: DoorRegistration,
			Breaks: []Stage{DoorAuthorize},
			Needs:  "an authorization request to a second authorization server",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					id := a.Params.Get("client_id")
					if v.migrated() == 0 || a.ID <= v.migrated() || a.Issuer == v.Rec.Setting.Issuer || isDocumentURL(id) {
						return unseen() // one that stays with the first issuer uses nothing of another's
					}
					for _, r := range v.Registrations {
						if r.ClientID == id {
							if r.ID <= v.migrated() {
								return bad("a client_id of "+a.Issuer, "the one that another issuer had given", r.ID, a.ID)
							}
							return good("a client_id of "+a.Issuer, r.ID, a.ID)
						}
					}
					if c := v.Rec.Setting.Configured; c != nil && c.ClientID == id {
						return bad("no use of a client_id of another authorization server", "client_id "+quote(id), a.ID)
					}
					return unseen()
				})
			},
		},
		{
			ID: "persistence/tokens-per-issuer", Scenario: "C.10", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a token request to a second authorization server",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					if v.migrated() == 0 || t.ID <= v.migrated() || t.Issuer == "" || t.Issuer == v.Rec.Setting.Issuer {
						return unseen()
					}
					for _, old := range v.Tokens {
						if sent := t.Form.Get("refresh_token"); sent != "" && old.Refresh == sent && old.Issuer != t.Issuer {
							return bad("no refresh token of another issuer", "the one that "+old.Issuer+" had issued", old.ID, t.ID)
						}
					}
					return good("nothing of the first issuer", t.ID)
				})
			},
		},
	}
}

// migrated is the last exchange before the MCP server named another
// authorization server, 0 when it never did.
func (v *View) migrated() int {
	at, ok := v.switched(SwitchMigrate)
	if !ok {
		return 0
	}
	return max(at, 1)
}

// audienceOf reads the aud of a masked JWT; false when the token is none.
func (v *View) audienceOf(token string) ([]string, bool) {
	m, ok := trace.ParseMasked(token)
	if !ok || m.JWT == nil {
		return nil, false
	}
	return audience(m.JWT.Claims["aud"]), true
}
