package reading

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// cast is what the exchanges of an imported recording tell about who is who.
type cast struct {
	mcp       map[string]bool     // MCP endpoints, as place writes them
	mcpOrigin map[string]bool     // their origins, and those of resources
	ends      map[string]endpoint // of metadata documents
	authorize map[string]bool     // places of authorization requests
	asOrigin  map[string]bool
	redirects map[string]bool // redirect URIs without query
	documents map[string]bool // URLs that clients gave as client_id, and their key sets
	agents    map[string]bool // User-Agents of the client's own requests
	visited   map[string]bool // URLs to which the browser was sent
}

// fillActors infers From and To of the exchanges that do not say them.
func fillActors(all []trace.Exchange) {
	c := learn(all)
	for i := range all {
		x := &all[i]
		if x.To == "" {
			x.To = c.receiver(*x)
		}
		if x.From == "" {
			x.From = c.sender(*x)
		}
		if x.From == trace.UserAgent {
			if next := location(*x); next != "" {
				c.visited[next] = true
			}
		}
	}
}

// place is a URL without query, fragment and a slash at its end.
func place(u string) string { return strings.TrimSuffix(WithoutQuery(u), "/") }

// originOf is scheme://host:port, "" for what is no URL with a host.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// location is where an answer sends the browser, "" for nowhere.
func location(x trace.Exchange) string {
	if x.Response == nil {
		return ""
	}
	return Resolve(x.Request.URL, x.Response.Header.Get("Location"))
}

func learn(all []trace.Exchange) *cast {
	c := &cast{
		mcp: map[string]bool{}, mcpOrigin: map[string]bool{}, authorize: map[string]bool{}, asOrigin: map[string]bool{},
		redirects: map[string]bool{}, documents: map[string]bool{}, agents: map[string]bool{}, visited: map[string]bool{},
		ends: endpoints(all),
	}
	for u := range c.ends {
		c.asOrigin[originOf(u)] = true
	}
	for _, x := range all {
		c.learn(x)
	}
	return c
}

func (c *cast) learn(x trace.Exchange) {
	agent := x.Request.Header.Get("User-Agent")
	switch p := asksForAuthorization(x); {
	case x.Request.Method == http.MethodOptions:
	case p != nil:
		if !isPushed(x) {
			c.authorize[place(x.Request.URL)] = true
		}
		c.asOrigin[originOf(x.Request.URL)] = true
		c.redirects[WithoutQuery(p.Get("redirect_uri"))] = true
		if id := p.Get("client_id"); IsDocumentURL(id) {
			c.documents[id] = true
		}
	case IsResourceMetadata(x.Request.URL):
		c.agents[agent] = true
		c.learnResource(x)
	case isServerMetadata(x.Request.URL):
		c.agents[agent] = true
		if x.Response != nil && x.Response.Status == http.StatusOK {
			c.asOrigin[originOf(Text(Object(x.Response.Body.Text), "issuer"))] = true
		}
	case asksForToken(x) != nil, isRegistration(x):
		c.agents[agent] = true
		c.asOrigin[originOf(x.Request.URL)] = true
		for _, u := range Texts(Object(x.Request.Body.Text), "redirect_uris") {
			c.redirects[WithoutQuery(u)] = true
		}
	case speaksMCP(x):
		c.agents[agent] = true
		c.mcp[place(x.Request.URL)], c.mcpOrigin[originOf(x.Request.URL)] = true, true
	default:
		c.learnDocument(x)
	}
}

// learnResource reads protected resource metadata (RFC 9728).
func (c *cast) learnResource(x trace.Exchange) {
	c.mcpOrigin[originOf(x.Request.URL)] = true
	if x.Response == nil || x.Response.Status != http.StatusOK {
		return
	}
	doc := Object(x.Response.Body.Text)
	for _, issuer := range Texts(doc, "authorization_servers") {
		c.asOrigin[originOf(issuer)] = true
	}
	if r := Text(doc, "resource"); r != "" && originOf(r) == originOf(x.Request.URL) && strings.Trim(PathOf(r), "/") != "" {
		c.mcp[place(r)] = true
	}
}

// learnDocument reads a client ID metadata document: its client_id is its own
// URL.
func (c *cast) learnDocument(x trace.Exchange) {
	if x.Response == nil || !strings.Contains(x.Response.Body.Text, `"client_id"`) {
		return
	}
	doc := Object(x.Response.Body.Text)
	if Text(doc, "client_id") != x.Request.URL {
		return
	}
	c.documents[x.Request.URL] = true
	if keys := Text(doc, "jwks_uri"); keys != "" {
		c.documents[keys] = true
	}
}

// isCallbackTo reports whether a request brings an authorization response to a
// redirect URI: in the query, by a form (response_mode=form_post), or in a
// fragment, which does not reach the server.
func (c *cast) isCallbackTo(x trace.Exchange) bool {
	base := WithoutQuery(x.Request.URL)
	if base == "" || !c.redirects[base] || x.Request.Method == http.MethodOptions {
		return false
	}
	p, _ := paramsOf(x)
	p = append(p, responseParams(x.Request.URL)...)
	return p.Has("code") || p.Has("error") || c.visited[x.Request.URL] || !c.mcp[place(base)] && !c.authorize[place(base)] && p.Has("state")
}

func (c *cast) receiver(x trace.Exchange) trace.Actor {
	u := x.Request.URL
	_, isEnd := c.ends[WithoutQuery(u)]
	switch {
	case x.Request.Method == http.MethodOptions, isAsset(x):
		return trace.Other // a preflight or an asset is no part of a flow
	case c.isCallbackTo(x):
		return trace.Client
	case IsResourceMetadata(u):
		return trace.MCPServer
	case isServerMetadata(u), isEnd, c.authorize[place(u)], asksForToken(x) != nil, isRegistration(x), isPushed(x):
		return trace.AuthorizationServer
	case c.mcp[place(u)]:
		return trace.MCPServer
	case c.documents[u] && x.Request.Method == http.MethodGet:
		return trace.MetadataHost
	case c.asOrigin[originOf(u)] && !c.isStray(x):
		return trace.AuthorizationServer
	}
	return trace.Other
}

// isStray recognises what is asked of an authorization server's origin and has
// nothing to do with it: the origin is the MCP server's too, and no page.
func (c *cast) isStray(x trace.Exchange) bool {
	return c.mcpOrigin[originOf(x.Request.URL)] && !isNavigation(x) && !c.visited[x.Request.URL]
}

func (c *cast) sender(x trace.Exchange) trace.Actor {
	_, isEnd := c.ends[WithoutQuery(x.Request.URL)]
	switch {
	case x.To == trace.Client:
		return trace.UserAgent
	case x.To == trace.MetadataHost:
		return trace.AuthorizationServer
	case c.authorize[place(x.Request.URL)], c.ends[WithoutQuery(x.Request.URL)].kind == "authorization_endpoint":
		if c.isClients(x) {
			return trace.Client
		}
		return trace.UserAgent
	case c.visited[x.Request.URL]:
		return trace.UserAgent
	case x.To == trace.MCPServer, isServerMetadata(x.Request.URL), isEnd, asksForToken(x) != nil, isRegistration(x):
		return trace.Client
	case isNavigation(x):
		return trace.UserAgent
	}
	return trace.Client
}

// isClients reports whether a client asks for the authorization URL by itself:
// it shows the User-Agent of its other requests, and nothing of a browser.
func (c *cast) isClients(x trace.Exchange) bool {
	agent := x.Request.Header.Get("User-Agent")
	return agent != "" && c.agents[agent] && !isNavigation(x) && !strings.HasPrefix(agent, "Mozilla/") &&
		x.Request.Header.Get("Sec-Fetch-Site") == "" && x.Request.Header.Get("Upgrade-Insecure-Requests") == ""
}

// isNavigation recognises what a browser sends for a page and its form.
func isNavigation(x trace.Exchange) bool {
	h := x.Request.Header
	return strings.HasPrefix(h.Get("Accept"), "text/html") || h.Get("Sec-Fetch-Mode") == "navigate" || h.Get("Cookie") != "" ||
		h.Get("Upgrade-Insecure-Requests") != "" || slices.Contains([]string{"document", "iframe"}, h.Get("Sec-Fetch-Dest"))
}
