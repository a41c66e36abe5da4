package naming

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// claim is one statement on the recording about who the client was.
type claim struct {
	source Source
	// field tells apart what a source states: name, title, uri, key; "" is name.
	field    string
	name     string
	version  string
	exchange int
}

// evidence is everything on a recording that may name the client.
type evidence struct {
	claims []claim
	traits traits
}

// traits are habits that libraries have and programs inherit.
type traits struct {
	// rpc, initialize, authorize, token and registration are names in the order
	// in which they were sent: the members of a request, of initialize's
	// params, the parameters of the authorization and the token request, the
	// members of a registration.
	rpc, initialize, authorize, token, registration [][]string
	// mcpAccept and metadataAccept are Accept headers.
	mcpAccept, metadataAccept []string
	// mcpAgents are the User-Agents of MCP requests, agents those of any request.
	mcpAgents, agents []string
	// rpcIDs are ids of requests that are strings.
	rpcIDs []string
	// first is the exchange that the first trait was read from, messages counts
	// the MCP requests.
	first, messages int
}

// gather reads a recording once.
func gather(rec *trace.Recording) evidence {
	e := evidence{}
	for _, x := range rec.Exchanges {
		if x.Request.Method == http.MethodOptions {
			continue // a preflight is the browser's
		}
		e.authorization(x)
		if x.From != trace.Client {
			e.document(x)
			continue
		}
		e.body(x)
		e.headers(x)
	}
	return e
}

func (e *evidence) add(c claim) {
	c.name = clean(c.name, maxName)
	c.version = version(c.version)
	if c.name == "" {
		return
	}
	of := 0 // claims of this source
	for i, known := range e.claims {
		if known.source == c.source {
			of++
		}
		if known.source == c.source && known.field == c.field && known.name == c.name && (known.version == c.version || c.version == "") {
			return
		}
		if known.source == c.source && known.field == c.field && known.name == c.name && known.version == "" {
			e.claims[i].version = c.version
			return
		}
	}
	if of < maxClaims {
		e.claims = append(e.claims, c)
	}
}

// body reads a JSON body: MCP messages and registrations.
func (e *evidence) body(x trace.Exchange) {
	text := strings.TrimPrefix(strings.TrimSpace(x.Request.Body.Text), "\ufeff")
	if len(text) > maxBody || text == "" {
		return
	}
	switch {
	case text[0] == '[':
		var batch []json.RawMessage
		if json.Unmarshal([]byte(text), &batch) == nil {
			for _, message := range batch[:min(len(batch), maxBatch)] {
				e.message(x, string(message))
			}
		}
	case text[0] == '{' && strings.Contains(text, `"jsonrpc"`):
		e.message(x, text)
	case text[0] == '{' && strings.Contains(text, `"redirect_uris"`):
		e.registration(x, text)
	case strings.Contains(text, "grant_type="):
		keep(&e.traits.token, names(text))
		e.traits.seen(x.ID)
	}
}

func (e *evidence) message(x trace.Exchange, text string) {
	e.habits(x, text)
	if !strings.Contains(text, `"clientInfo"`) && !strings.Contains(text, `"_meta"`) {
		return
	}
	// Each member is decoded by itself: one of an unexpected type hides no other.
	sent := object([]byte(text))["params"]
	params := object(sent)
	if raw, ok := params["clientInfo"]; ok {
		keep(&e.traits.initialize, members(string(sent)))
		e.info(x, Initialize, raw)
	}
	meta := object(params["_meta"])
	for _, key := range sortedKeys(meta) {
		if !strings.HasPrefix(key, "io.modelcontextprotocol/") && strings.Contains(key, "/") {
			e.add(claim{source: Meta, field: "key", name: key, exchange: x.ID})
		}
	}
	if raw, ok := meta["io.modelcontextprotocol/clientInfo"]; ok {
		e.info(x, Meta, raw)
	}
}

// maxMessages bounds from how many MCP requests habits are read: a program does
// not change them.
const maxMessages = 256

// habits reads how a request was written.
func (e *evidence) habits(x trace.Exchange, text string) {
	if e.traits.messages++; e.traits.messages > maxMessages {
		return
	}
	order := members(text)
	if !slices.Contains(order, "method") || !slices.Contains(order, "params") {
		return
	}
	keep(&e.traits.rpc, order)
	keepText(&e.traits.mcpAccept, x.Request.Header.Get("Accept"))
	keepText(&e.traits.mcpAgents, x.Request.Header.Get("User-Agent"))
	if id := word(object([]byte(text))["id"]); id != "" {
		keepText(&e.traits.rpcIDs, id)
	}
	e.traits.seen(x.ID)
}

// info reads clientInfo (MCP, schema type Implementation).
func (e *evidence) info(x trace.Exchange, source Source, raw json.RawMessage) {
	i := object(raw)
	e.add(claim{source: source, name: word(i["name"]), version: word(i["version"]), exchange: x.ID})
	e.add(claim{source: source, field: "title", name: word(i["title"]), version: word(i["version"]), exchange: x.ID})
}

func (e *evidence) registration(x trace.Exchange, text string) {
	body := object([]byte(text))
	var uris []json.RawMessage
	if json.Unmarshal(body["redirect_uris"], &uris) != nil {
		return
	}
	keep(&e.traits.registration, members(text))
	e.traits.seen(x.ID)
	v := word(body["software_version"])
	e.add(claim{source: SoftwareID, name: word(body["software_id"]), version: v, exchange: x.ID})
	e.add(claim{source: Registration, name: word(body["client_name"]), version: v, exchange: x.ID})
	e.add(claim{source: Registration, field: "uri", name: word(body["client_uri"]), version: v, exchange: x.ID})
	for _, uri := range uris[:min(len(uris), maxBatch)] {
		e.redirect(x, word(uri))
	}
}

// redirect takes down a redirect URI; one of loopback names nobody.
func (e *evidence) redirect(x trace.Exchange, uri string) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1" {
		return
	}
	e.add(claim{source: Redirect, name: u.Scheme + "://" + u.Host + u.Path, exchange: x.ID})
}

// authorization reads an authorization request, which the user agent sends for
// the client, in the query or in a form (RFC 6749 section 3.1).
func (e *evidence) authorization(x trace.Exchange) {
	_, query, _ := strings.Cut(x.Request.URL, "?")
	if !strings.Contains(query, "response_type=") {
		query = x.Request.Body.Text
	}
	if len(query) > maxBody || !strings.Contains(query, "response_type=") || !strings.Contains(query, "client_id=") {
		return
	}
	query, _, _ = strings.Cut(query, "#")
	values, err := url.ParseQuery(query)
	if err != nil {
		return
	}
	if strings.HasPrefix(values.Get("client_id"), "https://") {
		e.add(claim{source: Document, field: "uri", name: values.Get("client_id"), exchange: x.ID})
	}
	e.redirect(x, values.Get("redirect_uri"))
	if values.Has("code_challenge") {
		keep(&e.traits.authorize, names(query))
		e.traits.seen(x.ID)
	}
}

// document reads a client ID metadata document that an authorization server
// fetched.
func (e *evidence) document(x trace.Exchange) {
	if x.From != trace.AuthorizationServer || x.Response == nil || len(x.Response.Body.Text) > maxBody {
		return
	}
	if body := object([]byte(x.Response.Body.Text)); word(body["client_id"]) == x.Request.URL {
		e.add(claim{source: Document, name: word(body["client_name"]), version: word(body["software_version"]), exchange: x.ID})
		e.add(claim{source: Document, field: "uri", name: x.Request.URL, exchange: x.ID})
	}
}

// headers reads what the header of a client's own request says.
func (e *evidence) headers(x trace.Exchange) {
	if strings.Contains(x.Request.URL, "/.well-known/oauth-protected-resource") {
		keepText(&e.traits.metadataAccept, x.Request.Header.Get("Accept"))
	}
	agent := x.Request.Header.Get("User-Agent")
	if agent == "" || len(agent) > 512 || x.To == trace.Other {
		return
	}
	keepText(&e.traits.agents, agent)
	e.add(claim{source: UserAgent, name: agent, exchange: x.ID})
}

func (t *traits) seen(id int) {
	if t.first == 0 {
		t.first = id
	}
}
