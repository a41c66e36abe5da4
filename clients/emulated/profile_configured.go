package emulated

// Configured is what a user can type into the client besides the MCP URL and a
// client_id. The specification knows of neither, so a client without a place
// for them conforms.
type Configured struct {
	// AccessToken says whether a user can type in an Authorization header: ""
	// nowhere; "accepted" a token that the user has is sent from the first
	// request on, and the flow begins when the server refuses it (Cursor, Zed,
	// Goose); "only" the client does no OAuth at all (LM Studio).
	AccessToken ConfiguredAccessToken `yaml:"accessToken"`
	// Endpoints says whether a user can type in the authorization and the token
	// endpoint: "" nowhere; "accepted" they take the place of discovery when
	// the user has them (LibreChat); "only" the client discovers nothing
	// (Postman, n8n's generic OAuth credential).
	Endpoints ConfiguredEndpoints `yaml:"endpoints"`
}

// ConfiguredAccessToken is whether a user can type in an access token.
type ConfiguredAccessToken string

// Choices besides that it cannot be typed in anywhere.
const (
	AccessTokenAccepted ConfiguredAccessToken = "accepted"
	AccessTokenOnly     ConfiguredAccessToken = "only"
)

// ConfiguredEndpoints is whether a user can type in endpoints.
type ConfiguredEndpoints string

// Choices besides that they cannot be typed in anywhere.
const (
	EndpointsAccepted ConfiguredEndpoints = "accepted"
	EndpointsOnly     ConfiguredEndpoints = "only"
)
