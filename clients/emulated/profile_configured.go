package emulated

// Configured is what a user can type into the client besides the MCP URL and a
// client_id. The specification knows of neither, so a client without a place
// for them conforms.
type Configured struct {
	// AccessToken: whether a user can enter an access token for the Authorization
	// header.
	AccessToken ConfiguredAccessToken `yaml:"accessToken"`
	// Endpoints: whether a user can enter the authorization endpoint and the token
	// endpoint.
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
