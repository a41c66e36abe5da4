package client

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func persistenceChecks() []check.Check {
	return []check.Check{
		{
			ID: "persistence/credentials-per-issuer", Scenario: "C.10", Stage: reading.DoorRegistration,
			Breaks: []reading.Door{reading.DoorAuthorize},
			About:  []check.Topic{check.ClientID, check.ClientAuth},
			Needs:  "an authorization request to a second authorization server",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					id := a.Params.Get("client_id")
					if migrated(v) == 0 || a.ID <= migrated(v) || a.Issuer == v.Rec.Setting.Issuer || reading.IsDocumentURL(id) {
						return check.Unseen() // one that stays with the first issuer uses nothing of another's
					}
					for _, r := range v.Registrations {
						if r.ClientID == id {
							if r.ID <= migrated(v) {
								return check.Bad("a client_id of "+a.Issuer, "the one that another issuer had given", r.ID, a.ID)
							}
							return check.Good("a client_id of "+a.Issuer, r.ID, a.ID)
						}
					}
					if c := v.Rec.Setting.Configured; c != nil && c.ClientID == id {
						return check.Bad("no use of a client_id of another authorization server", "client_id "+reading.Quote(id), a.ID)
					}
					return check.Unseen()
				})
			},
		},
		{
			ID: "persistence/tokens-per-issuer", Scenario: "C.10", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.RefreshToken},
			Needs:  "a token request to a second authorization server",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if migrated(v) == 0 || t.ID <= migrated(v) || t.Issuer == "" || t.Issuer == v.Rec.Setting.Issuer {
						return check.Unseen()
					}
					for _, old := range v.Tokens {
						if sent := t.Form.Get("refresh_token"); sent != "" && old.Refresh == sent && old.Issuer != t.Issuer {
							return check.Bad("no refresh token of another issuer", "the one that "+old.Issuer+" had issued", old.ID, t.ID)
						}
					}
					return check.Good("nothing of the first issuer", t.ID)
				})
			},
		},
	}
}

// migrated is the last exchange before the MCP server named another
// authorization server, 0 when it never did.
func migrated(v *reading.View) int {
	at, ok := v.Switched(reading.SwitchMigrate)
	if !ok {
		return 0
	}
	return max(at, 1)
}
