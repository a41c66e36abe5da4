package clients

import (
	"context"
	"crypto/x509"
	"errors"
	"net/netip"
	"net/url"
)

// Basis says what kind of program a row of the matrix was measured with.
type Basis string

// The bases of a row.
const (
	Emulated Basis = "emulated" // our policy engine playing a profile
	Real     Basis = "real"     // the released program
	SDK      Basis = "sdk"      // a client built on a published SDK
	Manual   Basis = "manual"   // a person with a desktop program
	Mutant   Basis = "mutant"   // deliberately broken, to test the judge
)

// Identity names a client exactly.
type Identity struct {
	ID      string // e.g. "claude-code"
	Name    string // e.g. "Claude Code"
	Version string // e.g. "2.1.329", or "current" where the vendor names none
	// Condition distinguishes variants that differ by circumstance instead of
	// version, e.g. "port-taken"; "" means the usual circumstances.
	Condition string
	Basis     Basis
}

// String is the name used for cells: id@version, with +condition if any.
func (i Identity) String() string {
	s := i.ID + "@" + i.Version
	if i.Condition != "" {
		s += "+" + i.Condition
	}
	return s
}

// ErrUnavailable is wrapped by Client.Available when the client cannot run on
// this machine; the message says why and what would help.
var ErrUnavailable = errors.New("client unavailable")

// ErrTimedOut is the cause with which the context of an attempt ends when the
// harness stops waiting.
var ErrTimedOut = errors.New("the harness stopped waiting")

// Client is a row of the matrix.
type Client interface {
	Identity() Identity
	// Registration is what the client's documentation tells an operator to
	// register for it.
	Registration() Registration
	// Available returns nil when the client can run here, else an error that
	// wraps ErrUnavailable.
	Available(ctx context.Context) error
	// Start prepares a session. It sends nothing.
	Start(ctx context.Context, facts Facts) (Session, error)
}

// Limited is implemented by clients that stand for less than the product of their
// name.
type Limited interface {
	// Limits says in sentences what of the product is not driven, and why; ""
	// means that nothing is left out.
	Limits() string
}

// Registration is what an operator registers by hand for a client.
type Registration struct {
	Name         string
	RedirectURIs []string
	// AuthMethod is the token endpoint authentication method that the client
	// uses when it is given a secret; "" means that it is a public client.
	AuthMethod string
	// ApplicationType is native or web; "" means native.
	ApplicationType string
	// NoCredentials says that the client has no place where a user could type
	// in a client_id, so that registering it by hand is of no use.
	NoCredentials bool
}

// Facts are what a user of the client would know.
type Facts struct {
	// MCPURL is the URL of the MCP server that the user typed in.
	MCPURL string
	// Home is a directory of the client's own: it holds all state that
	// survives a restart. Two sessions with one Home are one installation. It
	// need not exist; a client that writes into it makes it. In-process clients
	// may keep their state in memory keyed by Home.
	Home string
	// Credentials are what the operator gave the user to type in; nil means
	// none.
	Credentials *Credentials
	// UserAgent shows a URL to the user.
	UserAgent UserAgent
	// Revision is the MCP revision to speak where the client has a choice;
	// "" means the client's default.
	Revision string
	// PortsInUse are loopback ports that other programs of the user hold.
	PortsInUse []int
	// RootCAs are trusted besides the system's; nil means the system's only.
	RootCAs *x509.CertPool
	// Permit is asked before a client that runs in this process opens a
	// connection; an error keeps it from doing so. nil permits every address.
	// Released programs cannot be held back like that.
	Permit func(address netip.AddrPort) error
	// Seed feeds every random choice that the protocol leaves open.
	Seed int64
	// Served says how many requests the servers have got so far, and whether one
	// of them is still to be answered, not counting streams that are kept open. It
	// tells an adapter how long to wait for its program, and nothing else. nil
	// means that nobody knows.
	Served func() (requests int, pending bool)
}

// Credentials are what an operator hands out: a client registered by hand, or
// an access token.
type Credentials struct {
	ClientID     string // "" where BearerToken is handed out instead
	ClientSecret string // "" for a public client
	// BearerToken is an access token made by hand, for clients whose users type
	// an Authorization header in; "" means none.
	BearerToken string
	// AuthorizationEndpoint and TokenEndpoint are named by the operator for
	// clients whose users type them in beside the client_id; "" means that the
	// operator names none.
	AuthorizationEndpoint, TokenEndpoint string
}

// Session is one run of a client against one MCP server. It is used by one
// goroutine at a time, except Close, which may be called at any time.
type Session interface {
	// Connect starts the client and waits until it has listed the server's
	// tools or given up.
	Connect(ctx context.Context) Outcome
	// Call makes the client call a tool.
	Call(ctx context.Context, tool string, arguments map[string]any) Outcome
	// Restart ends the program and starts it again with what it had stored.
	Restart(ctx context.Context) Outcome
	// Close ends the program and leaves nothing running.
	Close() error
}

// Status is a client's own account of an attempt.
type Status string

// The accounts a client can give.
const (
	// OK means that the attempt succeeded.
	OK Status = "ok"
	// Refused means that the client declined to go on, for a reason of its own.
	Refused Status = "refused"
	// Unsupported means that the client has no such feature.
	Unsupported Status = "unsupported"
	// Failed means anything else that did not succeed, as far as the client is
	// concerned.
	Failed Status = "failed"
	// TimedOut means that the harness stopped waiting. It says nothing about the
	// client.
	TimedOut Status = "timed-out"
	// Blocked means that something on this machine which is none of the client's
	// doing kept it from going on, such as a port in use. It says nothing about
	// the client.
	Blocked Status = "blocked"
)

// Says reports whether the account says anything about the client. One that does
// not is a fault of the harness, or of the machine.
func (s Status) Says() bool { return s != TimedOut && s != Blocked && s != "" }

// Outcome is the answer of a client to one attempt.
type Outcome struct {
	Status Status
	// Words are the client's own message, at most 40 lines; secrets masked.
	Words string
	// Text is the text content of a successful tool call.
	Text string
}

// UserAgent is the user's browser, and the user in front of it.
type UserAgent interface {
	// Open shows the URL and plays the user's part until the browser rests:
	// the callback was delivered, or a page without a further step is shown.
	// It returns an error only when the user agent itself failed; an error
	// page of a server is a Landing.
	Open(ctx context.Context, visit Visit) (Landing, error)
}

// Visit is one thing that a user agent is asked to open.
type Visit struct {
	URL string
	// RedirectURI is where the client expects the callback; "" means that the
	// user agent is not told (a real program listens by itself).
	RedirectURI string
	// Receive plays the client's own listener at RedirectURI, for clients
	// that run in this process; nil means that the URL is really requested.
	// It is also how callbacks to private-use schemes and to hosted services
	// reach an emulated client.
	Receive func(callback *url.URL) Reply
}

// Reply is what a client's callback listener answers to the browser.
type Reply struct {
	Status int
	HTML   string
}

// Landing is where a visit ended.
type Landing struct {
	// URL is the last URL; for a delivered callback the full callback URL.
	URL string
	// Delivered says that the callback reached the client.
	Delivered bool
	// Status is the HTTP status of the last page, 0 if it had none.
	Status int
	// Page is the visible text of the last page, at most 2,000 characters.
	Page string
}
