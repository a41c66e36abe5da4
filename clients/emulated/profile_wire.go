package emulated

// Headers are the header fields of a client's requests. {version} stands for
// the client's version. An Accept field may be "none", which sends none.
type Headers struct {
	// UserAgent of every request; "" means the client's id and version.
	// "none" sends none.
	UserAgent string `yaml:"userAgent"`
	// UserAgentMCP of requests to the MCP URL; "" means UserAgent.
	UserAgentMCP string `yaml:"userAgentMcp"`
	// UserAgentMetadata of metadata requests and of Discovery.Probe; "" means
	// UserAgent.
	UserAgentMetadata string `yaml:"userAgentMetadata"`
	// UserAgentServerMetadata of requests for authorization server metadata;
	// "" means UserAgentMetadata.
	UserAgentServerMetadata string `yaml:"userAgentServerMetadata"`
	// AcceptMCP is Accept at the MCP URL; "" means application/json,
	// text/event-stream.
	AcceptMCP string `yaml:"acceptMcp"`
	// AcceptProbe is Accept of Discovery.Probe; "" means AcceptMCP.
	AcceptProbe string `yaml:"acceptProbe"`
	// AcceptStream is Accept of the GET stream; "" means text/event-stream.
	AcceptStream string `yaml:"acceptStream"`
	// AcceptSessionEnd is Accept of the DELETE that ends a session; "" means
	// AcceptMCP.
	AcceptSessionEnd string `yaml:"acceptSessionEnd"`
	// AcceptResourceMetadata is Accept for protected resource metadata; ""
	// means application/json.
	AcceptResourceMetadata string `yaml:"acceptResourceMetadata"`
	// AcceptServerMetadata is Accept for authorization server metadata; ""
	// means application/json.
	AcceptServerMetadata string `yaml:"acceptServerMetadata"`
	// AcceptRegistration is Accept at the registration endpoint; "" means
	// application/json.
	AcceptRegistration string `yaml:"acceptRegistration"`
	// AcceptToken is Accept at the token endpoint; "" means application/json.
	AcceptToken string `yaml:"acceptToken"`
	// Extra are sent with every request, for example sec-fetch-mode by
	// clients that run on Node's fetch.
	Extra map[string]string `yaml:"extra"`
}

// Order is the order of members and parameters on the wire. Names that are not
// listed follow in the order of the RFC that defines them.
type Order struct {
	// Registration orders the members of a registration request.
	Registration []string `yaml:"registration"`
	// Authorize orders the parameters of an authorization request.
	Authorize []string `yaml:"authorize"`
	// Token orders the parameters of a code exchange.
	Token []string `yaml:"token"`
	// Refresh orders the parameters of a refresh request.
	Refresh []string `yaml:"refresh"`
}

// Protocol is how a client speaks MCP.
type Protocol struct {
	// Era is which generations of the protocol the client speaks: "" both,
	// 2026-07-28 first; "modern" 2026-07-28 only; "legacy" the initialize
	// handshake only.
	Era Era `yaml:"era"`
	// Version is what the client asks for in the initialize handshake; ""
	// means the revision of the run if it has a handshake, else 2025-11-25.
	Version string `yaml:"version"`
	// First is the first request of 2026-07-28: "" server/discover;
	// "tools/list".
	First FirstRequest `yaml:"first"`
	// ClientName is clientInfo.name; "" means the client's id. {server} stands
	// for the name the user gave the server.
	ClientName string `yaml:"clientName"`
	// ClientTitle is clientInfo.title; "" means none.
	ClientTitle string `yaml:"clientTitle"`
	// Stream says whether a legacy client opens the GET stream: "" no;
	// "opened" right after the handshake, as nearly all released clients do.
	Stream Stream `yaml:"stream"`
	// SessionEnd says what becomes of a legacy session at the end: "" it is
	// deleted; "kept" it is left to the server; "anonymous" it is deleted by a
	// request without the token, which the server refuses (mcp-go).
	SessionEnd SessionEnd `yaml:"sessionEnd"`
	// VersionHeader says whether a legacy client sends MCP-Protocol-Version
	// after the handshake: "" yes; "omitted" no (VS Code, Gemini CLI).
	VersionHeader VersionHeader `yaml:"versionHeader"`
	// MethodHeaders says whether a legacy client sends Mcp-Method and Mcp-Name
	// too: "" no; "always" (mcp-remote).
	MethodHeaders MethodHeaders `yaml:"methodHeaders"`
	// Bearer is where the access token travels: "" in the Authorization header
	// of every request; "query" in the URL (forbidden); "first-only" in the
	// first request of a connection only (forbidden).
	Bearer Bearer `yaml:"bearer"`
}

// Era is a generation of the protocol.
type Era string

// Choices besides speaking both.
const (
	ModernOnly Era = "modern"
	LegacyOnly Era = "legacy"
)

// FirstRequest is the first request of 2026-07-28.
type FirstRequest string

// Choices besides server/discover.
const (
	FirstToolsList FirstRequest = "tools/list"
)

// Stream is whether the GET stream is opened.
type Stream string

// Choices besides not opening it.
const (
	StreamOpened Stream = "opened"
)

// SessionEnd is what becomes of a legacy session.
type SessionEnd string

// Choices besides deleting it.
const (
	SessionKept      SessionEnd = "kept"
	SessionAnonymous SessionEnd = "anonymous"
)

// VersionHeader is whether MCP-Protocol-Version is sent after a handshake.
type VersionHeader string

// Choices besides sending it.
const (
	NoVersionHeader VersionHeader = "omitted"
)

// MethodHeaders is when Mcp-Method and Mcp-Name are sent.
type MethodHeaders string

// Choices besides sending them in 2026-07-28 only.
const (
	MethodHeadersAlways MethodHeaders = "always"
)

// Bearer is where an access token travels.
type Bearer string

// Choices besides the Authorization header of every request.
const (
	BearerInQuery   Bearer = "query"
	BearerFirstOnly Bearer = "first-only"
)
