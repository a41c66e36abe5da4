package reading

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// View is a recording whose exchanges are sorted by the door at which they
// knock. It is made once and only read afterwards.
type View struct {
	Rec *trace.Recording
	// Exchanges are those of the flow: all of a recording that was made here,
	// of an imported one those that belong to this client and this MCP server.
	Exchanges []trace.Exchange
	// Recorded says what of them is on the recording.
	Recorded *Recorded

	// MCP are the client's requests to the MCP endpoint.
	MCP []MCPRequest
	// ResourceMetadata are the client's requests for protected resource
	// metadata (RFC 9728).
	ResourceMetadata []Document
	// ServerMetadata are the client's requests for authorization server
	// metadata (RFC 8414, OpenID Connect Discovery).
	ServerMetadata []Document
	Registrations  []Registration
	Authorizations []Authorization
	Tokens         []TokenRequest
	Revocations    []Revocation
	// ClientDocuments are the authorization server's requests for client ID
	// metadata documents.
	ClientDocuments []Document
	Attempts        []Attempt
}

// MCPRequest is a request of the client to the MCP endpoint.
type MCPRequest struct {
	trace.Exchange
	// Method is the JSON-RPC method, "" for GET, DELETE and HEAD.
	Method string
	// Tool is the name in a tools/call.
	Tool string
	// Scheme and Token are those of the Authorization header, the token masked.
	Scheme, Token string
	// QueryToken says that the query has an access_token.
	QueryToken bool
	Status     int
	Challenge  Challenge // Bearer or DPoP; zero when none
	Challenges []Challenge
	// Result says that the answer was a JSON-RPC result without isError.
	Result bool
	// Unrecorded says that the answer was good and its payload is not on the
	// recording.
	Unrecorded bool
}

// Document is a request for a JSON document.
type Document struct {
	trace.Exchange
	Status int
	// JSON is the document, nil when the answer was none.
	JSON map[string]any
	// Unrecorded says that there was an answer with 200 whose payload is not on
	// the recording: it may be a document.
	Unrecorded bool
}

// Registration is a dynamic client registration.
type Registration struct {
	trace.Exchange
	Status    int
	Body      map[string]any // what the client sent
	Answer    map[string]any
	ClientID  string // as issued, "" when refused
	Redirects []string
	// Unrecorded says that the registration succeeded, and that the payload of
	// the answer is not on the recording.
	Unrecorded bool
}

// Authorization is one authorization request and what came of it.
type Authorization struct {
	trace.Exchange // the first request to the authorization endpoint
	Params         Params
	// Pushed is the ID of the pushed authorization request, 0 for none.
	Pushed int
	// Callback is nil when the browser was not sent back to the client.
	Callback *Callback
	// RefusedBy is the exchange in which the authorization server showed an
	// error page instead; 0 for none.
	RefusedBy int
	Page      string // visible text of that page
	// RefusedCode and RefusedWords are the OAuth error code and description of
	// that page, "" where it has none.
	RefusedCode, RefusedWords string
	// Because is what the login answers.
	Because Because
	Issuer  string // of the metadata that names this endpoint
}

// Callback is an authorization response.
type Callback struct {
	ID        int // the exchange whose answer or request carries it
	URL       string
	Params    Params
	Delivered int // the exchange in which it reached the client, 0 when none was seen
}

// TokenRequest is a request to a token endpoint.
type TokenRequest struct {
	trace.Exchange
	Form   Params
	Grant  string
	Status int
	Answer map[string]any
	// Basic is the client identifier of a Basic Authorization header.
	Basic    string
	HasBasic bool
	// AuthUnknown says that no client authentication is to be seen, on a recording
	// without Authorization headers.
	AuthUnknown bool
	ClientID    string
	OK          bool
	// Unrecorded says that the request succeeded, and that the payload of the
	// answer is not on the recording.
	Unrecorded bool
	// Sent says how the parameters were sent: SentAsForm, SentAsJSON or
	// SentInQuery.
	Sent    string
	Error   string
	Access  string // masked access token of the answer
	Refresh string // masked refresh token of the answer
	// Auth is the index of the authorization whose code is redeemed, -1 for
	// none.
	Auth int
	// Issuer of the metadata that names this endpoint, "" when none does.
	Issuer string
}

// Revocation is a request to a revocation endpoint (RFC 7009).
type Revocation struct {
	trace.Exchange
	Token    string // masked, as any other value of a request
	ClientID string // of the form or of the Basic header, "" when it names none
	OK       bool   // answered with 200 (section 2.2)
}

// Attempt is one thing that the client was told to do, and what came of it.
type Attempt struct {
	Scenario string
	Action   string // connect, call, restart, second-session (which has a Tool when it is to call one)
	Tool     string
	Answered bool
	Status   string
	Words    string
	// First and Last are the IDs of the exchanges of this attempt; Last is
	// First-1 when there were none.
	First, Last int
	// Denied says that the user denied consent during this attempt.
	Denied bool
}

// The accounts of an attempt that say nothing about the client.
const (
	// StatusTimedOut means that the harness stopped waiting.
	StatusTimedOut = "timed-out"
	// StatusBlocked means that something on the machine kept the client from
	// going on.
	StatusBlocked = "blocked"
)

// Within reports whether the exchange belongs to the attempt.
func (a Attempt) Within(id int) bool { return id >= a.First && id <= a.Last }

// Exchange returns the exchange with the ID; the zero value if there is none.
func (v *View) Exchange(id int) trace.Exchange {
	if id < 1 || id > len(v.Rec.Exchanges) {
		return trace.Exchange{}
	}
	return v.Rec.Exchanges[id-1]
}

// Alone is the recording without the exchanges that are not of the flow.
func (v *View) Alone() *trace.Recording {
	rec := *v.Rec
	rec.Exchanges = v.Exchanges
	return &rec
}

// LastID is that of the last exchange of the flow, 0 for none.
func (v *View) LastID() int {
	if len(v.Exchanges) == 0 {
		return 0
	}
	return v.Exchanges[len(v.Exchanges)-1].ID
}

// Bare reports whether a request had no access token: the recording shows none,
// and would show one.
func (v *View) Bare(m MCPRequest) bool { return m.Token == "" && !m.QueryToken && !v.presumed(m) }

// Status describes the answer of an exchange.
func Status(x trace.Exchange) string {
	switch {
	case x.Response != nil:
		return strings.TrimSpace(fmt.Sprintf("%d %s", x.Response.Status, http.StatusText(x.Response.Status)))
	case x.Error != "":
		return "no answer: " + x.Error
	}
	return "no answer"
}
