package emulated

// Discovery is how a client finds the authorization server of an MCP server.
type Discovery struct {
	// Start says what the client does first: "" sends an MCP request and
	// reacts to the 401 challenge; "metadata" authorizes before any MCP
	// request, as `claude mcp login` and mcp-go do.
	Start Start `yaml:"start"`
	// Before are requests that the client sends before the flow proper and
	// whose answers it ignores: "get" (GET of the MCP URL), "initialize" (the
	// legacy handshake without a token), "metadata" (one pass over both
	// metadata documents), "metadata-by-path" (the same, but without protected
	// resource metadata the MCP URL itself is taken for the issuer, and the
	// root of every issuer is tried too), "register" (a registration at the
	// server that the pass found, which is not used). mcp-remote, Claude Code
	// and opencode look around like that. nil means none.
	Before []Preliminary `yaml:"before"`
	// BeforeToken says what is read again between the authorization response
	// and the token request: "" nothing; "full" both metadata documents, as by
	// programs that hand the code to the TypeScript SDK's finishAuth.
	BeforeToken BeforeToken `yaml:"beforeToken"`
	// Probe is a request to the MCP URL at the beginning of every discovery,
	// whose challenge is read: "" none, the answer to the MCP request serves;
	// "get" (Codex); "head" (Gemini CLI, Qwen Code); "ping", a JSON-RPC request
	// without a session (Copilot CLI without its interface).
	Probe Probe `yaml:"probe"`
	// ProbeVersion is the MCP-Protocol-Version header of the probe; "" sends
	// none.
	ProbeVersion string `yaml:"probeVersion"`
	// ResourceMetadata is where protected resource metadata (RFC 9728) is
	// looked for, in order: "challenge" (resource_metadata of the 401),
	// "path" (well-known URI with the path inserted), "root" (without it), or
	// "none" alone for clients of revision 2025-03-26. nil means challenge,
	// path, root, as the specification has it.
	ResourceMetadata []ResourceMetadataPlace `yaml:"resourceMetadata"`
	// Challenge says which challenge of an answer is read: "" the one for
	// Bearer, wherever it stands (RFC 9110 section 11.6.1 allows several);
	// "first" only the very first, so that one for another scheme before it
	// hides it (TypeScript SDK, modelcontextprotocol/typescript-sdk#1946).
	Challenge ChallengeChoice `yaml:"challenge"`
	// ChallengeURL says which resource_metadata of a 401 is followed: "" any
	// that the guard against foreign addresses allows; "same-origin" only one
	// at the MCP server's own origin, others are ignored (rmcp, Zed);
	// "absolute-or-none" any, and a relative one ends the attempt (claude.ai,
	// anthropics/claude-ai-mcp#136).
	ChallengeURL ChallengeURL `yaml:"challengeUrl"`
	// ResourceMismatch says what happens when the metadata's resource is not
	// the URL that the user typed in: "" refuses (RFC 9728 section 3.3);
	// "prefix" accepts a parent path of the same origin (TypeScript SDK);
	// "accept" uses the metadata's value (Copilot CLI); "server-url" ignores
	// the metadata's value and goes on with the URL (Qwen Code); "skipped"
	// goes on as if the document were not there (Go SDK); "by-place" refuses
	// without a look at the other places, and also where the document at the
	// root is not for the origin but for the URL (Gemini CLI).
	ResourceMismatch ResourceMismatch `yaml:"resourceMismatch"`
	// AuthorizationServers says which of several listed servers is used: ""
	// the first whose metadata can be had; "first" the first or none, which is
	// what nearly all released clients do.
	AuthorizationServers ServerChoice `yaml:"authorizationServers"`
	// ServerMetadata is where authorization server metadata is looked for, in
	// order: "oauth" (RFC 8414, path inserted), "openid" (OpenID Connect
	// discovery, path inserted), "openid-appended" (path first), "oauth-root"
	// (RFC 8414 at the origin, path dropped). nil means the first three, as
	// the specification has it; for an issuer without a path the third is the
	// second.
	ServerMetadata []ServerMetadataPlace `yaml:"serverMetadata"`
	// Legacy says what the client does without protected resource metadata: ""
	// gives up, unless it speaks revision 2025-03-26, then "endpoints";
	// "metadata" takes the MCP server's origin for the authorization server;
	// "endpoints" also assumes /authorize, /token and /register there when it
	// has no metadata (revision 2025-03-26); "endpoints-anywhere" assumes them
	// at an authorization server without metadata, too (TypeScript SDK);
	// "endpoints-after-all" goes back to the MCP server when the authorization
	// server has no metadata (VS Code); "never" gives up always.
	Legacy Legacy `yaml:"legacy"`
	// MetadataIssuer says what happens when the issuer in the authorization
	// server's metadata is not the one that was asked for: "" refuses (RFC
	// 8414 section 3.3); "slash-tolerant" overlooks one trailing slash (Go
	// SDK); "asked-slash-tolerant" overlooks a slash that the issuer that was
	// asked for has too many, but not one that the metadata has too many
	// (TypeScript SDK v2); "ignored" goes on (Claude Code, VS Code).
	MetadataIssuer MetadataIssuer `yaml:"metadataIssuer"`
	// Order says what is read first by a client that has authorized before: ""
	// the protected resource metadata, which may name another server now;
	// "server-first" the metadata of the server that it knows; "server-kept"
	// the same, and it stays with that server whatever the protected resource
	// metadata names now (Claude Code 2.1.329).
	Order DiscoveryOrder `yaml:"order"`
	// EveryStart says what is read whenever the program starts to speak MCP,
	// with tokens or without: "" nothing; "full" both metadata documents
	// (Codex).
	EveryStart Reading `yaml:"everyStart"`
	// Forbidden says what a 403 without error insufficient_scope means: "" no,
	// for this user; "as-unauthorized" the same as a 401 (VS Code).
	Forbidden Forbidden `yaml:"forbidden"`
	// ProtocolVersion is the MCP-Protocol-Version header of metadata requests
	// for the protected resource; "" sends none. Revision 2025-03-26 asked for
	// it and SDKs still send it.
	ProtocolVersion string `yaml:"protocolVersion"`
	// ServerProtocolVersion is the same for authorization server metadata.
	ServerProtocolVersion string `yaml:"serverProtocolVersion"`
}

// Start is what a client does first.
type Start string

// Ways to start besides sending an MCP request.
const (
	StartWithMetadata Start = "metadata"
)

// Preliminary is a request before the flow proper.
type Preliminary string

// The preliminary requests.
const (
	PreliminaryGet            Preliminary = "get"
	PreliminaryInitialize     Preliminary = "initialize"
	PreliminaryMetadata       Preliminary = "metadata"
	PreliminaryMetadataByPath Preliminary = "metadata-by-path"
	PreliminaryRegister       Preliminary = "register"
)

// BeforeToken is what is read again before the token request.
type BeforeToken string

// Choices besides reading nothing again.
const (
	RereadBeforeToken BeforeToken = "full"
)

// Probe is a request whose challenge begins a discovery.
type Probe string

// The kinds of probe.
const (
	ProbeGet  Probe = "get"
	ProbeHead Probe = "head"
	ProbePing Probe = "ping"
)

// DiscoveryOrder is what a client reads first when it has authorized before.
type DiscoveryOrder string

// Choices besides reading the protected resource metadata first.
const (
	ServerFirst DiscoveryOrder = "server-first"
	ServerKept  DiscoveryOrder = "server-kept"
)

// Reading is what is read on an occasion when nothing has to be.
type Reading string

// Choices besides reading nothing.
const (
	ReadBoth Reading = "full"
)

// ResourceMetadataPlace is a place of protected resource metadata.
type ResourceMetadataPlace string

// The places of protected resource metadata.
const (
	FromChallenge  ResourceMetadataPlace = "challenge"
	AtPath         ResourceMetadataPlace = "path"
	AtRoot         ResourceMetadataPlace = "root"
	NoResourceMeta ResourceMetadataPlace = "none"
)

// ChallengeURL is which resource_metadata of a 401 is followed.
type ChallengeURL string

// Choices besides following it.
const (
	ChallengeURLSameOrigin ChallengeURL = "same-origin"
	ChallengeURLAbsolute   ChallengeURL = "absolute-or-none"
)

// ChallengeChoice is which of several challenges is read.
type ChallengeChoice string

// Choices besides the one for Bearer.
const (
	FirstChallenge ChallengeChoice = "first"
)

// ResourceMismatch is how a wrong resource in the metadata is taken.
type ResourceMismatch string

// Ways to take a wrong resource besides refusing it.
const (
	AcceptPrefix    ResourceMismatch = "prefix"
	AcceptAnything  ResourceMismatch = "accept"
	UseServerURL    ResourceMismatch = "server-url"
	SkipDocument    ResourceMismatch = "skipped"
	MismatchByPlace ResourceMismatch = "by-place"
)

// ServerChoice is how one of several authorization servers is chosen.
type ServerChoice string

// Ways to choose besides taking the first that answers.
const (
	FirstServerOnly ServerChoice = "first"
)

// ServerMetadataPlace is a place of authorization server metadata.
type ServerMetadataPlace string

// The places of authorization server metadata.
const (
	OAuthMetadata  ServerMetadataPlace = "oauth"
	OpenIDMetadata ServerMetadataPlace = "openid"
	OpenIDAppended ServerMetadataPlace = "openid-appended"
	OAuthAtRoot    ServerMetadataPlace = "oauth-root"
)

// Legacy is what a client does without protected resource metadata.
type Legacy string

// Ways to go on without protected resource metadata.
const (
	LegacyMetadata  Legacy = "metadata"
	LegacyEndpoints Legacy = "endpoints"
	LegacyAnywhere  Legacy = "endpoints-anywhere"
	LegacyAfterAll  Legacy = "endpoints-after-all"
	LegacyNever     Legacy = "never"
)

// Forbidden is what a 403 means.
type Forbidden string

// Choices besides an answer that is final.
const (
	ForbiddenAsUnauthorized Forbidden = "as-unauthorized"
)

// MetadataIssuer is how a wrong issuer in metadata is taken.
type MetadataIssuer string

// Ways to take a wrong issuer besides refusing it.
const (
	IssuerSlashTolerant      MetadataIssuer = "slash-tolerant"
	IssuerAskedSlashTolerant MetadataIssuer = "asked-slash-tolerant"
	IssuerUnchecked          MetadataIssuer = "ignored"
)

// Network is what a client guards against when it follows URLs that a server
// gave it.
type Network struct {
	// Addresses says which addresses are refused: "" private, link-local and
	// loopback ones, unless the MCP server itself is of that kind; "any"
	// requests everything.
	Addresses Addresses `yaml:"addresses"`
	// PlainHTTP says whether http is allowed beyond loopback: "" no;
	// "allowed" yes.
	PlainHTTP PlainHTTP `yaml:"plainHttp"`
	// Redirects of metadata, registration and token endpoints are "" refused
	// or "followed", as by clients built on fetch.
	Redirects Redirects `yaml:"redirects"`
	// MCPRedirects says how a request to the MCP endpoint is repeated that was
	// redirected within its origin with 307 or 308: "" with its access token;
	// "without-token" the token is lost on the way (claude.ai,
	// zoho/analytics-mcp-server#22). Legal (RFC 9110 section 15.4); the client
	// is asked to authorize although it has a good token.
	MCPRedirects MCPRedirects `yaml:"mcpRedirects"`
	// AuthorizationURL says which URLs are shown to the user: "" https, and
	// http on loopback; "any" whatever the server names (a client open to
	// javascript: and file: URLs).
	AuthorizationURL AuthorizationURL `yaml:"authorizationUrl"`
	// TimeoutSeconds is how long an answer may take; 0 means 5.
	TimeoutSeconds int `yaml:"timeoutSeconds"`
}

// Addresses are those that a client is willing to request.
type Addresses string

// Choices of addresses besides the guarded default.
const (
	AnyAddress Addresses = "any"
)

// PlainHTTP says whether http is allowed beyond loopback.
type PlainHTTP string

// Choices besides refusing http.
const (
	PlainHTTPAllowed PlainHTTP = "allowed"
)

// Redirects says what becomes of HTTP redirects.
type Redirects string

// Choices besides refusing redirects.
const (
	RedirectsFollowed Redirects = "followed"
)

// MCPRedirects is how a redirected request to the MCP endpoint is repeated.
type MCPRedirects string

// Choices besides repeating it as it was.
const (
	RedirectsWithoutToken MCPRedirects = "without-token"
)

// AuthorizationURL says which URLs may be shown to the user.
type AuthorizationURL string

// Choices besides the allow-list.
const (
	AnyAuthorizationURL AuthorizationURL = "any"
)
