package server

import (
	"net/http"
	"net/url"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// serverErrorChecks look for answers with which a server says itself that it has
// erred (RFC 9110 section 15.6), door by door.
func serverErrorChecks() []check.Check {
	var out []check.Check
	for _, c := range []struct {
		id, scenario string
		door         reading.Door
		breaks       []reading.Door
		of           func(v *reading.View) []trace.Exchange
	}{
		{
			"discovery/challenge-served", "C.1", reading.DoorChallenge,
			[]reading.Door{reading.DoorChallenge, reading.DoorRefresh},
			func(v *reading.View) []trace.Exchange {
				return exchanges(v.MCP, func(m reading.MCPRequest) bool { return m.Token == "" && m.Request.Method == http.MethodPost })
			},
		},
		{
			"discovery/resource-metadata-served", "C.1", reading.DoorResourceMetadata,
			[]reading.Door{reading.DoorResourceMetadata},
			func(v *reading.View) []trace.Exchange { return exchanges(v.ResourceMetadata, reading.Every) },
		},
		{
			"discovery/as-metadata-served", "C.1", reading.DoorServerMetadata,
			[]reading.Door{reading.DoorServerMetadata},
			func(v *reading.View) []trace.Exchange { return exchanges(v.ServerMetadata, reading.Every) },
		},
		{
			"registration/served", "C.2", reading.DoorRegistration,
			[]reading.Door{reading.DoorRegistration},
			func(v *reading.View) []trace.Exchange { return exchanges(v.Registrations, reading.Every) },
		},
		{
			"authorize/served", "C.4", reading.DoorAuthorize,
			[]reading.Door{reading.DoorAuthorize, reading.DoorConsent},
			func(v *reading.View) []trace.Exchange {
				var out []trace.Exchange
				for _, a := range v.Authorizations {
					// Another host's page on the way, such as an identity provider's,
					// is not the authorization server's.
					if x := v.Exchange(a.RefusedBy); x.Response != nil && sameHost(x.Request.URL, a.Request.URL) {
						out = append(out, x)
					} else {
						out = append(out, a.Exchange)
					}
				}
				return out
			},
		},
		{
			"token/served", "C.5", reading.DoorToken,
			[]reading.Door{reading.DoorToken},
			func(v *reading.View) []trace.Exchange {
				return exchanges(v.Tokens, func(t reading.TokenRequest) bool { return t.Grant != "refresh_token" })
			},
		},
		{
			"refresh/served", "C.6", reading.DoorRefresh,
			[]reading.Door{reading.DoorRefresh},
			func(v *reading.View) []trace.Exchange {
				return exchanges(v.Tokens, func(t reading.TokenRequest) bool { return t.Grant == "refresh_token" })
			},
		},
		{
			"call/served", "C.7", reading.DoorCall,
			[]reading.Door{reading.DoorCall, reading.DoorStepUp, reading.DoorRefresh},
			func(v *reading.View) []trace.Exchange {
				return exchanges(v.MCP, func(m reading.MCPRequest) bool { return m.Token != "" && m.Request.Method == http.MethodPost })
			},
		},
	} {
		out = append(out, check.Check{
			ID: c.id, Scenario: c.scenario, Stage: c.door, Breaks: c.breaks,
			Needs: "an answer at this door",
			Judge: func(v *reading.View) check.Result {
				return check.Each(c.of(v), func(x trace.Exchange) check.Result {
					switch {
					case x.Response == nil:
						return check.Unseen()
					case x.Response.Status/100 == 5:
						return check.Bad("an answer that is no server error", reading.Status(x), x.ID)
					}
					return check.Good(reading.Status(x), x.ID)
				})
			},
		})
	}
	return out
}

// exchanges are those of the messages that ok accepts.
func exchanges[T interface {
	reading.MCPRequest | reading.Document | reading.Registration | reading.TokenRequest
}](list []T, ok func(T) bool) []trace.Exchange {
	var out []trace.Exchange
	for _, e := range list {
		if !ok(e) {
			continue
		}
		switch m := any(e).(type) {
		case reading.MCPRequest:
			out = append(out, m.Exchange)
		case reading.Document:
			out = append(out, m.Exchange)
		case reading.Registration:
			out = append(out, m.Exchange)
		case reading.TokenRequest:
			out = append(out, m.Exchange)
		}
	}
	return out
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Host == y.Host
}
