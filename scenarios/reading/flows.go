package reading

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Flow is what one client did with one MCP server.
type Flow struct {
	// Resource is the URL of the MCP endpoint; where none was asked on the
	// recording, the resource whose metadata was asked for; else "".
	Resource string
	// Client is what the client called itself, id@version, "" when it did not.
	Client string
	// Exchanges are the IDs of those that belong to it, in order.
	Exchanges []int
	// Says describes it in a sentence.
	Says string

	issuer   string // of the first metadata document
	clientID string // the first one on the recording
	beside   bool   // another one came further, and the setting tells of that one
	mcp      int    // requests to the MCP endpoint
	results  int
}

// Partial reports whether no request to the MCP server is in the flow.
func (f Flow) Partial() bool { return f.mcp == 0 }

// Flows tells the flows of a recording apart. One that was made here is one
// flow. Exchanges that belong to
// no client of an MCP server (other logins, other programs, preflights, assets)
// are in none.
func Flows(rec *trace.Recording) []Flow {
	if !imported(rec) {
		f := Flow{Resource: rec.Setting.MCPURL, Client: rec.Setting.Client, issuer: rec.Setting.Issuer}
		for _, x := range rec.Exchanges {
			f.Exchanges = append(f.Exchanges, x.ID)
		}
		f.Says = f.sentence()
		return []Flow{f}
	}
	s := sortOut(rec)
	var out []Flow
	for _, seed := range s.seeds {
		out = append(out, s.clients(seed)...)
	}
	main := furthest(out)
	for i := range out {
		out[i].Says, out[i].beside = out[i].sentence(), i != main
	}
	return out
}

// imported reports whether a recording was made elsewhere, so that it may hold
// anything besides the flow.
func imported(rec *trace.Recording) bool { return rec.Creator != "" }

// mainFlow is the one that came furthest.
func mainFlow(flows []Flow) Flow {
	if len(flows) == 0 {
		return Flow{}
	}
	return flows[furthest(flows)]
}

// furthest is the index of the flow with the most results, then the most requests
// to the MCP server, then the most exchanges.
func furthest(flows []Flow) int {
	best := 0
	for i, f := range flows {
		b := flows[best]
		if cmp.Or(cmp.Compare(f.results, b.results), cmp.Compare(f.mcp, b.mcp), cmp.Compare(len(f.Exchanges), len(b.Exchanges))) > 0 {
			best = i
		}
	}
	return best
}

func (f Flow) sentence() string {
	who := cmp.Or(f.Client, "a client that does not say its name")
	if f.Client == "" && f.clientID != "" {
		who = "the client " + Clip(f.clientID)
	}
	switch {
	case f.Resource == "":
		return who + " took part in a login, and no MCP server is on the recording"
	case f.mcp == 0:
		return who + " looked for the authorization of " + f.Resource + ", and no request to it is on the recording"
	}
	return fmt.Sprintf("%s talked to %s, in %d exchanges", who, f.Resource, len(f.Exchanges))
}

// seed is an MCP server around which a flow grows.
type seed struct {
	resource  string
	endpoints map[string]bool // places
	hints     map[string]bool // URLs of resource metadata that its challenges named
	named     []string        // issuers that its metadata names
	asOrigin  map[string]bool
	ends      map[string]bool // endpoints of the metadata of these issuers
	clients   map[string]bool // client_ids that were issued, or used for the resource
	agents    map[string]bool // User-Agents that asked it
}

func newSeed(resource string) *seed {
	return &seed{
		resource: resource, endpoints: map[string]bool{place(resource): true}, hints: map[string]bool{},
		asOrigin: map[string]bool{}, ends: map[string]bool{}, clients: map[string]bool{}, agents: map[string]bool{},
	}
}

// is reports whether a resource identifier is that of the seed: its URL, or its
// origin.
func (s *seed) is(resource string) bool {
	return resource != "" && (s.endpoints[place(resource)] ||
		originOf(resource) == originOf(s.resource) && strings.Trim(PathOf(resource), "/") == "")
}

// fact is an exchange, and what tells to which flow it belongs.
type fact struct {
	x      *trace.Exchange
	kind   kind
	base   string // URL without query
	origin string
	params Params
	doc    map[string]any // of an answer that is metadata or a registration
	keys   []string       // secrets and states that link it with others
	of     map[*seed]bool // flows
}

// sorting is the sorting of a recording into flows.
type sorting struct {
	rec   *trace.Recording
	facts []*fact
	seeds []*seed
	links map[string][]*fact // by key
}

func sortOut(rec *trace.Recording) *sorting {
	s := &sorting{rec: rec, links: map[string][]*fact{}}
	ends := endpoints(rec.Exchanges)
	mcp := endpointsOfMCP(rec)
	for i := range rec.Exchanges {
		f := newFact(&rec.Exchanges[i], ends, mcp)
		s.facts = append(s.facts, f)
		for _, k := range f.keys {
			s.links[k] = append(s.links[k], f)
		}
	}
	s.plant()
	for _, seed := range s.seeds {
		s.discover(seed)
	}
	s.assign()
	return s
}

// endpointsOfMCP are the places that are shown to be MCP endpoints. Where none
// is, what the file says was sent to the MCP server is taken at its word.
func endpointsOfMCP(rec *trace.Recording) map[string]bool {
	out := map[string]bool{}
	if told := rec.Setting.MCPURL; told != "" {
		out[place(told)] = true
	}
	for _, x := range rec.Exchanges {
		if u := place(x.Request.URL); !out[u] && speaksMCP(x) {
			out[u] = true
		}
	}
	for _, x := range rec.Exchanges {
		if len(out) == 0 && x.To == trace.MCPServer && mayBeMCP(x) {
			out[place(x.Request.URL)] = true
		}
	}
	return out
}

func newFact(x *trace.Exchange, ends map[string]endpoint, mcp map[string]bool) *fact {
	f := &fact{x: x, base: WithoutQuery(x.Request.URL), origin: originOf(x.Request.URL), of: map[*seed]bool{}}
	f.kind, f.params = kindOf(*x, ends, mcp)
	switch f.kind {
	case kindResourceMetadata, kindServerMetadata, kindRegistration, kindToken, kindPushed:
		if x.Response != nil {
			f.doc = Object(x.Response.Body.Text)
		}
	case kindNone, kindPreflight, kindMCP, kindAuthorization, kindCallback, kindRevocation, kindAsset:
	}
	f.keys = f.links()
	return f
}

// kindOf is what sort of message an exchange is, with its parameters.
func kindOf(x trace.Exchange, ends map[string]endpoint, mcp map[string]bool) (kind, Params) {
	end := ends[WithoutQuery(x.Request.URL)].kind
	switch {
	case x.Request.Method == http.MethodOptions:
		return kindPreflight, nil
	case x.To == trace.Client:
		p, _ := paramsOf(x)
		return kindCallback, append(p, responseParams(x.Request.URL)...)
	case IsResourceMetadata(x.Request.URL):
		return kindResourceMetadata, nil
	case isServerMetadata(x.Request.URL):
		return kindServerMetadata, nil
	case end == "" && mcp[place(x.Request.URL)] && x.To == trace.MCPServer:
		return kindMCP, queryOf(x.Request.URL)
	}
	if k, p := oauthKind(x, end); k != kindNone {
		return k, p
	}
	if isAsset(x) {
		return kindAsset, nil
	}
	return kindNone, queryOf(x.Request.URL)
}

// oauthKind is what sort of request to an authorization server an exchange is;
// end is what its metadata calls the place, "" for nothing.
func oauthKind(x trace.Exchange, end string) (kind, Params) {
	p, _ := paramsOf(x)
	switch {
	case end == "token_endpoint":
		return kindToken, append(p, queryOf(x.Request.URL)...)
	case end == "registration_endpoint", end == "" && isRegistration(x):
		return kindRegistration, p
	case end == "revocation_endpoint":
		return kindRevocation, p
	case end == "pushed_authorization_request_endpoint", isPushed(x):
		return kindPushed, p
	case asksForAuthorization(x) != nil:
		return kindAuthorization, asksForAuthorization(x)
	case end == "authorization_endpoint" && x.Request.Method == http.MethodGet:
		return kindAuthorization, queryOf(x.Request.URL)
	case asksForToken(x) != nil:
		return kindToken, asksForToken(x)
	}
	return kindNone, nil
}

// links are the values by which an exchange is tied to others: a state, a code,
// a token, a pushed request, a session.
func (f *fact) links() []string {
	var out []string
	add := func(name, value string) {
		if m, masked := trace.ParseMasked(value); masked { // a secret is the same wherever it stands
			out = append(out, "secret "+m.ID)
		} else if value != "" {
			out = append(out, name+" "+value)
		}
	}
	for _, name := range []string{"state", "code", "refresh_token", "request_uri"} {
		for _, value := range f.params.All(name) {
			add(name, value)
		}
	}
	add("access_token", f.params.Get("access_token"))
	if next := location(*f.x); next != "" && f.kind != kindNone {
		p := responseParams(next)
		add("state", p.Get("state"))
		add("code", p.Get("code"))
	}
	for _, name := range []string{"access_token", "refresh_token", "request_uri"} {
		add(name, Text(f.doc, name))
	}
	if _, token, ok := strings.Cut(f.x.Request.Header.Get("Authorization"), " "); ok {
		if m, masked := trace.ParseMasked(strings.TrimSpace(token)); masked && m.BasicUser == "" {
			add("access_token", strings.TrimSpace(token))
		}
	}
	if f.kind == kindNone && f.x.From == trace.Client {
		// A secret of the flow that was sent elsewhere is part of it.
		out = append(out, secretsIn(f.x.Request)...)
	}
	return out
}

// secretsIn are the masked secrets anywhere in a request, but not in its
// cookies: those are of a site, and not of a flow.
func secretsIn(r trace.Request) []string {
	var out []string
	texts := []string{r.URL, r.Body.Text}
	for name, values := range r.Header {
		if name != "Cookie" {
			texts = append(texts, values...)
		}
	}
	const prefix, most = "masked.", 100
	for _, text := range texts {
		for len(out) < most {
			i := strings.Index(text, prefix)
			if i < 0 {
				break
			}
			text = text[i+len(prefix):]
			_, rest, _ := strings.Cut(text, ".")
			const hash = 12 // digits
			if len(rest) >= hash {
				out = append(out, "secret "+rest[:hash])
			}
		}
	}
	return out
}
