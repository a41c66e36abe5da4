package report

import (
	"fmt"
	"slices"
)

// OverTime is how a client fared as time went by: its tokens came to their end,
// it was started again, it ran twice at once.
type OverTime struct {
	// Lifetime is for how many seconds the access tokens were good, the
	// shortest one, as the authorization server said; 0 where it did not say.
	Lifetime int `json:"lifetime,omitempty"`
	// Calls are the tool calls that the client was told to make.
	Calls int `json:"calls"`
	// Refreshes are all requests with a refresh token; Unasked are those of
	// them before which no server had refused the access token.
	Refreshes int `json:"refreshes"`
	Unasked   int `json:"unasked,omitempty"`
	// Row is how many refreshes there were at most of which none of the tokens
	// was used before the next; RowMS is for how many milliseconds they went on.
	Row   int   `json:"row,omitempty"`
	RowMS int64 `json:"rowMs,omitempty"`
	// Again are refreshes that sent a refresh token which had been replaced.
	Again int `json:"again,omitempty"`
	// Restart is how the client came back after a restart; "" where that was not
	// seen, or where it had no login any more before.
	Restart Resumption `json:"restart,omitempty"`
	// Second is how a second session of the installation came to a token while
	// there was one; "" where there was none.
	Second Resumption `json:"second,omitempty"`
	// Turn is how the second session went on after the token that both shared
	// had ended, and the first had been told to call; "" where that was not seen.
	Turn Resumption `json:"turn,omitempty"`
}

// Resumption is how a client went on.
type Resumption string

// How a client goes on, best first.
const (
	// Kept means that it went on with a token that was there.
	Kept Resumption = "kept"
	// Renewed means that it refreshed.
	Renewed Resumption = "renewed"
	// LoggedIn means that it sent its user to the authorization server.
	LoggedIn Resumption = "login"
	// Collided means that it sent a refresh token for which another session of
	// the installation was given a new one, whatever came of it.
	Collided Resumption = "collided"
	// Stopped means that it did not go on.
	Stopped Resumption = "failed"
)

// Resumptions returns all of them, best first.
func Resumptions() []Resumption {
	return []Resumption{Kept, Renewed, LoggedIn, Collided, Stopped}
}

// manyRefreshes is how many refreshes in a row whose tokens are not used are no
// storm yet: requests that race, a program that ends in between.
const manyRefreshes = 5

// Storm reports whether the client refreshed again and again without need.
func (o *OverTime) Storm() bool { return o != nil && o.Row > manyRefreshes }

// problems are words that are none.
func (o *OverTime) problems() []string {
	if o == nil {
		return nil
	}
	var p []string
	for _, r := range []Resumption{o.Restart, o.Second, o.Turn} {
		if r != "" && !slices.Contains(Resumptions(), r) {
			p = append(p, fmt.Sprintf("over time: %q is no way to go on", r))
		}
	}
	return p
}
