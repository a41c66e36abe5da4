package reading

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// NewView reads the main flow of a recording.
func NewView(rec *trace.Recording) *View {
	if !imported(rec) {
		return view(rec, rec.Exchanges)
	}
	flows := Flows(rec)
	if len(flows) == 0 {
		return ViewOf(rec, Flow{Resource: rec.Setting.MCPURL, issuer: rec.Setting.Issuer})
	}
	return ViewOf(rec, mainFlow(flows))
}

// ViewOf reads one flow of a recording.
func ViewOf(rec *trace.Recording, flow Flow) *View {
	if flow.beside || rec.Setting.MCPURL == "" || place(rec.Setting.MCPURL) != place(flow.Resource) {
		of := *rec
		of.Setting.MCPURL, of.Setting.Issuer = flow.Resource, flow.issuer
		if flow.beside {
			of.Setting.Client = flow.Client
		}
		rec = &of
	}
	own := make([]trace.Exchange, 0, len(flow.Exchanges))
	for _, x := range rec.Exchanges {
		if _, found := slices.BinarySearch(flow.Exchanges, x.ID); found {
			own = append(own, x)
		}
	}
	return view(rec, own)
}

func view(rec *trace.Recording, exchanges []trace.Exchange) *View {
	v := &View{Rec: rec, Exchanges: exchanges, Recorded: recordedOf(rec, exchanges)}
	r := reader{v: v, ends: endpoints(exchanges), hints: challengeURLs(exchanges), pushed: map[string]pushed{}, imported: imported(rec)}
	if r.imported {
		r.mcp = endpointsOfMCP(rec)
	}
	for _, x := range exchanges {
		r.read(x)
	}
	for i := range v.Tokens {
		v.Tokens[i].Auth = v.authorizationOf(v.Tokens[i])
	}
	v.Attempts = attempts(rec)
	v.reasons()
	return v
}

// endpoint is what a metadata document calls a URL.
type endpoint struct{ kind, issuer string }

// endpoints collects the endpoints of every metadata document in the
// recording, whoever fetched it.
func endpoints(exchanges []trace.Exchange) map[string]endpoint {
	out := map[string]endpoint{}
	for _, x := range exchanges {
		if x.Response == nil || !isServerMetadata(x.Request.URL) {
			continue
		}
		doc := Object(x.Response.Body.Text)
		for _, kind := range []string{
			"authorization_endpoint", "token_endpoint", "registration_endpoint",
			"pushed_authorization_request_endpoint", "revocation_endpoint",
		} {
			if u := Text(doc, kind); u != "" {
				out[u] = endpoint{kind, Text(doc, "issuer")}
			}
		}
	}
	return out
}

// challengeURLs are the metadata URLs that challenges named.
func challengeURLs(exchanges []trace.Exchange) []string {
	var out []string
	for _, x := range exchanges {
		if x.Response == nil {
			continue
		}
		for _, c := range parseChallenges(x.Response.Header) {
			if u := Resolve(x.Request.URL, c.Param("resource_metadata")); u != "" && !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}

type reader struct {
	v     *View
	ends  map[string]endpoint
	hints []string
	// pushed are the authorization requests that were pushed, by request_uri.
	pushed map[string]pushed
	// imported says that the recording was not made here, so that anything may be
	// between the messages of a flow.
	imported bool
	mcp      map[string]bool // MCP endpoints of an imported recording
}

// pushed is a pushed authorization request (RFC 9126).
type pushed struct {
	id     int
	params Params
}

func (r *reader) read(x trace.Exchange) {
	if r.imported && (x.Request.Method == http.MethodOptions || x.To == trace.Other && isAsset(x)) {
		return
	}
	switch x.From {
	case trace.UserAgent:
		r.browser(x)
	case trace.Client:
		r.client(x)
	case trace.AuthorizationServer:
		if x.To == trace.MetadataHost && !r.isKeySet(x.Request.URL) {
			r.v.ClientDocuments = append(r.v.ClientDocuments, r.document(x))
		}
	case trace.MCPServer, trace.MetadataHost, trace.UpstreamServer, trace.Other:
	}
}

// isKeySet tells the keys of a client from its metadata document, which names
// where they are.
func (r *reader) isKeySet(url string) bool {
	return slices.ContainsFunc(r.v.ClientDocuments, func(d Document) bool { return Text(d.JSON, "jwks_uri") == url })
}

func (r *reader) client(x trace.Exchange) {
	end, known := r.ends[WithoutQuery(x.Request.URL)]
	switch {
	case isServerMetadata(x.Request.URL):
		r.v.ServerMetadata = append(r.v.ServerMetadata, r.document(x))
	case IsResourceMetadata(x.Request.URL) || slices.Contains(r.hints, x.Request.URL):
		r.v.ResourceMetadata = append(r.v.ResourceMetadata, r.document(x))
	case !known && r.isMCP(x): // most requests are: their payload is decoded once
		r.v.MCP = append(r.v.MCP, r.mcpRequest(x))
	default:
		r.toAuthorizationServer(x, end, known)
	}
}

// toAuthorizationServer reads what a client asked of an authorization server.
func (r *reader) toAuthorizationServer(x trace.Exchange, end endpoint, known bool) {
	form, sent := paramsOf(x)
	if asked := asksForToken(x); asked != nil && !form.Has("grant_type") {
		form, sent = asked, SentInQuery
	}
	kind := end.kind
	if !known {
		kind = r.guess(x, form)
	}
	switch kind {
	case "token_endpoint":
		r.v.Tokens = append(r.v.Tokens, r.tokenRequest(x, form, sent, end.issuer))
	case "registration_endpoint":
		r.v.Registrations = append(r.v.Registrations, r.registration(x))
	case "revocation_endpoint":
		r.v.Revocations = append(r.v.Revocations, revocation(x, form))
	case "pushed_authorization_request_endpoint":
		if uri := Text(r.document(x).JSON, "request_uri"); uri != "" {
			r.pushed[uri] = pushed{x.ID, form}
		}
	case "authorization_endpoint":
		// A client that follows the authorization URL by itself.
		r.browser(x)
	}
}

// guess is what a place that no metadata names must be, by what was asked there;
// "" for nothing.
func (r *reader) guess(x trace.Exchange, form Params) string {
	switch {
	case form.Has("grant_type"):
		return "token_endpoint"
	case isRegistration(x):
		return "registration_endpoint"
	case isPushed(x):
		return "pushed_authorization_request_endpoint"
	case asksForAuthorization(x) != nil:
		return "authorization_endpoint"
	}
	return ""
}

func (r *reader) isMCP(x trace.Exchange) bool {
	if r.imported {
		return r.mcp[place(x.Request.URL)] && x.To == trace.MCPServer
	}
	if m := r.v.Rec.Setting.MCPURL; m != "" {
		return place(x.Request.URL) == place(m)
	}
	return x.To == trace.MCPServer
}

func (r *reader) document(x trace.Exchange) Document {
	d := Document{Exchange: x}
	if x.Response != nil {
		d.Status, d.JSON = x.Response.Status, Object(x.Response.Body.Text)
		d.Unrecorded = d.Status == http.StatusOK && !r.v.Recorded.answer(x)
	}
	return d
}

func (r *reader) registration(x trace.Exchange) Registration {
	g := Registration{Exchange: x, Body: Object(x.Request.Body.Text)}
	g.Redirects = Texts(g.Body, "redirect_uris")
	if x.Response == nil {
		return g
	}
	g.Status, g.Answer = x.Response.Status, Object(x.Response.Body.Text)
	if g.Status/100 == 2 {
		g.ClientID = Text(g.Answer, "client_id")
		g.Unrecorded = g.ClientID == "" && !r.v.Recorded.answer(x)
		if u := Texts(g.Answer, "redirect_uris"); len(u) > 0 {
			g.Redirects = u
		}
	}
	return g
}

func isRegistration(x trace.Exchange) bool {
	if x.Request.Method != http.MethodPost {
		return false
	}
	// Most requests are MCP messages, which need not be decoded to see that they
	// are something else.
	place := strings.HasSuffix(WithoutQuery(x.Request.URL), "/register")
	if !place && !strings.Contains(x.Request.Body.Text, "redirect_uris") {
		return false
	}
	body := Object(x.Request.Body.Text)
	_, has := body["redirect_uris"]
	_, rpc := body["jsonrpc"]
	return !rpc && (has || place)
}

func isServerMetadata(u string) bool {
	p := PathOf(u)
	return strings.Contains(p, "/.well-known/oauth-authorization-server") ||
		strings.Contains(p, "/.well-known/openid-configuration")
}

// IsResourceMetadata reports whether a URL is a well-known one of protected
// resource metadata (RFC 9728 section 3).
func IsResourceMetadata(u string) bool {
	return strings.Contains(PathOf(u), "/.well-known/oauth-protected-resource")
}

// list decodes a JSON array of objects, nil when it is none.
func list(s string) []map[string]any {
	if !strings.HasPrefix(strings.TrimSpace(s), "[") {
		return nil
	}
	var m []map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return nil
	}
	return m
}

// Object decodes a JSON object, nil when it is none.
func Object(s string) map[string]any {
	if !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return nil
	}
	var m map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return nil
	}
	return m
}

// Text is a member that is a string, "" for any other.
func Text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

// Texts are the strings in a member that is a list.
func Texts(m map[string]any, key string) []string {
	list, _ := m[key].([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// PathOf is the path of a URL.
func PathOf(u string) string {
	p, err := url.Parse(u)
	if err != nil {
		return u
	}
	return p.Path
}

func withoutFragment(u string) string {
	u, _, _ = strings.Cut(u, "#")
	return u
}

// WithoutQuery is a URL without query and fragment.
func WithoutQuery(u string) string {
	u, _, _ = strings.Cut(u, "#")
	u, _, _ = strings.Cut(u, "?")
	return u
}

// Resolve makes ref absolute, "" when it is empty or no URL.
func Resolve(base, ref string) string {
	if ref == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ""
	}
	return u.String()
}
