package emulated

// TokenAuth is how a client authenticates at the token endpoint.
type TokenAuth struct {
	// Method: how the client authenticates at the token endpoint with a secret.
	Method TokenAuthMethod `yaml:"method"`
	// WhenUnnamed: how a client with a secret authenticates where nothing names a
	// method.
	WhenUnnamed WhenUnnamed `yaml:"whenUnnamed"`
	// Answer: how the client reads a token response.
	Answer TokenAnswer `yaml:"answer"`
	// BasicEncoding: how client_id and secret are written in HTTP Basic.
	BasicEncoding BasicEncoding `yaml:"basicEncoding"`
	// Secret: what the client does with a secret that it was given.
	Secret SecretUse `yaml:"secret"`
	// Document: how a client authenticates whose client_id is the URL of its
	// document.
	Document DocumentAuth `yaml:"document"`
	// ClientID: the client_id that the client sends to the token endpoint.
	ClientID TokenClientID `yaml:"clientId"`
}

// TokenClientID is which client_id is sent to the token endpoint.
type TokenClientID string

// Choices besides the one of the authorization request.
const (
	ForeignClientID TokenClientID = "foreign"
)

// TokenAuthMethod is a token endpoint authentication method.
type TokenAuthMethod string

// The methods that can be forced.
const (
	AuthBasic TokenAuthMethod = "client_secret_basic"
	AuthPost  TokenAuthMethod = "client_secret_post"
)

// WhenUnnamed is how a method is chosen that nobody names.
type WhenUnnamed string

// Choices besides preferring client_secret_basic.
const (
	PostFirst   WhenUnnamed = "post-first"
	ListedFirst WhenUnnamed = "listed"
)

// TokenAnswer is how a token response is read.
type TokenAnswer string

// Choices besides JSON.
const (
	TokenFormToo TokenAnswer = "form-too"
)

// BasicEncoding is how credentials are written in HTTP Basic.
type BasicEncoding string

// Choices besides form encoding.
const (
	BasicRaw BasicEncoding = "raw"
)

// SecretUse is what becomes of a client secret.
type SecretUse string

// Choices besides using it.
const (
	SecretIgnored SecretUse = "ignored"
)

// DocumentAuth is how a client with a metadata document authenticates.
type DocumentAuth string

// Choices besides naming itself.
const (
	DocumentPrivateKeyJWT DocumentAuth = "private_key_jwt"
	DocumentBasicFirst    DocumentAuth = "basic-first"
)

// Refresh is what a client does when an access token ends.
type Refresh struct {
	// ProactiveSeconds: how many seconds before its expiry the client replaces a
	// token.
	ProactiveSeconds int `yaml:"proactiveSeconds"`
	// OnUnauthorized: what follows a 401 for a token that was good.
	OnUnauthorized OnUnauthorized `yaml:"onUnauthorized"`
	// Server: where the refresh token goes when the MCP server names another
	// authorization server.
	Server RefreshServer `yaml:"server"`
	// Unchallenged: what follows a 401 without WWW-Authenticate for a token that
	// was good.
	Unchallenged Unchallenged `yaml:"unchallenged"`
	// Failed: what follows when a refresh did not settle the 401.
	Failed RefreshFailure `yaml:"failed"`
	// ProactiveDiscovery: what the client reads before a refresh that comes before
	// the token's expiry.
	ProactiveDiscovery Reading `yaml:"proactiveDiscovery"`
	// Held: how long the client goes on with the token that it had when it began
	// to speak MCP.
	Held Held `yaml:"held"`
	// Concurrency: what happens when several requests find the token expired.
	Concurrency Concurrency `yaml:"concurrency"`
	// RegistersAs: the client_name of a registration that the client makes before
	// a refresh, and with whose client_id it refreshes.
	RegistersAs string `yaml:"registersAs"`
	// After: what the client does with the new token after a 401.
	After AfterUnauthorized `yaml:"after"`
	// Discovery: what the client reads again before a refresh that follows a 401.
	Discovery RefreshDiscovery `yaml:"discovery"`
	// ShortLived: what the client does with a new token that ends within
	// refresh.proactiveSeconds.
	ShortLived ShortLived `yaml:"shortLived"`
	// Scope: whether refresh requests have a scope.
	Scope RefreshScope `yaml:"scope"`
	// Rotation: what the client does with a new refresh token.
	Rotation Rotation `yaml:"rotation"`
	// Supported: whether the client refreshes at all.
	Supported RefreshSupport `yaml:"supported"`
}

// ShortLived is what becomes of a token that ends too soon.
type ShortLived string

// Choices besides using it.
const (
	ShortLivedRepeated ShortLived = "repeated"
)

// OnUnauthorized is what follows a 401 for a token that was good.
type OnUnauthorized string

// Choices besides a refresh.
const (
	UnauthorizedAuthorizes OnUnauthorized = "authorize"
	UnauthorizedRegisters  OnUnauthorized = "register"
	UnauthorizedFails      OnUnauthorized = "fail"
)

// Unchallenged is what follows a 401 without a challenge.
type Unchallenged string

// Choices besides taking it for one with a challenge.
const (
	UnchallengedFails Unchallenged = "fail"
)

// RefreshServer is where a refresh token goes after a migration.
type RefreshServer string

// Choices besides keeping it.
const (
	RefreshAtFound RefreshServer = "found"
)

// RefreshFailure is what follows when a refresh did not help.
type RefreshFailure string

// Choices besides a new login.
const (
	RefreshFailureFails    RefreshFailure = "fail"
	RefreshFailureUnopened RefreshFailure = "unopened"
	RefreshedTokenFails    RefreshFailure = "fail-if-refreshed"
)

// Held is for how long a client goes on with a token.
type Held string

// Choices besides not holding it.
const (
	HeldConnection      Held = "connection"
	HeldFirstConnection Held = "first-connection"
)

// Concurrency is what several requests do that find a token near its end.
type Concurrency string

// Choices besides one refresh for all.
const (
	RefreshRacing     Concurrency = "racing"
	RefreshPerSession Concurrency = "per-session"
)

// AfterUnauthorized is what follows a 401 for a token that was good.
type AfterUnauthorized string

// Choices besides sending the request again.
const (
	HandshakeAfterUnauthorized AfterUnauthorized = "handshake"
)

// RefreshDiscovery is what is read again before a refresh.
type RefreshDiscovery string

// Choices besides reading the protected resource metadata.
const (
	RediscoverAll     RefreshDiscovery = "full"
	RediscoverNothing RefreshDiscovery = "off"
)

// RefreshScope is whether a refresh request carries a scope.
type RefreshScope string

// Choices besides sending none.
const (
	RefreshScopeSent RefreshScope = "sent"
)

// Rotation is what becomes of a new refresh token.
type Rotation string

// Choices besides keeping it.
const (
	RotationIgnored Rotation = "ignored"
)

// RefreshSupport is whether a client refreshes at all.
type RefreshSupport string

// Choices besides refreshing.
const (
	NoRefresh RefreshSupport = "off"
)

// StepUp is what a client does on a 403 with error insufficient_scope.
type StepUp struct {
	// Response: what follows a 403 for a missing scope.
	Response StepUpResponse `yaml:"response"`
	// Scope: what the client asks for in a step-up.
	Scope StepUpScope `yaml:"scope"`
	// MaxAttempts: how often one call may step up.
	MaxAttempts int `yaml:"maxAttempts"`
	// Repeats: whether the client asks again for the same scope.
	Repeats StepUpRepeats `yaml:"repeats"`
	// Discovery: what the client reads again before a step-up.
	Discovery RefreshDiscovery `yaml:"discovery"`
	// After: what the client does with the new token of a step-up.
	After AfterStepUp `yaml:"after"`
}

// AfterStepUp is what follows the new token.
type AfterStepUp string

// Choices besides sending the call again.
const (
	HandshakeAfterStepUp AfterStepUp = "handshake"
)

// StepUpResponse is how a client answers a missing scope.
type StepUpResponse string

// Choices besides authorizing again.
const (
	StepUpRefreshes      StepUpResponse = "refresh"
	StepUpRefreshesFirst StepUpResponse = "refresh-else-authorize"
	StepUpLogin          StepUpResponse = "login"
	StepUpNever          StepUpResponse = "fail"
)

// StepUpScope is what a client asks for when it steps up.
type StepUpScope string

// Choices besides the union.
const (
	StepUpChallenge StepUpScope = "challenge"
	StepUpSame      StepUpScope = "same"
	StepUpFirst     StepUpScope = "union-or-first"
)

// StepUpRepeats is whether the same scope is asked for twice.
type StepUpRepeats string

// Choices besides never.
const (
	StepUpRepeated StepUpRepeats = "on"
)

// Extensions are optional parts of OAuth; "" means that the client lacks them,
// which conforms.
type Extensions struct {
	// DPoP: whether the client sends DPoP proofs (RFC 9449) to servers that demand
	// them.
	DPoP Support `yaml:"dpop"`
	// PushedAuthorizationRequests: whether the client pushes its authorization
	// request (RFC 9126) to servers that require it.
	PushedAuthorizationRequests Support `yaml:"pushedAuthorizationRequests"`
}

// Support is whether a client has an optional feature.
type Support string

// The word for having it.
const (
	Supported Support = "on"
)
