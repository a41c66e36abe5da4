package client

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func refreshChecks() []check.Check {
	return []check.Check{
		{
			ID: "refresh/resource-sent", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			About:  []check.Topic{check.Resource, check.AccessToken},
			Needs:  "a refresh request",
			Judge:  func(v *reading.View) check.Result { return resourceSent(v, "refresh_token") },
		},
		{
			ID: "refresh/rotated-token-used", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.RefreshToken},
			Needs:  "a refresh request after a rotation",
			Judge: func(v *reading.View) check.Result {
				replaced := map[string]reading.TokenRequest{}
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					sent := t.Form.Get("refresh_token")
					if t.Grant != "refresh_token" || sent == "" {
						return check.Unseen()
					}
					// A request that was under way when the new token came is
					// a race, not a refusal to change.
					by, old := replaced[sent]
					if old && t.At >= by.At+by.Took && second(v, by.ID) == second(v, t.ID) { // of two sessions there is a check of its own
						return check.Bad("the refresh token of exchange "+check.Number(by.ID), "sent the refresh token that it replaced", by.ID, t.ID)
					}
					result := check.Unseen()
					if len(replaced) > 0 {
						result = check.Good("the newest refresh token", t.ID)
					}
					if t.OK && t.Refresh != "" && t.Refresh != sent {
						replaced[sent] = t
					}
					return result
				})
			},
		},
		{
			ID: "refresh/scope-not-widened", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.Scope},
			Needs:  "a refresh request",
			Judge: func(v *reading.View) check.Result {
				grantedBefore := granting(v)
				return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
					if t.Grant != "refresh_token" {
						return check.Unseen()
					}
					granted := grantedBefore(t.ID)
					for s := range strings.FieldsSeq(t.Form.Get("scope")) {
						if granted != nil && !slices.Contains(granted, s) {
							return check.Bad("no scope beyond "+reading.Quote(strings.Join(granted, " ")), "scope "+reading.Quote(t.Form.Get("scope")), t.ID)
						}
					}
					return check.Good("scope "+reading.Quote(t.Form.Get("scope")), t.ID)
				})
			},
		},
		{
			ID: "refresh/not-assumed", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			About:  []check.Topic{check.RefreshToken, check.AccessToken, check.GrantType},
			Needs:  "a call with an expired token by a client that was issued no refresh token",
			Judge: func(v *reading.View) check.Result {
				at, ok := v.Switched(reading.SwitchExpire)
				if !ok || v.TypedToken() || slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.ID <= at && t.Refresh != "" }) {
					return check.Unseen()
				}
				for _, m := range v.MCP {
					if m.ID <= at || m.Status != 401 || m.Token == "" {
						continue
					}
					if a, ok := authorizedAfter(v, m.ID); ok {
						return check.Good("asked for authorization again", m.ID, a.ID)
					}
					return check.Bad("a new authorization request", "no new authorization request", m.ID)
				}
				return check.Unseen()
			},
		},
	}
}

// granting tells all scope that was asked for or granted before an exchange;
// nil when that is unknown. It is asked of one exchange after the other, and
// remembers what it has read: of some clients there are thousands of refreshes.
func granting(v *reading.View) func(id int) []string {
	tokens, authorizations := v.Tokens, v.Authorizations
	var granted, asked []string
	learn := func(known []string, scope string) []string {
		for s := range strings.FieldsSeq(scope) {
			if !slices.Contains(known, s) {
				known = append(known, s)
			}
		}
		return known
	}
	return func(id int) []string {
		for ; len(tokens) > 0 && tokens[0].ID < id; tokens = tokens[1:] {
			if tokens[0].OK {
				granted = learn(granted, reading.Text(tokens[0].Answer, "scope"))
			}
		}
		for ; len(authorizations) > 0 && authorizations[0].ID < id; authorizations = authorizations[1:] {
			if a := authorizations[0]; a.Callback != nil && a.Callback.Granted() {
				asked = learn(asked, a.Params.Get("scope"))
			}
		}
		if granted == nil {
			return nil
		}
		return slices.Concat(granted, asked)
	}
}
