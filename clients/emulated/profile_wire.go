package emulated

// headerOmitted is the value of a User-Agent or Accept field that is not sent.
const headerOmitted = "omitted"

// Headers are the header fields of a client's requests. {version} stands for
// the client's version. No field takes a header out but by the word omitted.
type Headers struct {
	// UserAgent: the User-Agent of every request.
	UserAgent string `yaml:"userAgent"`
	// UserAgentMCP: the User-Agent of MCP requests.
	UserAgentMCP string `yaml:"userAgentMcp"`
	// UserAgentMetadata: the User-Agent of metadata requests and of
	// discovery.probe.
	UserAgentMetadata string `yaml:"userAgentMetadata"`
	// UserAgentServerMetadata: the User-Agent of requests for authorization server
	// metadata.
	UserAgentServerMetadata string `yaml:"userAgentServerMetadata"`
	// AcceptMCP: the Accept header of MCP requests.
	AcceptMCP string `yaml:"acceptMcp"`
	// AcceptProbe: the Accept header of discovery.probe.
	AcceptProbe string `yaml:"acceptProbe"`
	// AcceptStream: the Accept header of the GET stream.
	AcceptStream string `yaml:"acceptStream"`
	// AcceptSessionEnd: the Accept header of the DELETE that ends a session.
	AcceptSessionEnd string `yaml:"acceptSessionEnd"`
	// AcceptResourceMetadata: the Accept header of requests for protected resource
	// metadata.
	AcceptResourceMetadata string `yaml:"acceptResourceMetadata"`
	// AcceptServerMetadata: the Accept header of requests for authorization server
	// metadata.
	AcceptServerMetadata string `yaml:"acceptServerMetadata"`
	// AcceptRegistration: the Accept header of registration requests.
	AcceptRegistration string `yaml:"acceptRegistration"`
	// AcceptToken: the Accept header of token requests.
	AcceptToken string `yaml:"acceptToken"`
	// Extra: further headers of every request.
	Extra map[string]string `yaml:"extra"`
}

// Order is the order of members and parameters on the wire. Names that are not
// listed follow in the order of the RFC that defines them.
type Order struct {
	// Registration: the order of the members of a registration.
	Registration []string `yaml:"registration"`
	// Authorize: the order of the parameters of an authorization request.
	Authorize []string `yaml:"authorize"`
	// Token: the order of the parameters of a code exchange.
	Token []string `yaml:"token"`
	// Refresh: the order of the parameters of a refresh request.
	Refresh []string `yaml:"refresh"`
}

// Protocol is how a client speaks MCP.
type Protocol struct {
	// Era: which generations of MCP the client speaks.
	Era Era `yaml:"era"`
	// Version: the revision that the client names in the initialize handshake.
	Version string `yaml:"version"`
	// First: the first request of revision 2026-07-28.
	First FirstRequest `yaml:"first"`
	// ClientName: the name in clientInfo.
	ClientName string `yaml:"clientName"`
	// ClientTitle: the title in clientInfo.
	ClientTitle string `yaml:"clientTitle"`
	// Stream: whether a legacy client opens the GET stream.
	Stream Stream `yaml:"stream"`
	// SessionEnd: what a legacy client does with its session at the end.
	SessionEnd SessionEnd `yaml:"sessionEnd"`
	// VersionHeader: whether a legacy client sends MCP-Protocol-Version after the
	// handshake.
	VersionHeader VersionHeader `yaml:"versionHeader"`
	// MethodHeaders: whether a legacy client sends Mcp-Method and Mcp-Name.
	MethodHeaders MethodHeaders `yaml:"methodHeaders"`
	// Bearer: where the client puts the access token.
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
	StreamOpened Stream = "on"
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
	BearerFirstOnly Bearer = "first"
	BearerOmitted   Bearer = "omitted"
)
