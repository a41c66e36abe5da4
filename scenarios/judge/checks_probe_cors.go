package judge

import "github.com/mcpcompat/mcpcompat/fixtures/trace"

func probedCORS() []Check {
	allowed := func(x trace.Exchange) string {
		if x.Response == nil {
			return ""
		}
		return x.Response.Header.Get("Access-Control-Allow-Origin")
	}
	return []Check{
		{
			ID: "probe/cors", Scenario: "C.1", Stage: DoorChallenge,
			Needs: "requests as a browser makes them for the script of a page, answered with CORS headers",
			Judge: probed("probe/cors", func(_ *View, p Probe) Result {
				var ids []int
				for _, x := range p.Exchanges {
					if allowed(x) == "" {
						return unseen() // A server need not serve web pages.
					}
					ids = append(ids, x.ID)
				}
				if ids == nil {
					return unseen()
				}
				return good("open to scripts of other origins", ids...)
			}),
		},
		{
			ID: "probe/authorize-cors", Scenario: "C.4", Stage: DoorAuthorize,
			Needs: "a preflight request to the authorization endpoint",
			Judge: probed("probe/authorize-cors", func(_ *View, p Probe) Result {
				return each(p.Exchanges, func(x trace.Exchange) Result {
					switch origin := allowed(x); {
					case x.Response == nil:
						return unseen()
					case origin != "":
						return bad("no CORS headers", "Access-Control-Allow-Origin: "+origin, x.ID)
					}
					return good("no CORS headers", x.ID)
				})
			}),
		},
	}
}
