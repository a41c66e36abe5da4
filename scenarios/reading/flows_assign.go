package reading

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// maxServers is how many MCP servers of a file are looked at: each is held
// against every exchange.
const maxServers = 100

// plant finds the MCP servers of the recording: every endpoint that was asked,
// and every resource that was asked for though no request to it is recorded;
// else one that is unknown.
func (s *sorting) plant() {
	if told := s.rec.Setting.MCPURL; told != "" {
		s.seeds = append(s.seeds, newSeed(told))
	}
	for _, f := range s.facts {
		if f.kind == kindMCP && len(s.seeds) < maxServers && s.seedOf(f.base) == nil {
			s.seeds = append(s.seeds, newSeed(f.base))
		}
	}
	s.join()
	s.plantResources()
	if len(s.seeds) == 0 {
		s.seeds = []*seed{newSeed("")}
	}
}

func (s *sorting) seedOf(u string) *seed {
	for _, seed := range s.seeds {
		if seed.endpoints[place(u)] {
			return seed
		}
	}
	return nil
}

func (s *sorting) sameOrigin(u string) bool {
	return slices.ContainsFunc(s.seeds, func(seed *seed) bool { return originOf(seed.resource) == originOf(u) })
}

// join makes one of the endpoints of an origin that have no metadata of their
// own: a client may try several transports of one server.
func (s *sorting) join() {
	var out []*seed
	for _, one := range s.seeds {
		i := slices.IndexFunc(out, func(o *seed) bool {
			return originOf(o.resource) == originOf(one.resource) && (!s.described(o) || !s.described(one))
		})
		if i < 0 {
			out = append(out, one)
			continue
		}
		if s.rec.Setting.MCPURL == "" && (s.described(one) || !s.described(out[i]) && s.asked(one) > s.asked(out[i])) {
			out[i].resource = one.resource
		}
		maps.Copy(out[i].endpoints, one.endpoints)
	}
	s.seeds = out
}

// described reports whether metadata of this very resource was asked for.
func (s *sorting) described(one *seed) bool {
	return slices.ContainsFunc(s.facts, func(f *fact) bool {
		return f.kind == kindResourceMetadata && one.endpoints[place(resourceOf(*f.x))]
	})
}

func (s *sorting) asked(one *seed) int {
	n := 0
	for _, f := range s.facts {
		if f.kind == kindMCP && one.endpoints[place(f.base)] {
			n++
		}
	}
	return n
}

// discover follows what the MCP server and its metadata name.
func (s *sorting) discover(one *seed) {
	s.challenges(one)
	s.names(one)
	for _, f := range s.facts {
		if f.kind != kindServerMetadata || !s.servesAs(f, one) {
			continue
		}
		f.of[one] = true
		for name, value := range f.doc {
			if u, ok := value.(string); ok && strings.HasSuffix(name, "_endpoint") {
				one.ends[WithoutQuery(u)] = true
				one.asOrigin[originOf(u)] = true
			}
		}
	}
}

// challenges takes in the requests to the MCP endpoint, and notes where their
// answers point.
func (s *sorting) challenges(one *seed) {
	for _, f := range s.facts {
		if f.kind != kindMCP || !one.endpoints[place(f.base)] {
			continue
		}
		f.of[one] = true
		if agent := f.x.Request.Header.Get("User-Agent"); agent != "" {
			one.agents[agent] = true
		}
		if f.x.Response == nil {
			continue
		}
		for _, c := range parseChallenges(f.x.Response.Header) {
			if u := Resolve(f.x.Request.URL, c.Param("resource_metadata")); u != "" {
				one.hints[u] = true
			}
		}
	}
}

// names takes in the protected resource metadata, and notes the authorization
// servers that it names.
func (s *sorting) names(one *seed) {
	for _, f := range s.facts {
		hinted := one.hints[f.x.Request.URL] && f.kind != kindPreflight
		if f.kind == kindResourceMetadata && s.describes(f, one) || hinted {
			f.of[one] = true
			one.named = append(one.named, Texts(f.answer(), "authorization_servers")...)
		}
	}
	for _, issuer := range one.named {
		one.asOrigin[originOf(issuer)] = true
	}
	if len(one.named) == 0 {
		one.asOrigin[originOf(one.resource)] = one.resource != ""
	}
}

// answer is the JSON object of the answer.
func (f *fact) answer() map[string]any {
	if f.doc == nil && f.x.Response != nil {
		return Object(f.x.Response.Body.Text)
	}
	return f.doc
}

// describes reports whether a request for resource metadata is about the seed:
// about its resource, or about none that another seed is.
func (s *sorting) describes(f *fact, one *seed) bool {
	if r := resourceOf(*f.x); one.is(r) || s.seedOf(r) == nil && f.origin == originOf(one.resource) {
		return true
	}
	return len(s.seeds) == 1 && (one.resource == "" || one.agents[f.x.Request.Header.Get("User-Agent")])
}

// servesAs reports whether a request for authorization server metadata is about
// an issuer of the seed, or was sent by a client of it.
func (s *sorting) servesAs(f *fact, one *seed) bool {
	switch {
	case one.asOrigin[f.origin], f.origin == originOf(one.resource), slices.Contains(one.named, Text(f.doc, "issuer")):
		return true
	case len(s.seeds) > 1:
		return false
	}
	agent := f.x.Request.Header.Get("User-Agent")
	return one.agents[agent] && !strings.HasPrefix(agent, "Mozilla/") || len(one.named) == 0 && s.nativeAt(f)
}

// nativeAt reports whether a program of its own asked for authorization at the
// endpoint of a metadata document; of one that is not recorded, at its origin.
func (s *sorting) nativeAt(document *fact) bool {
	endpoint := WithoutQuery(Text(document.doc, "authorization_endpoint"))
	return slices.ContainsFunc(s.facts, func(f *fact) bool {
		return f.kind == kindAuthorization && isNative(f) && (f.base == endpoint || document.doc == nil && f.origin == document.origin)
	})
}

// assign gives the remaining exchanges to flows: by what links them to a request
// with a token, by the resource that they name, by where they went.
func (s *sorting) assign() {
	for _, one := range s.seeds {
		for _, f := range s.facts {
			if f.of[one] && f.kind == kindMCP {
				s.follow(f, one)
			}
		}
	}
	for _, f := range s.facts {
		for _, r := range f.params.All("resource") {
			for _, one := range s.seeds {
				if one.is(r) && (f.kind == kindAuthorization || f.kind == kindToken || f.kind == kindPushed) {
					s.follow(f, one)
				}
			}
		}
	}
	s.byClient()
	s.byPlace()
	s.byClient()
	s.browse()
}

// follow takes an exchange into a flow, and all that share a code, a token, a
// state or a session with it.
func (s *sorting) follow(f *fact, one *seed) {
	if f.of[one] && f.kind != kindMCP || s.isElsewhere(f, one) {
		return
	}
	f.of[one] = true
	if id := f.params.Get("client_id"); id != "" {
		one.clients[id] = true
	}
	for _, k := range f.keys {
		for _, g := range s.links[k] {
			if !g.of[one] {
				s.follow(g, one)
			}
		}
	}
}

// isElsewhere reports whether an exchange names the resource of another seed.
func (s *sorting) isElsewhere(f *fact, one *seed) bool {
	all := f.params.All("resource")
	return len(all) > 0 && !slices.ContainsFunc(all, one.is) &&
		slices.ContainsFunc(s.seeds, func(o *seed) bool { return o != one && slices.ContainsFunc(all, o.is) })
}

// byClient takes in what the clients of a flow did: the registrations that made
// them, and their other requests.
func (s *sorting) byClient() {
	for _, one := range s.seeds {
		for _, f := range s.facts {
			id := f.params.Get("client_id")
			switch f.kind {
			case kindRegistration:
				if one.clients[Text(f.doc, "client_id")] {
					f.of[one] = true
				}
			case kindAuthorization, kindToken, kindPushed:
				if one.clients[id] && id != "" {
					s.follow(f, one)
				}
			case kindNone, kindPreflight, kindMCP, kindResourceMetadata, kindServerMetadata, kindCallback, kindRevocation, kindAsset:
			}
		}
	}
}

// byPlace takes in what was asked of the authorization servers of a flow. A
// login there by another client than that of the flow is left out: with another
// client_id, to another redirect URI, and for no resource.
func (s *sorting) byPlace() {
	for _, one := range s.seeds {
		redirects := map[string]bool{}
		for _, f := range s.facts {
			if f.of[one] && f.kind == kindAuthorization {
				redirects[redirectPlace(f.params.Get("redirect_uri"))] = true
			}
		}
		known := len(one.clients) > 0
		for _, f := range s.facts {
			free := len(f.of) == 0 || f.kind == kindRegistration && !f.of[one]
			if !free || !s.isAt(f, one) {
				continue
			}
			if id := f.params.Get("client_id"); known && id != "" && !one.clients[id] && f.params.Has("redirect_uri") &&
				!redirects[redirectPlace(f.params.Get("redirect_uri"))] {
				continue
			}
			s.take(f, one)
		}
	}
}

// take takes in what was asked of an authorization server of a flow.
func (s *sorting) take(f *fact, one *seed) {
	switch f.kind {
	case kindRegistration:
		f.of[one] = true
		if id := Text(f.doc, "client_id"); id != "" {
			one.clients[id] = true
		}
	case kindAuthorization, kindToken, kindPushed:
		s.follow(f, one)
	case kindRevocation:
		f.of[one] = true
	case kindNone: // a look at a well-known place that is none
		if f.x.From == trace.Client && strings.Contains(f.base, "/.well-known/") {
			f.of[one] = true
		}
	case kindPreflight, kindMCP, kindResourceMetadata, kindServerMetadata, kindCallback, kindAsset:
	}
}

// redirectPlace is a redirect URI without the port of a loopback address.
func redirectPlace(uri string) string {
	if KindOf(uri) == OnLoopback {
		return "loopback" + PathOf(uri)
	}
	return WithoutQuery(uri)
}

// isAt reports whether an exchange went to an authorization server of the seed.
// Where nothing names one, it is that of the only login, if a program of its own
// asked for it: a page of the web does not come back to this machine.
func (s *sorting) isAt(f *fact, one *seed) bool {
	if one.ends[f.base] || one.asOrigin[f.origin] {
		return true
	}
	if len(s.seeds) > 1 || len(one.named) > 0 {
		return false
	}
	return s.soleLogin(f.origin, one.resource != "")
}

// browse follows the browser through login and consent, from the authorization
// requests of a flow.
func (s *sorting) browse() {
	for _, one := range s.seeds {
		visited, pages := map[string]bool{}, map[string]bool{}
		for _, f := range s.facts {
			authorizes := f.of[one] && f.kind == kindAuthorization
			onTheWay := isPage(f) && (visited[withoutFragment(f.x.Request.URL)] || pages[f.origin] && f.kind == kindNone)
			switch {
			case authorizes, onTheWay:
				f.of[one] = true
				pages[f.origin] = true
				if next := location(*f.x); next != "" {
					visited[withoutFragment(next)] = true
				}
			case f.kind == kindCallback && len(f.of) == 0 && s.answers(f, one):
				f.of[one] = true
			case s.isFetched(f, one):
				f.of[one] = true
			}
		}
		s.documents(one)
	}
}

// isPage reports whether the browser asked for something that a user sees.
func isPage(f *fact) bool {
	return f.x.From == trace.UserAgent && f.kind != kindAsset && f.kind != kindPreflight
}

// documents takes in the requests for the client ID metadata documents of the
// clients of a flow.
func (s *sorting) documents(one *seed) {
	for _, f := range s.facts {
		if u := f.x.Request.URL; one.clients[u] && IsDocumentURL(u) && f.x.Request.Method == http.MethodGet {
			f.of[one] = true
		}
	}
}

// answers reports whether a callback belongs to a flow although nothing links
// it: an error without a state, at a redirect URI of the flow.
func (s *sorting) answers(f *fact, one *seed) bool {
	return slices.ContainsFunc(s.facts, func(g *fact) bool {
		return g.of[one] && g.kind == kindAuthorization && g.x.ID < f.x.ID && WithoutQuery(g.params.Get("redirect_uri")) == f.base
	})
}

// isFetched reports whether the authorization server fetched a document of a
// client of the flow, or the keys that it names, or asked the one behind it.
func (s *sorting) isFetched(f *fact, one *seed) bool {
	if len(s.seeds) == 1 && f.x.To == trace.UpstreamServer {
		return true
	}
	return f.x.From == trace.AuthorizationServer && (one.clients[f.x.Request.URL] || len(s.seeds) == 1 && f.x.To == trace.MetadataHost)
}
