package check

// Topic is what a requirement and a refusal can both be about: a parameter of
// a request, a member of a document, or a thing that the protocol deals with.
type Topic string

// The topics.
const (
	Resource        Topic = "resource"         // RFC 8707, and the audience of a token
	Scope           Topic = "scope"            // RFC 6749 section 3.3
	RedirectURI     Topic = "redirect_uri"     // RFC 6749 section 3.1.2
	StateParam      Topic = "state"            // RFC 6749 section 10.12
	PKCE            Topic = "pkce"             // RFC 7636: code_challenge and code_verifier
	ClientID        Topic = "client_id"        // which client it is, and whether it is known
	ClientAuth      Topic = "client-auth"      // client authentication and its methods, RFC 6749 section 2.3
	ApplicationType Topic = "application_type" // OpenID Connect Registration section 2
	GrantType       Topic = "grant_type"
	ResponseType    Topic = "response_type"
	ClientMetadata  Topic = "client-metadata" // other members of a registration, RFC 7591 section 2
	ClientDocument  Topic = "client-document" // client ID metadata documents
	Code            Topic = "code"            // an authorization code, RFC 6749 section 4.1.2
	RefreshToken    Topic = "refresh_token"
	AccessToken     Topic = "access_token" // its validity: signature, expiry, issuer
	DPoP            Topic = "dpop"         // RFC 9449
	Issuer          Topic = "iss"          // issuer identifiers, RFC 9207 and RFC 8414
	PushedRequest   Topic = "request_uri"  // RFC 9126
	RequestForm     Topic = "request-form" // method, media type and repeated parameters
	Prompt          Topic = "prompt"
)

// The parties of the law book, as findings and obstacles name them.
const (
	Client              = "client"
	AuthorizationServer = "authorization-server"
	MCPServer           = "mcp-server"
)

// Topics returns every topic.
func Topics() []Topic {
	return []Topic{
		Resource, Scope, RedirectURI, StateParam, PKCE, ClientID, ClientAuth, ApplicationType, GrantType, ResponseType, ClientMetadata,
		ClientDocument, Code, RefreshToken, AccessToken, DPoP, Issuer, PushedRequest, RequestForm, Prompt,
	}
}
