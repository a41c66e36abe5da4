package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func challengeAnswerChecks() []check.Check {
	doors := []reading.Door{reading.DoorChallenge, reading.DoorResourceMetadata}
	client := []string{""} // It is the client that does not find its way.
	return []check.Check{
		{
			ID: "discovery/challenge-present", Scenario: "C.1", Stage: reading.DoorChallenge,
			Breaks: slices.Concat(doors, []reading.Door{reading.DoorCall, reading.DoorRefresh}),
			Needs:  "a 401 answer of the MCP server with its headers",
			Judge: refusals(func(m reading.MCPRequest) check.Result {
				if m.Response.Header.Get("WWW-Authenticate") == "" {
					return check.Bad("WWW-Authenticate with a challenge", "none", m.ID)
				}
				return check.Good(m.Response.Header.Get("WWW-Authenticate"), m.ID)
			}),
		},
		{
			ID: "discovery/challenge-scheme", Scenario: "C.1", Stage: reading.DoorChallenge, Breaks: doors,
			Needs: "a 401 answer to a request without a token",
			Judge: refusals(func(m reading.MCPRequest) check.Result {
				switch {
				case m.Token != "":
					return check.Unseen()
				case m.Challenge.Scheme == "":
					return check.Bad("WWW-Authenticate with Bearer or DPoP",
						check.OrNone(strings.Join(m.Response.Header.Values("WWW-Authenticate"), ", ")), m.ID)
				}
				return check.Good(m.Challenge.Scheme, m.ID)
			}),
		},
		{
			ID: "discovery/metadata-findable", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			// A client that finds none turns to the MCP server's own origin.
			Breaks: []reading.Door{reading.DoorResourceMetadata, reading.DoorServerMetadata, reading.DoorRegistration},
			Needs:  "protected resource metadata, or a look at every place where it may be",
			Judge:  resourceMetadataFindable,
		},
		{
			ID: "discovery/metadata-url", Scenario: "C.1", Stage: reading.DoorChallenge,
			Breaks: []reading.Door{reading.DoorResourceMetadata}, Codes: client,
			Needs: "a challenge with resource_metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result { return metadataURL(v, m) })
			},
		},
		{
			ID: "discovery/no-offline-access-in-challenge", Scenario: "C.1", Stage: reading.DoorChallenge,
			Needs: "a 401 answer to a request without a token whose challenge has scope",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
					switch s := strings.Fields(m.Challenge.Param("scope")); {
					case len(s) == 0 || m.Token != "":
						return check.Unseen() // a step-up challenge may repeat what was granted
					case slices.Contains(s, "offline_access"):
						return check.Bad("no offline_access in the challenge", "scope="+reading.Quote(m.Challenge.Param("scope")), m.ID)
					}
					return check.Good("not named", m.ID)
				})
			},
		},
	}
}

// refusals judges the 401 answers of the MCP server where a challenge would show.
func refusals(judge func(m reading.MCPRequest) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		if !v.Recorded.ResponseHeader("WWW-Authenticate") {
			return check.Unseen()
		}
		return check.Each(v.MCP, func(m reading.MCPRequest) check.Result {
			if m.Status != http.StatusUnauthorized {
				return check.Unseen()
			}
			return judge(m)
		})
	}
}

// challenged judges MCP-DISC-1: a request that needs authorization and carries
// none is answered 401. One that is served needs none, so that only refusals can
// be wrong; a server may leave initialize and tools/list open and challenge at
// the call (MCP-DISC-11).
func challenged(m reading.MCPRequest) check.Result {
	switch {
	case m.Token != "" || m.QueryToken || m.Response == nil || m.Moved() || m.Method == "" && m.Request.Method != http.MethodGet:
		return check.Unseen()
	case m.Status == http.StatusUnauthorized:
		return check.Good("401", m.ID)
	case m.Status == http.StatusForbidden && says(m.Response.Body.Text, "origin"):
		return check.Unseen() // MCP's transports have a server refuse foreign origins with 403
	case m.Status == http.StatusBadRequest && m.Challenge.Scheme != "" && m.Challenge.Param("error") != "invalid_request":
		// It asks for a token; invalid_request is about a malformed request.
		return check.Bad("401 for a request without a token", reading.Status(m.Exchange)+" with a challenge", m.ID)
	case m.Status == http.StatusForbidden, m.Status/100 == 3 && says(m.Response.Header.Get("Location"), "login", "signin", "sign-in", "auth"),
		m.Status/100 != 5 && wantsLogin(m.Response.Body.Text) && !m.Result:
		return check.Bad("401 for a request without a token", reading.Status(m.Exchange), m.ID)
	}
	return check.Unseen()
}

// wantsLogin reports whether an answer without a result says that authorization
// is missing.
func wantsLogin(body string) bool {
	return says(body, "unauthorized", "unauthenticated", "not authenticated", "authentication required", "authorization required",
		"authentication is required", "authorization is required", "missing authorization", "missing token", "missing access token",
		"login required", "log in to", "sign in to")
}

// resourceMetadataFindable judges whether there is protected resource metadata at
// all, where every place was tried: the URL of the challenge and both well-known
// URIs. Where the setting says that there is none, nobody need have looked.
func resourceMetadataFindable(v *reading.View) check.Result {
	var missed []int
	for _, d := range v.ResourceMetadata {
		switch {
		case d.Usable():
			return check.Good(d.Request.URL, d.ID)
		case d.Request.Method == http.MethodGet && d.Response != nil && d.Status/100 != 5:
			missed = append(missed, d.ID)
		}
	}
	refused := false
	for _, m := range v.MCP {
		if m.Token != "" || m.Status != http.StatusUnauthorized {
			continue
		}
		refused = true
		if hint := reading.Resolve(m.Request.URL, m.Challenge.Param("resource_metadata")); hint != "" && !answeredAt(v, hint) {
			return check.Unseen()
		}
		missed = append(missed, m.ID)
	}
	none := v.Rec.Setting.NoResourceMetadata
	// A client that sends the MCP server nothing without a token, and goes to
	// register at once, sees no challenge; only the setting tells that there is
	// nothing that it could have named.
	unasked := len(v.MCP) == 0 && len(missed) > 0 && len(v.Registrations)+len(v.Authorizations) > 0
	if !none && !lookedEverywhere(v) || !refused && (!none || !unasked) || refused && !v.Recorded.ResponseHeader("WWW-Authenticate") {
		return check.Unseen()
	}
	return check.Bad("protected resource metadata", "none at any place, and none named in the challenge", missed...)
}

func answeredAt(v *reading.View, u string) bool {
	return slices.ContainsFunc(v.ResourceMetadata, func(d reading.Document) bool {
		return d.Request.URL == u && d.Response != nil && d.Status/100 != 5
	})
}

// metadataURL judges the URL that a challenge names: absolute, and with the
// document behind it.
func metadataURL(v *reading.View, m reading.MCPRequest) check.Result {
	named := m.Challenge.Param("resource_metadata")
	if named == "" {
		return check.Unseen()
	}
	if u, err := url.Parse(named); err != nil || !u.IsAbs() || u.Host == "" {
		return check.Bad("an absolute URL", "resource_metadata="+reading.Quote(named), m.ID)
	}
	return check.Each(v.ResourceMetadata, func(d reading.Document) check.Result {
		switch {
		case d.Request.URL != named || d.Request.Method != http.MethodGet,
			d.Response == nil || d.Status/100 == 5 || d.Silent() || !v.Recorded.Whole(d.Response.Body):
			return check.Unseen()
		case !d.Usable():
			return check.Bad("the document at "+named, reading.Status(d.Exchange), m.ID, d.ID)
		}
		return check.Good(named, m.ID, d.ID)
	})
}

// identifiesResource reports whether resource is identical to the identifier from
// which the URL of a metadata document was made, or to the URL that the client
// requested where a challenge named the document (RFC 9728 section 3.3). A slash
// more is a difference; the origin alone is right for the root document only.
func identifiesResource(v *reading.View, d reading.Document, resource string) bool {
	u, err := url.Parse(d.Request.URL)
	if err != nil || resource == "" {
		return false
	}
	origin := u.Scheme + "://" + u.Host
	path := strings.TrimPrefix(u.EscapedPath(), wellKnownResource)
	atRoot, wellKnown := u.EscapedPath() == wellKnownResource, strings.HasPrefix(u.EscapedPath(), wellKnownResource)
	right := []string{v.Rec.Setting.MCPURL}
	switch {
	case atRoot: // the well-known part is inserted without the slash after the host
		right = append(right, origin, origin+"/")
	case wellKnown:
		right = []string{origin + path}
		if u.RawQuery != "" {
			right = append(right, origin+path+"?"+u.RawQuery)
		}
		// The document may be that of the URL as it was given, slash and all, and
		// one that a challenge named may be at any place.
		if given := v.Rec.Setting.MCPURL; strings.TrimSuffix(given, "/") == origin+strings.TrimSuffix(path, "/") || hinted(v, d) {
			right = append(right, given)
		}
	}
	return slices.ContainsFunc(right, func(r string) bool { return r != "" && sameSpelling(r, resource) })
}

const wellKnownResource = "/.well-known/oauth-protected-resource"

func hinted(v *reading.View, d reading.Document) bool {
	return slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool {
		return m.ID < d.ID && reading.Resolve(m.Request.URL, m.Challenge.Param("resource_metadata")) == d.Request.URL
	})
}

// sameSpelling compares two URLs as strings; only the case of scheme and host and
// a default port, which a recorder may have changed, make no difference.
func sameSpelling(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil {
		return false
	}
	authority := func(u *url.URL) string {
		host := strings.ToLower(u.Host)
		switch strings.ToLower(u.Scheme) {
		case "https":
			host = strings.TrimSuffix(host, ":443")
		case "http":
			host = strings.TrimSuffix(host, ":80")
		}
		return strings.ToLower(u.Scheme) + "://" + host
	}
	return authority(x) == authority(y) && x.EscapedPath() == y.EscapedPath() && x.RawQuery == y.RawQuery && x.Fragment == y.Fragment &&
		x.ForceQuery == y.ForceQuery
}
