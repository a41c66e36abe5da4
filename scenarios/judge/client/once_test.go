package client

import (
	"net/http"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

// returns is an authorization request whose answer has more parameters.
func returns(more string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) { f.Authorize(ofServer, http.StatusFound, judgetest.Granted+more, "") }
}

func timed(at, took time.Duration) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		x := &f.Rec.Exchanges[len(f.Rec.Exchanges)-1]
		x.At, x.Took = at, took
	}
}

func TestWhatIsGoodForOneUse(t *testing.T) {
	t.Parallel()
	const state, twice, parallel = "authorize/state-fresh", "callback/duplicates-refused", "refresh/one-at-a-time"
	redeem := redeemsAs("c")
	lost := func(f *judgetest.Flow) { f.Rec.Exchanges[len(f.Rec.Exchanges)-1].Response = nil }
	agree(t, map[string]judgement{
		"one state":                   {state, after(judgetest.WithCode), check.Kept},
		"the same state":              {state, after(judgetest.WithClient, asks(ofServer), asks("&code_challenge=another"+"&redirect_uri="+judgetest.Redirect)), check.Broken},
		"a page loaded again":         {state, after(judgetest.WithClient, asks(ofServer), asks(ofServer)), check.Kept},
		"passed on by the server":     {state, after(judgetest.WithClient, asks(ofServer), asks(ofServer+"&login=1")), check.Kept},
		"a challenge used again":      {"pkce/fresh-challenge", after(judgetest.WithClient, asks(ofServer), asks(ofServer+"&state=other")), check.Broken},
		"a challenge on a page again": {"pkce/fresh-challenge", after(judgetest.WithClient, asks(ofServer), asks(ofServer)), check.Kept},
		"every parameter once":        {twice, after(judgetest.WithToken), check.NotSeen},
		"two codes, one used":         {twice, after(judgetest.WithClient, returns("&code=y"), redeem), check.Broken},
		"two codes, the second used": {twice, after(judgetest.WithClient, returns("&code=y"), func(f *judgetest.Flow) {
			f.Post("/token", "grant_type=authorization_code&code=y&client_id=c", 200, judgetest.Issued)
		}), check.Broken},
		"iss twice, dropped":           {twice, after(judgetest.WithClient, returns("&iss=a&iss=b")), check.Kept},
		"iss twice, used":              {twice, after(judgetest.WithClient, returns("&iss=a&iss=b"), redeem), check.Broken},
		"something else twice":         {twice, after(judgetest.WithClient, returns("&x=a&x=b"), redeem), check.NotSeen},
		"refreshed at once":            {parallel, after(judgetest.WithToken, refreshesAs("r", "c"), timed(10, 10), refreshesAs("r", "c"), timed(15, 5)), check.Broken},
		"refreshed one by one":         {parallel, after(judgetest.WithToken, refreshesAs("r", "c"), timed(10, 10), refreshesAs("r", "c"), timed(20, 5)), check.Kept},
		"the first was never answered": {parallel, after(judgetest.WithToken, refreshesAs("r", "c"), timed(10, 10), lost, refreshesAs("r", "c"), timed(15, 5)), check.NotSeen},
		"refreshed without times":      {parallel, after(judgetest.WithToken, refreshesAs("r", "c"), timed(0, 0), refreshesAs("r", "c"), timed(0, 0)), check.NotSeen},
		"two refresh tokens":           {parallel, after(judgetest.WithToken, refreshesAs("r", "c"), timed(10, 10), refreshesAs("q", "c"), timed(15, 5)), check.NotSeen},
	})
}
