package client

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// robustnessChecks are for what no specification forbids and no server should
// have to bear.
func robustnessChecks() []check.Check {
	return []check.Check{
		{
			ID: "refresh/no-storm", Scenario: "C.6", Stage: reading.DoorRefresh,
			Needs: "a successful refresh",
			Judge: refreshStorm,
		},
	}
}

// refreshStorm looks for access tokens that were had by refreshes one after
// the other and of which none was used. A few are no storm: requests that race,
// a program that ends between the refresh and the request. A client that
// refreshes before every request, as it may where tokens are short-lived, uses
// each of them.
func refreshStorm(v *reading.View) check.Result {
	var refreshes []int
	for _, t := range v.Tokens {
		if t.Grant == "refresh_token" && t.OK && len(refreshes) < check.MostShown {
			refreshes = append(refreshes, t.ID)
		}
	}
	longest := reading.UnusedRefreshes(v)
	switch {
	case refreshes == nil:
		return check.Unseen()
	case len(longest) > attemptsBound:
		return check.Bad("a refreshed token in use before the next refresh",
			check.Count(len(longest), "refresh request")+" in a row whose tokens were not used", longest[0].ID, longest[len(longest)-1].ID)
	default:
		return check.Good("no storm", refreshes...)
	}
}
