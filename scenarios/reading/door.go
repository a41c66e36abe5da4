package reading

import (
	"net/http"
	"slices"
)

// Door is a door of the flow.
type Door string

// The doors, in the order in which a client comes to them.
const (
	DoorChallenge        Door = "challenge"
	DoorResourceMetadata Door = "resource-metadata"
	DoorServerMetadata   Door = "as-metadata"
	DoorRegistration     Door = "registration"
	DoorAuthorize        Door = "authorize"
	DoorConsent          Door = "consent"
	DoorCallback         Door = "callback"
	DoorToken            Door = "token"
	DoorCall             Door = "call"
	DoorStepUp           Door = "step-up"
	DoorRefresh          Door = "refresh"
)

// Doors returns every door in order.
func Doors() []Door {
	return []Door{
		DoorChallenge, DoorResourceMetadata, DoorServerMetadata, DoorRegistration, DoorAuthorize,
		DoorConsent, DoorCallback, DoorToken, DoorCall, DoorStepUp, DoorRefresh,
	}
}

// Index is the place of a door on the path.
func (s Door) Index() int { return slices.Index(Doors(), s) }

// Span is a range of exchange IDs, both ends included.
type Span struct{ First, Last int }

func (s Span) Has(id int) bool { return id >= s.First && id <= s.Last }

func (v *View) Whole() Span { return Span{1, len(v.Rec.Exchanges)} }

// Progress is how far a client came within a span of the recording.
type Progress struct {
	// Passed lists the doors that were seen to open, in order.
	Passed []Door
	// Broken is the door that stayed shut, "" when a tool result was reached.
	Broken Door
	// At is the last exchange at the broken door, 0 when there was none.
	At int
}

// Progress finds the door at which the flow within the span came to an end.
// It looks for the furthest success and names the next door that was tried.
func (v *View) Progress(s Span) Progress {
	m := v.milestones(s)
	p := Progress{Passed: m.passed()}
	if imported(v.Rec) && len(v.Attempts) == 0 && s.Last == v.Whole().Last {
		if door, at, known := v.ending(s, m); known {
			p.Broken, p.At = door, at
			p.Passed = slices.DeleteFunc(p.Passed, func(d Door) bool { return d == door })
			return p
		}
	}
	switch {
	case m.call > 0:
		// A tool result shows the way through all doors, also where an earlier
		// one was not needed (a stored token, a server without authorization).
	case m.token > 0 && len(v.Attempts) == 0 && m.used < m.token:
		// A recording that ends with the token: nobody knows of more.
	case m.rejected > 0:
		// Whatever the client does after that, the token that it was issued
		// did not open the door.
		p.Broken, p.At = DoorCall, m.rejected
	case m.token > 0 && m.asked > m.token:
		// The client began anew, and that is where it stands.
		again := v.Progress(Span{m.token + 1, s.Last})
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

func (v *View) milestones(s Span) milestones {
	return milestones{
		unauthorized:      LastOf(v.MCP, s, func(m MCPRequest) bool { return m.Status == http.StatusUnauthorized }),
		resource:          LastOf(v.ResourceMetadata, s, Document.Found),
		resourceTried:     LastOf(v.ResourceMetadata, s, Every[Document]),
		metadata:          LastOf(v.ServerMetadata, s, Document.Found),
		metadataTried:     LastOf(v.ServerMetadata, s, Every[Document]),
		registered:        LastOf(v.Registrations, s, Registration.Shown),
		registrationTried: LastOf(v.Registrations, s, Every[Registration]),
		asked:             LastOf(v.Authorizations, s, Every[Authorization]),
		accepted:          LastOf(v.Authorizations, s, Authorization.Accepted),
		granted:           LastOf(v.Authorizations, s, func(a Authorization) bool { return a.Callback != nil && a.Callback.Granted() }),
		redeemed:          LastOf(v.Tokens, s, Every[TokenRequest]),
		token:             LastOf(v.Tokens, s, TokenRequest.Issued),
		tried:             LastOf(v.MCP, s, Every[MCPRequest]),
		used:              LastOf(v.MCP, s, MCPRequest.Authorized),
		call:              LastOf(v.MCP, s, v.Useful),
		rejected:          LastOf(v.MCP, s, func(m MCPRequest) bool { return m.Status == http.StatusUnauthorized && v.issuedWithin(s, m) }),
		declined:          v.declined(s),
	}
}

// issuedWithin reports whether the token of a request was issued for a code
// before it, within the span.
func (v *View) issuedWithin(s Span, m MCPRequest) bool {
	return m.Token != "" && slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool {
		return s.Has(t.ID) && t.ID < m.ID && t.Grant == "authorization_code" && t.OK && t.Access == m.Token
	})
}

func (m milestones) passed() []Door {
	var out []Door
	for _, d := range []struct {
		door Door
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
func (m milestones) late() (Door, int) {
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
func (m milestones) early() (Door, int) {
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

// Accepted reports whether the authorization server let the request in: it
// granted it, the user denied it, or the answer is still out.
func (a Authorization) Accepted() bool {
	return a.RefusedBy == 0 && (a.Callback == nil || a.Callback.Granted() || a.Callback.Denied())
}

// Useful reports whether a request shows that the client is in. In a cell it was
// told to call a tool, so only that counts; an imported recording may end
// before, so there any result for a token does.
func (v *View) Useful(m MCPRequest) bool {
	return m.Result && (m.Method == "tools/call" || len(v.Attempts) == 0 && (m.Token != "" || m.QueryToken || v.presumed(m)))
}

// presumed reports whether a request had a token although the recording does not
// show it: Authorization headers are not recorded, and one had been issued.
func (v *View) presumed(m MCPRequest) bool {
	return !v.Recorded.Authorization() && slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.Issued() && t.ID < m.ID })
}

func (m MCPRequest) Authorized() bool { return m.Token != "" }

// declined reports whether the metadata itself is a reason to turn away: it
// lists no S256, names another issuer, or an authorization endpoint that nobody
// may open.
func (v *View) declined(s Span) bool {
	return slices.ContainsFunc(v.ServerMetadata, func(d Document) bool {
		return s.Has(d.ID) && d.Usable() && v.Unfit(d)
	})
}

// Unfit reports whether a client may not go on with a metadata document.
func (v *View) Unfit(d Document) bool {
	issuer := v.IssuerOf(d)
	return !slices.Contains(Texts(d.JSON, "code_challenge_methods_supported"), "S256") ||
		issuer != "" && Text(d.JSON, "issuer") != issuer || !SafeToOpen(Text(d.JSON, "authorization_endpoint"))
}

func (d Document) Usable() bool { return d.Status == 200 && d.JSON != nil }

// Found reports whether there was a document, as far as the recording shows: of
// an answer without its payload only the status tells.
func (d Document) Found() bool { return d.Usable() || d.Unrecorded }

func Every[T any](T) bool { return true }

func (c *Callback) Granted() bool { return c.Params.Get("code") != "" }

func (c *Callback) Denied() bool { return c.Params.Get("error") == "access_denied" }

// Numbered is anything that carries an exchange.
type Numbered interface{ Number() int }

func (m MCPRequest) Number() int { return m.ID }

func (d Document) Number() int { return d.ID }

func (r Registration) Number() int { return r.ID }

func (a Authorization) Number() int { return a.ID }

func (t TokenRequest) Number() int { return t.ID }

// LastOf is the ID of the last element within the span that ok accepts, 0 for
// none.
func LastOf[T Numbered](list []T, s Span, ok func(T) bool) int {
	id := 0
	for _, e := range list {
		if s.Has(e.Number()) && ok(e) {
			id = e.Number()
		}
	}
	return id
}
