package judge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// fact is a fact of a recording by the name that the cases of two colliding
// permissions call it by; an unknown name never holds.
func fact(name string) func(*reading.View, *report.Obstacle) bool {
	if f, ok := facts()[name]; ok {
		return f
	}
	return func(*reading.View, *report.Obstacle) bool { return false }
}

func facts() map[string]func(*reading.View, *report.Obstacle) bool {
	return map[string]func(*reading.View, *report.Obstacle) bool{
		"no-client-id-given": func(v *reading.View, _ *report.Obstacle) bool { return v.Rec.Setting.Configured == nil },
		"dynamic-registration-offered": func(v *reading.View, _ *report.Obstacle) bool {
			return slices.ContainsFunc(v.ServerMetadata, offersRegistration)
		},
		"no-registration-endpoint-named": func(v *reading.View, _ *report.Obstacle) bool {
			return !slices.ContainsFunc(v.ServerMetadata, offersRegistration)
		},
		"operator-registered-another-redirect": operatorRegisteredAnother,
		"redirect-host-localhost":              redirectsToLocalhost,
		"redirect-port-differs":                redirectPortDiffers,
		"resource-sent":                        resourceWasSent,
		"requires-pushed-requests":             requiresPushedRequests,
		"resource-sent-before": func(v *reading.View, _ *report.Obstacle) bool {
			return slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool { return a.Params.Has("resource") })
		},
		"token-for-another-audience": func(v *reading.View, o *report.Obstacle) bool {
			return slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool {
				t, ok := trace.ParseMasked(m.Token)
				return m.ID == o.Exchange && ok && t.JWT != nil && !slices.ContainsFunc(t.JWT.Audience(), v.Identifies)
			})
		},
		"no-proof-sent": func(v *reading.View, o *report.Obstacle) bool {
			return v.Exchange(o.Exchange).Request.Header.Get("Dpop") == ""
		},
		"challenged-with-dpop": func(v *reading.View, o *report.Obstacle) bool {
			return slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool {
				return m.ID == o.Exchange && slices.ContainsFunc(m.Challenges, func(c reading.Challenge) bool {
					return strings.EqualFold(c.Scheme, "DPoP")
				})
			})
		},
		"several-authorization-servers": func(v *reading.View, _ *report.Obstacle) bool { return len(v.Named()) > 1 },
		"first-unreachable":             firstUnreachable,
		"scope-asked-and-not-granted":   scopeAskedAndNotGranted,
		"no-refresh-token-issued": func(v *reading.View, _ *report.Obstacle) bool {
			return !slices.ContainsFunc(v.Tokens, func(t reading.TokenRequest) bool { return t.Refresh != "" })
		},
		"no-method-registered": func(v *reading.View, _ *report.Obstacle) bool {
			return !slices.ContainsFunc(v.Registrations, func(r reading.Registration) bool {
				return reading.Text(r.Answer, "token_endpoint_auth_method") != ""
			})
		},
	}
}

// authorizationAt is the authorization request that an exchange belongs to, else
// the newest before it; false when there is none.
func authorizationAt(v *reading.View, id int) (reading.Authorization, bool) {
	for _, a := range slices.Backward(v.Authorizations) {
		if a.ID == id || a.RefusedBy == id || a.Callback != nil && a.Callback.ID == id || a.ID < id {
			return a, true
		}
	}
	return reading.Authorization{}, false
}

// operatorRegisteredAnother reports whether the client was registered by hand,
// with other redirect URIs than the one that it sent.
func operatorRegisteredAnother(v *reading.View, o *report.Obstacle) bool {
	a, ok := authorizationAt(v, o.Exchange)
	if !ok {
		return false
	}
	for _, c := range v.Rec.Setting.Registered {
		if c.ClientID == a.Params.Get("client_id") {
			return !slices.Contains(c.RedirectURIs, a.Params.Get("redirect_uri"))
		}
	}
	return false
}

func redirectsToLocalhost(v *reading.View, o *report.Obstacle) bool {
	a, ok := authorizationAt(v, o.Exchange)
	u, err := url.Parse(a.Params.Get("redirect_uri"))
	return ok && err == nil && strings.EqualFold(u.Hostname(), "localhost")
}

func redirectPortDiffers(v *reading.View, o *report.Obstacle) bool {
	a, ok := authorizationAt(v, o.Exchange)
	registered := v.RegisteredRedirects(a)
	uri := a.Params.Get("redirect_uri")
	return ok && !slices.Contains(registered, uri) &&
		slices.ContainsFunc(registered, func(r string) bool { return reading.SameButPort(r, uri) })
}

func resourceWasSent(v *reading.View, o *report.Obstacle) bool {
	for _, t := range v.Tokens {
		if t.ID == o.Exchange {
			return t.Form.Has("resource")
		}
	}
	a, ok := authorizationAt(v, o.Exchange)
	return ok && a.Params.Has("resource")
}

func requiresPushedRequests(v *reading.View, _ *report.Obstacle) bool {
	return slices.ContainsFunc(v.ServerMetadata, func(d reading.Document) bool {
		required, _ := d.JSON["require_pushed_authorization_requests"].(bool)
		return required && d.Usable()
	})
}

// firstUnreachable reports whether the authorization server that the metadata
// names first gave no answer, or none is on the recording.
func firstUnreachable(v *reading.View, _ *report.Obstacle) bool {
	named := v.Named()
	if len(named) == 0 {
		return false
	}
	places := reading.WellKnownOf(named[0])
	return !slices.ContainsFunc(v.ServerMetadata, func(d reading.Document) bool {
		return slices.Contains(places, d.Request.URL) && d.Response != nil && d.Status < http.StatusInternalServerError
	})
}

// scopeAskedAndNotGranted reports whether the scope that the challenge names had
// been asked for before.
func scopeAskedAndNotGranted(v *reading.View, o *report.Obstacle) bool {
	for _, m := range v.MCP {
		if m.ID != o.Exchange {
			continue
		}
		return slices.ContainsFunc(strings.Fields(m.Challenge.Param("scope")), func(s string) bool {
			return slices.ContainsFunc(v.Authorizations, func(a reading.Authorization) bool {
				return a.ID < m.ID && slices.Contains(strings.Fields(a.Params.Get("scope")), s)
			})
		})
	}
	return false
}

// astray reports whether the client stands at an endpoint that no metadata
// names, or at an authorization server that the resource metadata does not name.
func astray(v *reading.View, o *report.Obstacle) bool {
	x := v.Exchange(o.Exchange)
	if o.By == "" || x.ID == 0 {
		return false
	}
	if len(v.Named()) == 0 || !slices.ContainsFunc(v.ServerMetadata, reading.Document.Usable) {
		return true
	}
	used := v.IssuersUsed()
	return len(used) > 0 && !slices.ContainsFunc(used, func(issuer string) bool { return slices.Contains(v.Named(), issuer) })
}

// wouldShow is what a recording would have to show for the fault to be known.
func wouldShow(v *reading.View, broken *goal) string {
	o := broken.obstacle
	switch o.Kind { //nolint:exhaustive // the other kinds are decided before
	case report.NoAnswer:
		return "whether the server was reachable: its log, or a request to it from elsewhere"
	case report.NotReturned:
		return "what the browser showed after the authorization request"
	case report.ClientStopped, report.NothingSent:
		if broken.says != "" {
			return "why the client stopped: its message names no rule of the protocol; its log would"
		}
		return "why the client stopped: its message or its log"
	case report.Unproven:
		return "the request by which the client came to its result"
	}
	if len(o.Topics) == 0 {
		return "what the server refuses: its answer names no parameter; its log would"
	}
	if slices.Contains(o.Topics, "client_id") && !registeredHere(v, o) {
		return "whether the client is registered: its registration is not on the recording"
	}
	return "why the server refuses " + strings.Join(o.Topics, " or ") + ": its configuration or its log"
}

// registeredHere reports whether the client_id at an obstacle was issued on the
// recording.
func registeredHere(v *reading.View, o *report.Obstacle) bool {
	a, ok := authorizationAt(v, o.Exchange)
	return ok && slices.ContainsFunc(v.Registrations, func(r reading.Registration) bool {
		return r.ClientID != "" && r.ClientID == a.Params.Get("client_id")
	})
}
