package emulated

// Discovery is how a client finds the authorization server of an MCP server.
type Discovery struct {
	// Start: what the client does first.
	Start Start `yaml:"start"`
	// Before: requests before the flow proper, whose answers the client ignores.
	Before []Preliminary `yaml:"before"`
	// BeforeToken: what the client reads again between the authorization response
	// and the token request.
	BeforeToken BeforeToken `yaml:"beforeToken"`
	// Probe: a request to the MCP URL at the beginning of every discovery, whose
	// challenge the client reads.
	Probe Probe `yaml:"probe"`
	// ProbeVersion: the MCP-Protocol-Version header of the probe.
	ProbeVersion string `yaml:"probeVersion"`
	// ResourceMetadata: where the client looks for protected resource metadata
	// (RFC 9728), in order.
	ResourceMetadata []ResourceMetadataPlace `yaml:"resourceMetadata"`
	// Challenge: which challenge of an answer the client reads.
	Challenge ChallengeChoice `yaml:"challenge"`
	// ChallengeURL: which resource_metadata URLs of a challenge the client
	// follows.
	ChallengeURL ChallengeURL `yaml:"challengeUrl"`
	// ResourceMismatch: what the client does when the metadata's resource is not
	// the URL that the user entered.
	ResourceMismatch ResourceMismatch `yaml:"resourceMismatch"`
	// AuthorizationServers: which of several listed authorization servers the
	// client uses.
	AuthorizationServers ServerChoice `yaml:"authorizationServers"`
	// ServerMetadata: where the client looks for authorization server metadata, in
	// order.
	ServerMetadata []ServerMetadataPlace `yaml:"serverMetadata"`
	// Legacy: what the client does without protected resource metadata.
	Legacy Legacy `yaml:"legacy"`
	// MetadataIssuer: what the client does when the metadata names another issuer
	// than the one that it asked for.
	MetadataIssuer MetadataIssuer `yaml:"metadataIssuer"`
	// Order: what a client reads first that has authorized before.
	Order DiscoveryOrder `yaml:"order"`
	// EveryStart: what the client reads each time the program starts to speak MCP,
	// with tokens or without.
	EveryStart Reading `yaml:"everyStart"`
	// Forbidden: what a 403 without the error insufficient_scope means to the
	// client.
	Forbidden Forbidden `yaml:"forbidden"`
	// ProtocolVersion: the MCP-Protocol-Version header of requests for protected
	// resource metadata.
	ProtocolVersion string `yaml:"protocolVersion"`
	// ServerProtocolVersion: the MCP-Protocol-Version header of requests for
	// authorization server metadata.
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
	NoResourceMeta ResourceMetadataPlace = "nowhere"
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
	AcceptAnything  ResourceMismatch = "accepted"
	UseServerURL    ResourceMismatch = "server-url"
	SkipDocument    ResourceMismatch = "ignored"
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
	// Addresses: which addresses the client refuses to connect to.
	Addresses Addresses `yaml:"addresses"`
	// PlainHTTP: whether the client uses http beyond loopback.
	PlainHTTP PlainHTTP `yaml:"plainHttp"`
	// Redirects: what the client does with redirects of metadata, registration and
	// token endpoints.
	Redirects Redirects `yaml:"redirects"`
	// MCPRedirects: how the client repeats an MCP request that was redirected
	// within its origin with 307 or 308.
	MCPRedirects MCPRedirects `yaml:"mcpRedirects"`
	// AuthorizationURL: which authorization URLs the client opens.
	AuthorizationURL AuthorizationURL `yaml:"authorizationUrl"`
	// TimeoutSeconds: how many seconds the client waits for an answer.
	TimeoutSeconds int `yaml:"timeoutSeconds"`
}

// Addresses are those that a client is willing to request.
type Addresses string

// Choices of addresses besides the guarded default.
const (
	AnyAddress Addresses = "unchecked"
)

// PlainHTTP says whether http is allowed beyond loopback.
type PlainHTTP string

// Choices besides refusing http.
const (
	PlainHTTPAllowed PlainHTTP = "accepted"
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
	AnyAuthorizationURL AuthorizationURL = "unchecked"
)
