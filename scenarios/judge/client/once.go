package client

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// onceChecks are about what is good for one use.
func onceChecks() []check.Check {
	return []check.Check{
		{
			ID: "authorize/state-fresh", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an authorization request with state",
			Judge: stateFresh,
		},
		{
			ID: "callback/duplicates-refused", Scenario: "C.5", Stage: reading.DoorCallback,
			Guards: []reading.Door{reading.DoorCallback},
			Needs:  "an authorization response in which code, state, iss or error stands more than once",
			Judge:  duplicatesRefused,
		},
		{
			ID: "refresh/one-at-a-time", Scenario: "C.6", Stage: reading.DoorRefresh,
			Breaks: []reading.Door{reading.DoorRefresh},
			Codes:  []string{"invalid_grant", "invalid_request", ""},
			About:  []check.Topic{check.RefreshToken},
			Needs:  "two refresh requests with one refresh token, on a recording with times",
			Judge:  refreshedOneAtATime,
		},
	}
}

// stateFresh looks for a state that a later authorization request repeats. The
// same parameters once more are the same request: a page that was loaded again.
func stateFresh(v *reading.View) check.Result {
	first := map[string]reading.Authorization{}
	return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
		state := a.Params.Get("state")
		if state == "" {
			return check.Unseen()
		}
		before, again := first[state]
		switch {
		case !again:
			first[state] = a
		case !slices.Equal(before.Params, a.Params) && anotherTransaction(before, a):
			return check.Bad("a new state", "the one of exchange "+check.Number(before.ID)+" again", before.ID, a.ID)
		}
		return check.Good("new", a.ID)
	})
}

// anotherTransaction reports whether two authorization requests have different
// code challenges, or none to tell them by: an authorization server may pass one
// request on from page to page.
func anotherTransaction(a, b reading.Authorization) bool {
	x, y := a.Params.Get("code_challenge"), b.Params.Get("code_challenge")
	return x != y || x == ""
}

// duplicatesRefused looks for the use of a code of a response in which a
// parameter is repeated, whichever of two codes it is.
func duplicatesRefused(v *reading.View) check.Result {
	return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
		if a.Callback == nil {
			return check.Unseen()
		}
		p := a.Callback.Params
		for _, name := range []string{"code", "state", "iss", "error"} {
			if p.Count(name) < 2 {
				continue
			}
			for _, t := range v.Tokens {
				if code := t.Form.Get("code"); code != "" && slices.Contains(p.All("code"), code) {
					return check.Bad("no use of a response with a parameter twice", "redeemed its code although "+name+" stands in it "+
						check.Count(p.Count(name), "time"), a.Callback.ID, t.ID)
				}
			}
			return check.Good("dropped the response with "+name+" twice", a.Callback.ID)
		}
		return check.Unseen()
	})
}

// refreshedOneAtATime looks for refresh requests with one refresh token that
// overlap in time. One that was never answered may be sent again, and of two
// sessions there is a check of its own.
func refreshedOneAtATime(v *reading.View) check.Result {
	under := map[string]reading.TokenRequest{}
	return check.Each(v.Tokens, func(t reading.TokenRequest) check.Result {
		sent := t.Form.Get("refresh_token")
		if t.Grant != "refresh_token" || sent == "" {
			return check.Unseen()
		}
		before, again := under[sent]
		under[sent] = t
		switch {
		case !again || before.Response == nil || before.Took <= 0 || second(v, before.ID) != second(v, t.ID):
			return check.Unseen()
		case t.At < before.At+before.Took && t.At >= before.At:
			return check.Bad("one refresh request at a time", "sent the same refresh token before the first request was answered", before.ID, t.ID)
		}
		return check.Good("one after the other", before.ID, t.ID)
	})
}
