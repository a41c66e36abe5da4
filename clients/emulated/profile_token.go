package emulated

// TokenAuth is how a client authenticates at the token endpoint.
type TokenAuth struct {
	// Method is used with a secret: "" the one that the registration answer
	// names, else as WhenUnnamed says; or one of client_secret_basic and
	// client_secret_post. Without a secret the client_id is sent in the body.
	Method TokenAuthMethod `yaml:"method"`
	// WhenUnnamed says which method is used with a secret where neither Method
	// nor a registration answer names one: "" client_secret_basic if the
	// server lists it, else client_secret_post if it lists that, else basic;
	// "post-first" the other way round (Go SDK, mcp-go); "listed" the one of
	// the two that the server lists first, else basic.
	WhenUnnamed WhenUnnamed `yaml:"whenUnnamed"`
	// Answer says how a token response is read: "" as JSON (RFC 6749 section
	// 5.1); "form-too" as a form as well, if it says that it is one, as that of
	// GitHub does when nobody asks for JSON (golang.org/x/oauth2).
	Answer TokenAnswer `yaml:"answer"`
	// BasicEncoding says how id and secret are written in HTTP Basic: "" form
	// encoded (RFC 6749 section 2.3.1); "raw" (TypeScript SDK).
	BasicEncoding BasicEncoding `yaml:"basicEncoding"`
	// Secret says what becomes of a secret: "" it is used; "ignored" it is
	// dropped (anthropics/claude-code#91199).
	Secret SecretUse `yaml:"secret"`
	// Document says how a client authenticates whose client_id is the URL of
	// its metadata document: "" it only names itself; "private_key_jwt" it
	// signs an assertion where the server lists that method (RFC 7523), and
	// only names itself elsewhere (ChatGPT); "basic-first" it tries HTTP Basic
	// with an empty secret, and names itself in the body if that is refused
	// (Go SDK: what golang.org/x/oauth2 does when it is told nothing).
	Document DocumentAuth `yaml:"document"`
}

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
	// ProactiveSeconds is how long before its expiry a token is replaced; 0
	// means that it is used to the end. VS Code has 300, Gemini CLI 300.
	ProactiveSeconds int `yaml:"proactiveSeconds"`
	// OnUnauthorized says what follows a 401 for a token that was good: ""
	// a refresh, and a new login if that fails; "authorize" a new login
	// (mcp-go); "register" a new registration and login (VS Code, Go SDK);
	// "fail" an error for the user.
	OnUnauthorized OnUnauthorized `yaml:"onUnauthorized"`
	// Server says where the refresh token goes when the MCP server names another
	// authorization server: "" nowhere, it stays with the one that issued it;
	// "found" to the one that was found now, which must not get it (MCP
	// 2026-07-28, authorization server binding; opencode).
	Server RefreshServer `yaml:"server"`
	// Unchallenged says what follows a 401 for a token that was good where it
	// comes without a WWW-Authenticate field: "" the same as with one; "fail"
	// an error for the user (Codex).
	Unchallenged Unchallenged `yaml:"unchallenged"`
	// Failed says what follows when the 401 was not settled by a refresh: "" a
	// new login; "fail" an error for the user, until he logs in when the
	// program connects again (Gemini CLI); "unopened" the same after everything
	// that comes before a login, a registration too, since no browser opens
	// while the program works (opencode); "fail-if-refreshed" an error where
	// the refresh succeeded and its token is refused, too, else a new login
	// (Inspector CLI).
	Failed RefreshFailure `yaml:"failed"`
	// ProactiveDiscovery says what is read before a refresh that comes before
	// the token's end: "" nothing; "full" both metadata documents (Codex).
	ProactiveDiscovery Reading `yaml:"proactiveDiscovery"`
	// Held says for how long the client goes on with the token that it took
	// when it began to speak MCP: "" not at all, every request has the token in
	// force; "connection" until the program ends (Qwen Code);
	// "first-connection" so after a login, when a missing scope is an error
	// too, but not in later runs of the program (Gemini CLI).
	Held Held `yaml:"held"`
	// Concurrency says what happens when several requests find the token near
	// its end or refused: "" one refresh serves them all; "racing" the GET
	// stream and the request beside it each send the same refresh token (Gemini
	// CLI); "per-session" every session goes by the copy of the tokens that it
	// has read once, and so sends a refresh token that another session has used
	// (Claude Code). Both end the grant where refresh tokens are rotated.
	Concurrency Concurrency `yaml:"concurrency"`
	// RegistersAs is the client_name of a registration without redirect URIs
	// that the client makes before a refresh that the MCP server caused, and
	// with whose client_id it then refreshes (Gemini CLI); "" means none.
	RegistersAs string `yaml:"registersAs"`
	// After is what follows a 401 for a token that was good: "" the request is
	// sent again with the new token; "handshake" the client ends its MCP
	// session and begins another one (Copilot CLI).
	After AfterUnauthorized `yaml:"after"`
	// Discovery says what is read again before a refresh that follows a 401:
	// "" the protected resource metadata, so that a change of authorization
	// server is noticed; "full" the server's metadata too (TypeScript SDK v2,
	// mcp-remote); "none" nothing (VS Code, claude-code). A client that logs
	// in instead reads both documents, or with "none" nothing.
	Discovery RefreshDiscovery `yaml:"discovery"`
	// ShortLived says what happens when a new token, too, ends within
	// ProactiveSeconds: "" it is used, and replaced before the next request;
	// "repeated" it is replaced at once, again and again, until the server
	// grants more time (VS Code sent 2,094 refreshes in 17 s). The emulation
	// gives up after 12 in a row.
	ShortLived ShortLived `yaml:"shortLived"`
	// Scope says whether refresh requests carry a scope: "" no; "sent" the one
	// that was asked for (mcp-remote, rmcp).
	Scope RefreshScope `yaml:"scope"`
	// Rotation says what becomes of a new refresh token: "" it replaces the
	// old one; "ignored" the old one is sent again
	// (anthropics/claude-code#66210).
	Rotation Rotation `yaml:"rotation"`
	// Supported is "" yes or "no": the client logs in again instead.
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
	RediscoverNothing RefreshDiscovery = "none"
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
	NoRefresh RefreshSupport = "no"
)

// StepUp is what a client does on a 403 with error insufficient_scope.
type StepUp struct {
	// Response is "" a new authorization request; "refresh" a refresh, which
	// cannot help (Inspector CLI, opencode, Cline); "refresh-else-authorize"
	// the same, and an authorization request where there is no refresh token
	// (TypeScript SDK v1); "login" an error for the user, who then logs in
	// again from the beginning (Claude Code, Codex); "none" an error for the
	// user.
	Response StepUpResponse `yaml:"response"`
	// Scope is what is asked for: "" the union of what was asked for before
	// and what is missing; "challenge" only what is missing (VS Code); "same"
	// what was asked for before; "union-or-first" the union, unless that is
	// what the protected resource metadata lists: then what the first challenge
	// asked for, which is less (mcp-remote 0.15).
	Scope StepUpScope `yaml:"scope"`
	// MaxAttempts is how often one call may step up; 0 means 3. A conformant
	// client never asks twice for the same scope either.
	MaxAttempts int `yaml:"maxAttempts"`
	// Repeats says whether the same scope is asked for again: "" no; "yes" up
	// to MaxAttempts.
	Repeats StepUpRepeats `yaml:"repeats"`
	// Discovery is what is read again first: "" nothing; "full" both metadata
	// documents (TypeScript SDK v2, mcp-remote).
	Discovery RefreshDiscovery `yaml:"discovery"`
	// After is what follows the new token: "" the call is sent again;
	// "handshake" the client connects anew first (Inspector in a browser,
	// whose page was left for the login; Copilot CLI; Claude Code).
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
	StepUpNever          StepUpResponse = "none"
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
	StepUpRepeated StepUpRepeats = "yes"
)

// Extensions are optional parts of OAuth; "" means that the client lacks them,
// which conforms.
type Extensions struct {
	// DPoP (RFC 9449) is "supported" when the client sends proofs to servers
	// that demand them.
	DPoP Support `yaml:"dpop"`
	// PushedAuthorizationRequests (RFC 9126) are "supported" when the client
	// pushes its request to servers that require it.
	PushedAuthorizationRequests Support `yaml:"pushedAuthorizationRequests"`
}

// Support is whether a client has an optional feature.
type Support string

// The word for having it.
const (
	Supported Support = "supported"
)
