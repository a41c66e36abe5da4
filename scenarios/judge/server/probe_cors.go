package server

import (
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedCORS() []check.Check {
	allowed := func(x trace.Exchange) string {
		if x.Response == nil {
			return ""
		}
		return x.Response.Header.Get("Access-Control-Allow-Origin")
	}
	return []check.Check{
		{
			ID: "probe/cors", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "requests as a browser makes them for the script of a page, answered with CORS headers",
			Judge: probed("probe/cors", func(_ *reading.View, p reading.Probe) check.Result {
				var ids []int
				for _, x := range p.Exchanges {
					if allowed(x) == "" {
						return check.Unseen() // A server need not serve web pages.
					}
					ids = append(ids, x.ID)
				}
				if ids == nil {
					return check.Unseen()
				}
				return check.Good("open to scripts of other origins", ids...)
			}),
		},
		{
			ID: "probe/authorize-cors", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "a preflight request to the authorization endpoint",
			Judge: probed("probe/authorize-cors", func(_ *reading.View, p reading.Probe) check.Result {
				return check.Each(p.Exchanges, func(x trace.Exchange) check.Result {
					switch origin := allowed(x); {
					case x.Response == nil:
						return check.Unseen()
					case origin != "":
						return check.Bad("no CORS headers", "Access-Control-Allow-Origin: "+origin, x.ID)
					}
					return check.Good("no CORS headers", x.ID)
				})
			}),
		},
	}
}
