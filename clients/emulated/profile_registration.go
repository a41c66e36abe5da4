package emulated

// Registration is how a client comes by a client_id.
type Registration struct {
	// Order is what the client tries: "preregistered" (credentials that the
	// user typed in), "client-id-metadata-document", "dynamic" (RFC 7591),
	// "prompt" (asks the user when all else fails). nil means all four in
	// this order, as the specification has it.
	Order []Method `yaml:"order"`
	// ClientIDMetadataDocument is the URL of the client's metadata document;
	// "" means that the client has none. {url-hash} in it stands for a hash of
	// the MCP URL, so that there is a document for every server (Codex).
	ClientIDMetadataDocument string `yaml:"clientIdMetadataDocument"`
	// DocumentWithoutIss is the URL of another metadata document, for servers
	// that do not advertise iss (RFC 9207): a client that keeps its servers
	// apart by where they come back needs a redirect URI for each, and so a
	// document for each (ChatGPT, Codex). "" means the same document.
	DocumentWithoutIss string `yaml:"documentWithoutIss"`
	// MetadataDocumentNeeds says when the document is used: "" when the server
	// advertises support; "none-listed" when it also lists the authentication
	// method none (Codex, claude.ai, opencode); "nothing" always.
	MetadataDocumentNeeds MetadataDocumentNeeds `yaml:"metadataDocumentNeeds"`
	// Dynamic is what the client sends to the registration endpoint.
	Dynamic Dynamic `yaml:"dynamic"`
	// Binding says what happens to credentials when the MCP server names
	// another authorization server: "" they stay with theirs and the client
	// registers anew; "ignored" they are used there too.
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
	// ClientName is client_name; "" means the client's name.
	ClientName string `yaml:"clientName"`
	// RedirectURIs is redirect_uris; nil means only the one in use.
	RedirectURIs []string `yaml:"redirectUris"`
	// ApplicationType is application_type: "" native for loopback and
	// private-use redirects, web otherwise; "web"; "native"; "omitted", as
	// before revision 2026-07-28.
	ApplicationType ApplicationType `yaml:"applicationType"`
	// GrantTypes is grant_types; nil means authorization_code and
	// refresh_token.
	GrantTypes []string `yaml:"grantTypes"`
	// ResponseTypes is response_types; nil means code.
	ResponseTypes []string `yaml:"responseTypes"`
	// TokenEndpointAuthMethod is the method asked for; "" means none.
	// "omitted" leaves it out, which means client_secret_basic.
	TokenEndpointAuthMethod string `yaml:"tokenEndpointAuthMethod"`
	// Extra are further members with text values, for example software_id.
	Extra map[string]string `yaml:"extra"`
	// ExtraLists are further members that are lists of texts, for example the
	// code_challenge_method of Qwen Code.
	ExtraLists map[string][]string `yaml:"extraLists"`
	// Lookup says where the registration endpoint is looked up: "" in the
	// metadata that was found; "root" in metadata at the origin of the issuer,
	// without its path (Qwen Code); "root-first" there and then in that of the
	// issuer (Gemini CLI).
	Lookup Lookup `yaml:"lookup"`
	// Reuse says whether a registration is kept: "" as long as its redirect
	// URI can be had again; "each-time" registers at every login (Zed, VS
	// Code); "each-authorization" at every step-up too (Go SDK); "new-port"
	// keeps the client_id and comes from another port (Copilot CLI, RFC 8252
	// section 7.3).
	Reuse Reuse `yaml:"reuse"`
	// Answer says what the client does with redirect_uris in the answer that
	// lack its own: "" fails (RFC 7591 section 3.2.1); "ignored" goes on
	// (anthropics/claude-code#10439).
	Answer Answer `yaml:"answer"`
	// WhenUnadvertised says what happens when the server's metadata names no
	// registration endpoint: "" the client does not register; "mcp-server" it
	// tries /register at the MCP server's origin (Python SDK).
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
	// URI is a whole redirect URI for hosted clients and private-use schemes;
	// "" means a loopback URI made of the fields below.
	URI string `yaml:"uri"`
	// URIWithoutIss is another whole redirect URI, for servers that do not
	// advertise iss (RFC 9207): it is the only one that a server can have sent
	// its response to (ChatGPT). "" means the same redirect URI.
	URIWithoutIss string `yaml:"uriWithoutIss"`
	// Host of the loopback URI; "" means 127.0.0.1 (RFC 8252 section 8.3).
	Host string `yaml:"host"`
	// Port of the loopback URI: "" an ephemeral one; a number; a range
	// ("1456-1461"), first free one; "url-hash" a number that depends on the
	// MCP URL, or one of the seven after it (mcp-remote).
	Port string `yaml:"port"`
	// PreregisteredPort is the port that comes with credentials typed in by
	// the user, where the documentation tells the operator to fix one; ""
	// means the same as Port.
	PreregisteredPort string `yaml:"preregisteredPort"`
	// WhenBusy says what happens when the port is taken: "" an ephemeral one
	// is used; "fail" the login fails.
	WhenBusy WhenBusy `yaml:"whenBusy"`
	// Path of the loopback URI; "" means /callback. "none" means no path.
	// {url-hash} in it stands for a hash of the MCP URL (Codex).
	Path string `yaml:"path"`
	// DocumentPath is the path that goes with a client ID metadata document;
	// "" means the same as Path. Copilot CLI has another one there.
	DocumentPath string `yaml:"documentPath"`
	// PreregisteredPath is the path that comes with credentials typed in by the
	// user, whatever the server advertises; "" means the same as Path (Codex).
	PreregisteredPath string `yaml:"preregisteredPath"`
	// PathWithoutIss takes the place of both where the server does not
	// advertise the iss parameter (RFC 9207): there it tells servers apart
	// (Codex). "" means that they stay.
	PathWithoutIss string `yaml:"pathWithoutIss"`
}

// WhenBusy is what a client does when its port is taken.
type WhenBusy string

// Choices besides taking another port.
const (
	BusyFails WhenBusy = "fail"
)
