package judge

import (
	"slices"
	"strings"
)

func refreshChecks() []Check {
	return []Check{
		{
			ID: "refresh/resource-sent", Scenario: "C.6", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Codes:  []string{"invalid_target", "invalid_request", "invalid_token"},
			Needs:  "a refresh request",
			Judge:  func(v *View) Result { return v.resourceSent("refresh_token") },
		},
		{
			ID: "refresh/rotated-token-used", Scenario: "C.6", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a refresh request after a rotation",
			Judge: func(v *View) Result {
				replaced := map[string]TokenRequest{}
				return each(v.Tokens, func(t TokenRequest) Result {
					sent := t.Form.Get("refresh_token")
					if t.Grant != "refresh_token" || sent == "" {
						return unseen()
					}
					// A request that was under way when the new token came is
					// a race, not a refusal to change.
					by, old := replaced[sent]
					if old && t.At >= by.At+by.Took && v.second(by.ID) == v.second(t.ID) { // of two sessions there is a check of its own
						return bad("the refresh token of exchange "+number(by.ID), "sent the refresh token that it replaced", by.ID, t.ID)
					}
					result := unseen()
					if len(replaced) > 0 {
						result = good("the newest refresh token", t.ID)
					}
					if t.OK && t.Refresh != "" && t.Refresh != sent {
						replaced[sent] = t
					}
					return result
				})
			},
		},
		{
			ID: "refresh/scope-not-widened", Scenario: "C.6", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a refresh request",
			Judge: func(v *View) Result {
				grantedBefore := v.granting()
				return each(v.Tokens, func(t TokenRequest) Result {
					if t.Grant != "refresh_token" {
						return unseen()
					}
					granted := grantedBefore(t.ID)
					for s := range strings.FieldsSeq(t.Form.Get("scope")) {
						if granted != nil && !slices.Contains(granted, s) {
							return bad("no scope beyond "+quote(strings.Join(granted, " ")), "scope "+quote(t.Form.Get("scope")), t.ID)
						}
					}
					return good("scope "+quote(t.Form.Get("scope")), t.ID)
				})
			},
		},
		{
			ID: "refresh/not-assumed", Scenario: "C.6", Stage: DoorRefresh,
			Breaks: []Stage{DoorRefresh},
			Needs:  "a call with an expired token by a client that was issued no refresh token",
			Judge: func(v *View) Result {
				at, ok := v.switched(SwitchExpire)
				if !ok || v.typedToken() || slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.ID <= at && t.Refresh != "" }) {
					return unseen()
				}
				for _, m := range v.MCP {
					if m.ID <= at || m.Status != 401 || m.Token == "" {
						continue
					}
					if a, ok := v.authorizedAfter(m.ID); ok {
						return good("asked for authorization again", m.ID, a.ID)
					}
					return bad("a new authorization request", "no new authorization request", m.ID)
				}
				return unseen()
			},
		},
		{
			ID: "refresh/rotation", Scenario: "C.6", Stage: DoorRefresh,
			Needs: "a successful refresh by a public client",
			Judge: func(v *View) Result {
				return each(v.Tokens, func(t TokenRequest) Result {
					if t.Grant != "refresh_token" || !t.OK || !t.Public() {
						return unseen()
					}
					if t.Refresh == "" || t.Refresh == t.Form.Get("refresh_token") {
						return bad("a new refresh token", "the old one stays", t.ID)
					}
					return good("rotated", t.ID)
				})
			},
		},
	}
}

// granting tells all scope that was asked for or granted before an exchange;
// nil when that is unknown. It is asked of one exchange after the other, and
// remembers what it has read: of some clients there are thousands of refreshes.
func (v *View) granting() func(id int) []string {
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
				granted = learn(granted, text(tokens[0].Answer, "scope"))
			}
		}
		for ; len(authorizations) > 0 && authorizations[0].ID < id; authorizations = authorizations[1:] {
			if a := authorizations[0]; a.Callback != nil && a.Callback.granted() {
				asked = learn(asked, a.Params.Get("scope"))
			}
		}
		if granted == nil {
			return nil
		}
		return slices.Concat(granted, asked)
	}
}
