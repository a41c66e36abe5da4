package emulated

// Scope is what a client asks for.
type Scope struct {
	// Order is where the scope of an authorization request comes from; the
	// first source that has one wins: "challenge" (scope of the 401),
	// "resource-metadata" (scopes_supported of the protected resource),
	// "challenge-and-resource-metadata" (the union of both, as by rmcp),
	// "authorization-server-metadata" (the server's whole catalogue),
	// "fixed", or "none" alone to send no scope. nil means challenge,
	// resource-metadata, none, as the specification has it.
	Order []ScopeSource `yaml:"order"`
	// Registration is where the scope of a registration request comes from;
	// nil means the same as Order, "none" alone leaves it out.
	Registration []ScopeSource `yaml:"registration"`
	// RegistrationWhenNone says what is registered when there is no scope: ""
	// no member; "empty" an empty text (Inspector, Gemini CLI).
	RegistrationWhenNone WhenNone `yaml:"registrationWhenNone"`
	// Fixed are the scopes of the source "fixed".
	Fixed []string `yaml:"fixed"`
	// OfflineAccess says when offline_access is added: "" when the
	// authorization server lists it and there is a scope to add it to; "alone"
	// when the server lists it, without any other scope too (Copilot CLI);
	// "never"; "always".
	OfflineAccess OfflineAccess `yaml:"offlineAccess"`
	// OfflineAccessRegistered says whether it is registered too: "" yes; "no"
	// (Claude Code before 2.1.231).
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
	ScopeNone          ScopeSource = "none"
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
	OfflineNotRegistered OfflineAccessRegistered = "no"
)

// Resource is the resource indicator (RFC 8707) of each request. Every field
// takes "" (the resource of the protected resource metadata, else the MCP
// URL), "with-metadata" (only when there was such metadata, as the TypeScript
// SDK does), "url" (the MCP URL), "origin", "origin-slash" (the origin with a
// slash, as URL libraries write it) or "none".
type Resource struct {
	// Authorize is the value in the authorization request.
	Authorize ResourceValue `yaml:"authorize"`
	// Token is the value in the code exchange.
	Token ResourceValue `yaml:"token"`
	// Refresh is the value in refresh requests.
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
	ResourceNone         ResourceValue = "none"
)

// Authorize is the rest of the authorization request.
type Authorize struct {
	// Prompt says when prompt=consent is sent: "" with offline_access (OpenID
	// Connect Core section 11); "never"; "always".
	Prompt ConsentPrompt `yaml:"prompt"`
	// Extra are further parameters.
	Extra map[string]string `yaml:"extra"`
	// AfterDenial says what happens when the user denies: "" nothing more;
	// "again" the client asks once more (Codex).
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
	DenialAgain AfterDenial = "again"
)

// PKCE is the proof key for code exchange (RFC 7636).
type PKCE struct {
	// Method is the code challenge method: "" S256; "plain"; "none" sends no
	// challenge at all.
	Method PKCEMethod `yaml:"method"`
	// Advertised says what the server's metadata must list: "" S256; "absent"
	// is tolerated too (nearly all released clients); "some" method, whichever
	// (Go SDK); "anything" goes.
	Advertised PKCEAdvertised `yaml:"advertised"`
	// Verifier is "" the right one or "wrong".
	Verifier PKCEVerifier `yaml:"verifier"`
	// VerifierLength is how many characters the verifier has, 43 to 128 (RFC
	// 7636 section 4.1); 0 means 43.
	VerifierLength int `yaml:"verifierLength"`
}

// PKCEMethod is a code challenge method.
type PKCEMethod string

// Choices besides S256.
const (
	PKCEPlain PKCEMethod = "plain"
	PKCENone  PKCEMethod = "none"
)

// PKCEAdvertised is what code_challenge_methods_supported must be.
type PKCEAdvertised string

// Choices besides insisting on S256.
const (
	PKCEAbsentTolerated PKCEAdvertised = "absent"
	PKCESomeAdvertised  PKCEAdvertised = "some"
	PKCEUnchecked       PKCEAdvertised = "anything"
)

// PKCEVerifier is the verifier that the token request carries.
type PKCEVerifier string

// Choices besides the right one.
const (
	PKCEWrongVerifier PKCEVerifier = "wrong"
)

// State is the state parameter of the authorization request.
type State struct {
	// Form is what it looks like: "" 43 characters of base64url; "none" is not
	// sent; "hex" 64 digits (Inspector, opencode); "uuid" (mcp-remote, Cline);
	// "base64" 22 characters and == (VS Code); "short" 22 characters of
	// base64url (Codex, Gemini CLI); "medium" 32 of them (mcp-go); "base32" 26
	// capital letters and digits (Go SDK); "url" the address of a web page with
	// a query that is encoded twice (VS Code in a browser).
	Form StateForm `yaml:"form"`
	// Mismatch says what happens to a response with another state: "" it is
	// dropped; "accepted" it is used.
	Mismatch StateMismatch `yaml:"mismatch"`
}

// StateForm is what a state looks like.
type StateForm string

// Forms besides 43 characters of base64url.
const (
	StateNone   StateForm = "none"
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
	// Response says how iss is checked: "" required when advertised and
	// compared when present, advertised or not (the specification's table);
	// "always" required even when not advertised (Gemini CLI 0.61);
	// "advertised-only" refused when not advertised (Go SDK 1.7); "ignored"
	// not looked at (VS Code, claude.ai); "dropped" required when advertised,
	// but lost on the way to the check, so that it is always missing (Codex
	// 0.143 and 0.144).
	Response IssuerResponse `yaml:"response"`
	// Comparison is "" character by character or "slash-tolerant".
	Comparison IssuerComparison `yaml:"comparison"`
	// AuthorizationEndpoint says where the authorization endpoint may be: ""
	// anywhere; "same-origin-without-iss" at the issuer's origin, unless the
	// server advertises iss, which tells servers apart (Codex since 0.150).
	AuthorizationEndpoint EndpointPlace `yaml:"authorizationEndpoint"`
	// Errors says whether error responses are checked too: "" yes, before
	// their text is shown; "unchecked" no.
	Errors IssuerErrors `yaml:"errors"`
}

// IssuerResponse is how the iss parameter is checked.
type IssuerResponse string

// Choices besides the specification's table.
const (
	IssuerAlways         IssuerResponse = "always"
	IssuerAdvertisedOnly IssuerResponse = "advertised-only"
	IssuerIgnored        IssuerResponse = "ignored"
	IssuerDropped        IssuerResponse = "dropped"
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
