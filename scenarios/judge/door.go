package judge

import (
	"net/http"
	"slices"
)

// Stage is a door of the flow.
type Stage string

// The doors, in the order in which a client comes to them.
const (
	DoorChallenge        Stage = "challenge"
	DoorResourceMetadata Stage = "resource-metadata"
	DoorServerMetadata   Stage = "as-metadata"
	DoorRegistration     Stage = "registration"
	DoorAuthorize        Stage = "authorize"
	DoorConsent          Stage = "consent"
	DoorCallback         Stage = "callback"
	DoorToken            Stage = "token"
	DoorCall             Stage = "call"
	DoorStepUp           Stage = "step-up"
	DoorRefresh          Stage = "refresh"
)

// Doors returns every door in order.
func Doors() []Stage {
	return []Stage{
		DoorChallenge, DoorResourceMetadata, DoorServerMetadata, DoorRegistration, DoorAuthorize,
		DoorConsent, DoorCallback, DoorToken, DoorCall, DoorStepUp, DoorRefresh,
	}
}

// index is the place of a door on the path.
func (s Stage) index() int { return slices.Index(Doors(), s) }

// span is a range of exchange IDs, both ends included.
type span struct{ first, last int }

func (s span) has(id int) bool { return id >= s.first && id <= s.last }

func (v *View) whole() span { return span{1, len(v.Rec.Exchanges)} }

// Progress is how far a client came within a span of the recording.
type Progress struct {
	// Passed lists the doors that were seen to open, in order.
	Passed []Stage
	// Broken is the door that stayed shut, "" when a tool result was reached.
	Broken Stage
	// At is the last exchange at the broken door, 0 when there was none.
	At int
}

// progress finds the door at which the flow within the span came to an end.
// It looks for the furthest success and names the next door that was tried.
func (v *View) progress(s span) Progress {
	m := v.milestones(s)
	p := Progress{Passed: m.passed()}
	switch {
	case m.call > 0:
		// A tool result shows the way through all doors, also where an earlier
		// one was not needed (a stored token, a server without authorization).
	case m.token > 0 && len(v.Attempts) == 0 && m.used < m.token:
		// An imported recording that ends with the token: nobody knows of more.
	case m.rejected > 0:
		// Whatever the client does after that, the token that it was issued
		// did not open the door.
		p.Broken, p.At = DoorCall, m.rejected
	case m.token > 0 && m.asked > m.token:
		// The client began anew, and that is where it stands.
		again := v.progress(span{m.token + 1, s.last})
		p.Broken, p.At = again.Broken, again.At
	case m.asked > 0 || m.token > 0:
		p.Broken, p.At = m.late()
	default:
		p.Broken, p.At = m.early()
	}
	return p
}

// milestones are the last exchanges at which something was seen within a span,
// 0 for never.
type milestones struct {
	unauthorized                  int // a 401 answer
	resource, resourceTried       int // protected resource metadata
	metadata, metadataTried       int // authorization server metadata
	registered, registrationTried int
	asked, accepted, granted      int // authorization: requested, not refused, with a code
	redeemed, token               int // token requests, successful ones
	tried, used, call             int // MCP requests, with a token, with a result
	rejected                      int // the 401 answer to a token that was issued within the span
	declined                      bool
}

func (v *View) milestones(s span) milestones {
	return milestones{
		unauthorized:      lastOf(v.MCP, s, func(m MCPRequest) bool { return m.Status == http.StatusUnauthorized }),
		resource:          lastOf(v.ResourceMetadata, s, Document.usable),
		resourceTried:     lastOf(v.ResourceMetadata, s, every[Document]),
		metadata:          lastOf(v.ServerMetadata, s, Document.usable),
		metadataTried:     lastOf(v.ServerMetadata, s, every[Document]),
		registered:        lastOf(v.Registrations, s, func(r Registration) bool { return r.ClientID != "" }),
		registrationTried: lastOf(v.Registrations, s, every[Registration]),
		asked:             lastOf(v.Authorizations, s, every[Authorization]),
		accepted:          lastOf(v.Authorizations, s, Authorization.accepted),
		granted:           lastOf(v.Authorizations, s, func(a Authorization) bool { return a.Callback != nil && a.Callback.granted() }),
		redeemed:          lastOf(v.Tokens, s, every[TokenRequest]),
		token:             lastOf(v.Tokens, s, func(t TokenRequest) bool { return t.OK }),
		tried:             lastOf(v.MCP, s, every[MCPRequest]),
		used:              lastOf(v.MCP, s, MCPRequest.authorized),
		call:              lastOf(v.MCP, s, v.useful),
		rejected:          lastOf(v.MCP, s, func(m MCPRequest) bool { return m.Status == http.StatusUnauthorized && v.issuedWithin(s, m) }),
		declined:          v.declined(s),
	}
}

// issuedWithin reports whether the token of a request was issued for a code
// before it, within the span.
func (v *View) issuedWithin(s span, m MCPRequest) bool {
	return m.Token != "" && slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool {
		return s.has(t.ID) && t.ID < m.ID && t.Grant == "authorization_code" && t.OK && t.Access == m.Token
	})
}

func (m milestones) passed() []Stage {
	var out []Stage
	for _, d := range []struct {
		door Stage
		open bool
	}{
		{DoorChallenge, m.unauthorized > 0},
		{DoorResourceMetadata, m.resource > 0},
		{DoorServerMetadata, m.metadata > 0},
		{DoorRegistration, m.asked > 0 || m.registered > 0},
		{DoorAuthorize, m.accepted > 0},
		{DoorConsent, m.granted > 0},
		{DoorCallback, m.granted > 0 && m.redeemed > 0},
		{DoorToken, m.token > 0},
		{DoorCall, m.call > 0},
	} {
		if d.open {
			out = append(out, d.door)
		}
	}
	return out
}

// late is the broken door of a client that came to ask for authorization.
func (m milestones) late() (Stage, int) {
	switch {
	case m.token > 0:
		return DoorCall, max(m.token, m.tried)
	case m.granted > 0 && m.redeemed > m.granted:
		return DoorToken, m.redeemed
	case m.granted > 0:
		return DoorCallback, m.granted
	case m.accepted > 0:
		return DoorConsent, m.accepted
	}
	return DoorAuthorize, m.asked
}

// early is the broken door of a client that did not.
func (m milestones) early() (Stage, int) {
	switch {
	case m.registered > 0:
		return DoorAuthorize, m.registered
	case m.registrationTried > 0:
		return DoorRegistration, m.registrationTried
	case m.metadata > 0 && m.declined:
		return DoorServerMetadata, m.metadata
	case m.metadata > 0:
		return DoorRegistration, m.metadata
	case m.metadataTried > 0 || m.resource > 0:
		return DoorServerMetadata, max(m.metadataTried, m.resourceTried)
	case m.resourceTried > 0 || m.unauthorized > 0:
		return DoorResourceMetadata, max(m.resourceTried, m.unauthorized)
	}
	return DoorChallenge, m.tried
}

// accepted reports whether the authorization server let the request in: it
// granted it, the user denied it, or the answer is still out.
func (a Authorization) accepted() bool {
	return a.RefusedBy == 0 && (a.Callback == nil || a.Callback.granted() || a.Callback.denied())
}

// useful reports whether a request shows that the client is in. In a cell it was
// told to call a tool, so only that counts; an imported recording may end
// before, so there any result for a token does.
func (v *View) useful(m MCPRequest) bool {
	return m.Result && (m.Method == "tools/call" || len(v.Attempts) == 0 && m.Token != "")
}

func (m MCPRequest) authorized() bool { return m.Token != "" }

// declined reports whether the metadata itself is a reason to turn away: it
// lists no S256, names another issuer, or an authorization endpoint that nobody
// may open.
func (v *View) declined(s span) bool {
	return slices.ContainsFunc(v.ServerMetadata, func(d Document) bool {
		return s.has(d.ID) && d.usable() && v.unfit(d)
	})
}

// unfit reports whether a client may not go on with a metadata document.
func (v *View) unfit(d Document) bool {
	issuer := v.issuerOf(d)
	return !slices.Contains(texts(d.JSON, "code_challenge_methods_supported"), "S256") ||
		issuer != "" && text(d.JSON, "issuer") != issuer || !safeToOpen(text(d.JSON, "authorization_endpoint"))
}

func (d Document) usable() bool { return d.Status == 200 && d.JSON != nil }

func every[T any](T) bool { return true }

func (c *Callback) granted() bool { return c.Params.Get("code") != "" }
func (c *Callback) denied() bool  { return c.Params.Get("error") == "access_denied" }

// numbered is anything that carries an exchange.
type numbered interface{ number() int }

func (m MCPRequest) number() int    { return m.ID }
func (d Document) number() int      { return d.ID }
func (r Registration) number() int  { return r.ID }
func (a Authorization) number() int { return a.ID }
func (t TokenRequest) number() int  { return t.ID }

// lastOf is the ID of the last element within the span that ok accepts, 0 for
// none.
func lastOf[T numbered](list []T, s span, ok func(T) bool) int {
	id := 0
	for _, e := range list {
		if s.has(e.number()) && ok(e) {
			id = e.number()
		}
	}
	return id
}
