package emulated

// Scope is what a client asks for.
type Scope struct {
	// Order: where the scope of an authorization request comes from; the first
	// source that has one counts.
	Order []ScopeSource `yaml:"order"`
	// Registration: where the scope of a registration comes from; the first source
	// that has one counts.
	Registration []ScopeSource `yaml:"registration"`
	// RegistrationWhenNone: what the client registers when there is no scope.
	RegistrationWhenNone WhenNone `yaml:"registrationWhenNone"`
	// Fixed: the client's own list of scopes, for the source "fixed".
	Fixed []string `yaml:"fixed"`
	// OfflineAccess: when the client adds offline_access.
	OfflineAccess OfflineAccess `yaml:"offlineAccess"`
	// OfflineAccessRegistered: whether an added offline_access is registered too.
	OfflineAccessRegistered OfflineAccessRegistered `yaml:"offlineAccessRegistered"`
}

// ScopeSource is where a scope comes from.
type ScopeSource string

// The sources of a scope.
const (
	ScopeFromChallenge ScopeSource = "challenge"
	ScopeFromResource  ScopeSource = "resource-metadata"
	ScopeFromBoth      ScopeSource = "challenge-and-resource-metadata"
	ScopeFromServer    ScopeSource = "authorization-server-metadata"
	ScopeFixed         ScopeSource = "fixed"
	ScopeNone          ScopeSource = "omitted"
)

// WhenNone is what stands for an empty scope.
type WhenNone string

// Choices besides leaving the member out.
const (
	EmptyWhenNone WhenNone = "empty"
)

// OfflineAccess is when offline_access is asked for.
type OfflineAccess string

// Choices besides asking when it is advertised.
const (
	OfflineAlone  OfflineAccess = "alone"
	OfflineNever  OfflineAccess = "never"
	OfflineAlways OfflineAccess = "always"
)

// OfflineAccessRegistered is whether offline_access is registered.
type OfflineAccessRegistered string

// Choices besides registering what will be asked for.
const (
	OfflineNotRegistered OfflineAccessRegistered = "omitted"
)

// Resource is the resource indicator (RFC 8707) of each request.
type Resource struct {
	// Authorize: the resource indicator (RFC 8707) in the authorization request.
	Authorize ResourceValue `yaml:"authorize"`
	// Token: the resource indicator (RFC 8707) in the code exchange.
	Token ResourceValue `yaml:"token"`
	// Refresh: the resource indicator (RFC 8707) in refresh requests.
	Refresh ResourceValue `yaml:"refresh"`
}

// ResourceValue is a choice of resource indicator.
type ResourceValue string

// Choices of resource indicator besides the canonical one.
const (
	ResourceWithMetadata ResourceValue = "with-metadata"
	ResourceURL          ResourceValue = "url"
	ResourceOrigin       ResourceValue = "origin"
	ResourceOriginSlash  ResourceValue = "origin-slash"
	ResourceNone         ResourceValue = "omitted"
)

// Authorize is the rest of the authorization request.
type Authorize struct {
	// Prompt: when the client sends prompt=consent.
	Prompt ConsentPrompt `yaml:"prompt"`
	// Extra: further parameters of an authorization request.
	Extra map[string]string `yaml:"extra"`
	// AfterDenial: what the client does after the user denied.
	AfterDenial AfterDenial `yaml:"afterDenial"`
}

// ConsentPrompt is when prompt=consent is sent.
type ConsentPrompt string

// Choices besides sending it with offline_access.
const (
	PromptNever  ConsentPrompt = "never"
	PromptAlways ConsentPrompt = "always"
)

// AfterDenial is what a client does after a denial.
type AfterDenial string

// Choices besides stopping.
const (
	DenialAgain AfterDenial = "repeated"
)

// PKCE is the proof key for code exchange (RFC 7636).
type PKCE struct {
	// Method: the code challenge method (RFC 7636).
	Method PKCEMethod `yaml:"method"`
	// Advertised: which code challenge methods the server's metadata must list.
	Advertised PKCEAdvertised `yaml:"advertised"`
	// Verifier: the code verifier that the client sends.
	Verifier PKCEVerifier `yaml:"verifier"`
	// VerifierLength: how many characters the code verifier has, 43 to 128 (RFC
	// 7636 section 4.1).
	VerifierLength int `yaml:"verifierLength"`
}

// PKCEMethod is a code challenge method.
type PKCEMethod string

// Choices besides S256.
const (
	PKCEPlain PKCEMethod = "plain"
	PKCENone  PKCEMethod = "omitted"
)

// PKCEAdvertised is what code_challenge_methods_supported must be.
type PKCEAdvertised string

// Choices besides insisting on S256.
const (
	PKCEAbsentTolerated PKCEAdvertised = "omitted"
	PKCESomeAdvertised  PKCEAdvertised = "any"
	PKCEUnchecked       PKCEAdvertised = "unchecked"
)

// PKCEVerifier is the verifier that the token request carries.
type PKCEVerifier string

// Choices besides the right one.
const (
	PKCEWrongVerifier PKCEVerifier = "wrong"
)

// State is the state parameter of the authorization request.
type State struct {
	// Form: what the state parameter looks like.
	Form StateForm `yaml:"form"`
	// Mismatch: what the client does with a response that has another state.
	Mismatch StateMismatch `yaml:"mismatch"`
}

// StateForm is what a state looks like.
type StateForm string

// Forms besides 43 characters of base64url.
const (
	StateNone   StateForm = "omitted"
	StateHex    StateForm = "hex"
	StateUUID   StateForm = "uuid"
	StateBase64 StateForm = "base64"
	StateShort  StateForm = "short"
	StateMedium StateForm = "medium"
	StateBase32 StateForm = "base32"
	StateURL    StateForm = "url"
)

// StateMismatch is what becomes of a response with another state.
type StateMismatch string

// Choices besides dropping it.
const (
	StateUnchecked StateMismatch = "accepted"
)

// Issuer is the iss parameter of the authorization response (RFC 9207).
type Issuer struct {
	// Response: how the client checks iss of an authorization response (RFC 9207).
	Response IssuerResponse `yaml:"response"`
	// Comparison: how the client compares iss with the issuer.
	Comparison IssuerComparison `yaml:"comparison"`
	// AuthorizationEndpoint: where the authorization endpoint may be.
	AuthorizationEndpoint EndpointPlace `yaml:"authorizationEndpoint"`
	// Errors: whether the client checks iss of error responses too.
	Errors IssuerErrors `yaml:"errors"`
}

// IssuerResponse is how the iss parameter is checked.
type IssuerResponse string

// Choices besides the specification's table.
const (
	IssuerAlways         IssuerResponse = "always"
	IssuerAdvertisedOnly IssuerResponse = "advertised-only"
	IssuerIgnored        IssuerResponse = "ignored"
	IssuerDropped        IssuerResponse = "lost"
)

// EndpointPlace is where an endpoint may be.
type EndpointPlace string

// Choices besides anywhere.
const (
	SameOriginWithoutIss EndpointPlace = "same-origin-without-iss"
)

// IssuerComparison is how two issuers are compared.
type IssuerComparison string

// Choices besides comparing characters.
const (
	IssuerCompareSlash IssuerComparison = "slash-tolerant"
)

// IssuerErrors is whether iss is checked in error responses.
type IssuerErrors string

// Choices besides checking them.
const (
	IssuerErrorsUnchecked IssuerErrors = "unchecked"
)
