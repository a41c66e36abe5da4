package judge

import "slices"

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
	var p Progress
	pass := func(d Stage, ok bool) bool {
		if ok {
			p.Passed = append(p.Passed, d)
		}
		return ok
	}
	unauthorized := lastOf(v.MCP, s, func(m MCPRequest) bool { return m.Status == 401 })
	pass(DoorChallenge, unauthorized > 0)
	pass(DoorResourceMetadata, lastOf(v.ResourceMetadata, s, Document.usable) > 0)
	metadata := pass(DoorServerMetadata, lastOf(v.ServerMetadata, s, Document.usable) > 0)
	asked := lastOf(v.Authorizations, s, anyAuthorization)
	registered := lastOf(v.Registrations, s, func(r Registration) bool { return r.ClientID != "" })
	pass(DoorRegistration, asked > 0 || registered > 0)
	accepted := lastOf(v.Authorizations, s, func(a Authorization) bool {
		return a.RefusedBy == 0 && (a.Callback == nil || a.Callback.granted() || a.Callback.denied())
	})
	pass(DoorAuthorize, accepted > 0)
	granted := lastOf(v.Authorizations, s, func(a Authorization) bool { return a.Callback != nil && a.Callback.granted() })
	pass(DoorConsent, granted > 0)
	redeemed := lastOf(v.Tokens, s, func(TokenRequest) bool { return true })
	pass(DoorCallback, granted > 0 && redeemed > 0)
	token := lastOf(v.Tokens, s, func(t TokenRequest) bool { return t.OK })
	pass(DoorToken, token > 0)
	// A tool result shows the way through all doors, also where an earlier one
	// was not needed (a stored token, a server without authorization).
	call := lastOf(v.MCP, s, v.useful)
	if pass(DoorCall, call > 0) {
		return p
	}
	tried := lastOf(v.MCP, s, func(MCPRequest) bool { return true })
	switch {
	case token > 0 && len(v.Attempts) == 0 && lastOf(v.MCP, s, MCPRequest.authorized) < token:
		// An imported recording that ends with the token: nobody knows of more.
	case token > 0:
		p.Broken, p.At = DoorCall, max(token, tried)
	case granted > 0 && redeemed > granted:
		p.Broken, p.At = DoorToken, redeemed
	case granted > 0:
		p.Broken, p.At = DoorCallback, granted
	case accepted > 0:
		p.Broken, p.At = DoorConsent, accepted
	case asked > 0:
		p.Broken, p.At = DoorAuthorize, asked
	case registered > 0:
		p.Broken, p.At = DoorAuthorize, registered
	case lastOf(v.Registrations, s, func(Registration) bool { return true }) > 0:
		p.Broken, p.At = DoorRegistration, lastOf(v.Registrations, s, func(Registration) bool { return true })
	case metadata && v.declined(s):
		p.Broken, p.At = DoorServerMetadata, lastOf(v.ServerMetadata, s, Document.usable)
	case metadata:
		p.Broken, p.At = DoorRegistration, lastOf(v.ServerMetadata, s, Document.usable)
	case lastOf(v.ServerMetadata, s, anyDocument) > 0 || lastOf(v.ResourceMetadata, s, Document.usable) > 0:
		p.Broken = DoorServerMetadata
		p.At = max(lastOf(v.ServerMetadata, s, anyDocument), lastOf(v.ResourceMetadata, s, anyDocument))
	case lastOf(v.ResourceMetadata, s, anyDocument) > 0 || unauthorized > 0:
		p.Broken = DoorResourceMetadata
		p.At = max(lastOf(v.ResourceMetadata, s, anyDocument), unauthorized)
	default:
		p.Broken, p.At = DoorChallenge, tried
	}
	return p
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
	for _, d := range v.ServerMetadata {
		if !s.has(d.ID) || !d.usable() {
			continue
		}
		issuer := v.issuerOf(d)
		if !slices.Contains(texts(d.JSON, "code_challenge_methods_supported"), "S256") ||
			issuer != "" && text(d.JSON, "issuer") != issuer || !safeToOpen(text(d.JSON, "authorization_endpoint")) {
			return true
		}
	}
	return false
}

func (d Document) usable() bool { return d.Status == 200 && d.JSON != nil }

func anyDocument(Document) bool           { return true }
func anyAuthorization(Authorization) bool { return true }

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
