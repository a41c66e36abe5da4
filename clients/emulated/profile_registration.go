package emulated

// Registration is how a client comes by a client_id.
type Registration struct {
	// Order: how the client obtains a client_id, in the order in which it tries.
	Order []Method `yaml:"order"`
	// ClientIDMetadataDocument: the URL of the client's metadata document.
	ClientIDMetadataDocument string `yaml:"clientIdMetadataDocument"`
	// DocumentWithoutIss: the URL of another metadata document, for servers that
	// do not advertise iss (RFC 9207).
	DocumentWithoutIss string `yaml:"documentWithoutIss"`
	// MetadataDocumentNeeds: what the server must advertise for the client to use
	// its document.
	MetadataDocumentNeeds MetadataDocumentNeeds `yaml:"metadataDocumentNeeds"`
	// Dynamic is what the client sends to the registration endpoint.
	Dynamic Dynamic `yaml:"dynamic"`
	// Binding: what happens to credentials when the MCP server names another
	// authorization server.
	Binding Binding `yaml:"binding"`
}

// Method is a way to come by a client_id.
type Method string

// The ways to come by a client_id.
const (
	Preregistered Method = "preregistered"
	Document      Method = "client-id-metadata-document"
	DynamicMethod Method = "dynamic"
	Prompt        Method = "prompt"
)

// MetadataDocumentNeeds is when a client ID metadata document is used.
type MetadataDocumentNeeds string

// Conditions besides the advertised support.
const (
	NeedsNoneListed MetadataDocumentNeeds = "none-listed"
	NeedsNothing    MetadataDocumentNeeds = "nothing"
)

// Binding is whether credentials stay with their authorization server.
type Binding string

// Choices besides keeping them apart.
const (
	BindingIgnored Binding = "ignored"
)

// Dynamic is a registration request (RFC 7591). In its texts {name} stands
// for the client's name, {version} for its version, {server} for the name the
// user gave the server, {redirect} for the redirect URI in use, {port} for its
// port, {url-hash} for a hash of the MCP URL, and {resource} for the resource of the protected resource metadata.
type Dynamic struct {
	// ClientName: the client_name of a registration.
	ClientName string `yaml:"clientName"`
	// RedirectURIs: the redirect_uris of a registration.
	RedirectURIs []string `yaml:"redirectUris"`
	// ApplicationType: the application_type of a registration.
	ApplicationType ApplicationType `yaml:"applicationType"`
	// GrantTypes: the grant_types of a registration.
	GrantTypes []string `yaml:"grantTypes"`
	// ResponseTypes: the response_types of a registration.
	ResponseTypes []string `yaml:"responseTypes"`
	// TokenEndpointAuthMethod: the token_endpoint_auth_method of a registration.
	TokenEndpointAuthMethod string `yaml:"tokenEndpointAuthMethod"`
	// Extra: further members of a registration, with text values.
	Extra map[string]string `yaml:"extra"`
	// ExtraLists: further members of a registration, with lists of texts.
	ExtraLists map[string][]string `yaml:"extraLists"`
	// Lookup: where the client looks up the registration endpoint.
	Lookup Lookup `yaml:"lookup"`
	// Reuse: how long the client keeps a registration.
	Reuse Reuse `yaml:"reuse"`
	// Answer: what the client does when the redirect_uris of a registration answer
	// lack its own.
	Answer Answer `yaml:"answer"`
	// WhenUnadvertised: what the client does when the metadata names no
	// registration endpoint.
	WhenUnadvertised WhenUnadvertised `yaml:"whenUnadvertised"`
}

// WhenUnadvertised is what a client does without a registration endpoint.
type WhenUnadvertised string

// Choices besides not registering.
const (
	RegisterAtMCPServer WhenUnadvertised = "mcp-server"
)

// ApplicationType is the kind of application that is registered.
type ApplicationType string

// The kinds of application, and the word for sending none.
const (
	Native            ApplicationType = "native"
	Web               ApplicationType = "web"
	NoApplicationType ApplicationType = "omitted"
)

// Lookup is where the registration endpoint is looked up.
type Lookup string

// Choices besides the metadata that was found.
const (
	LookupRoot      Lookup = "root"
	LookupRootFirst Lookup = "root-first"
)

// Reuse is whether a registration is kept.
type Reuse string

// Choices besides keeping it with its redirect URI.
const (
	ReuseNever       Reuse = "each-time"
	ReuseNotInStepUp Reuse = "each-authorization"
	ReuseNewPort     Reuse = "new-port"
)

// Answer is how the answer to a registration is read.
type Answer string

// Choices besides reading it.
const (
	AnswerIgnored Answer = "ignored"
)

// Redirect is where a client receives the authorization response.
type Redirect struct {
	// URI: a whole redirect URI, for hosted clients and private-use schemes.
	URI string `yaml:"uri"`
	// URIWithoutIss: another whole redirect URI, for servers that do not advertise
	// iss (RFC 9207).
	URIWithoutIss string `yaml:"uriWithoutIss"`
	// Host: the host of the loopback URI.
	Host string `yaml:"host"`
	// Port: the port of the loopback URI.
	Port string `yaml:"port"`
	// PreregisteredPort: the port that goes with credentials that the user
	// entered.
	PreregisteredPort string `yaml:"preregisteredPort"`
	// WhenBusy: what the client does when its port is taken.
	WhenBusy WhenBusy `yaml:"whenBusy"`
	// Path: the path of the loopback URI.
	Path string `yaml:"path"`
	// DocumentPath: the path that goes with a client ID metadata document.
	DocumentPath string `yaml:"documentPath"`
	// PreregisteredPath: the path that goes with credentials that the user
	// entered.
	PreregisteredPath string `yaml:"preregisteredPath"`
	// PathWithoutIss: the path where the server does not advertise iss (RFC 9207).
	PathWithoutIss string `yaml:"pathWithoutIss"`
}

// WhenBusy is what a client does when its port is taken.
type WhenBusy string

// Choices besides taking another port.
const (
	BusyFails WhenBusy = "fail"
)
