package judge

// robustnessChecks are for what no specification forbids and no server should
// have to bear.
func robustnessChecks() []Check {
	return []Check{
		{
			ID: "refresh/no-storm", Scenario: "C.6", Stage: DoorRefresh,
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
func refreshStorm(v *View) Result {
	var refreshes []int
	for _, t := range v.Tokens {
		if t.Grant == "refresh_token" && t.OK && len(refreshes) < mostShown {
			refreshes = append(refreshes, t.ID)
		}
	}
	longest := unusedRefreshes(v)
	switch {
	case refreshes == nil:
		return unseen()
	case len(longest) > attemptsBound:
		return bad("a refreshed token in use before the next refresh",
			count(len(longest), "refresh request")+" in a row whose tokens were not used", longest[0].ID, longest[len(longest)-1].ID)
	default:
		return good("no storm", refreshes...)
	}
}
