package wire

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// refresh is what the client did about an access token that had ended: in the
// scenario of refresh where the recording has scenarios, else anywhere.
func (r *reader) refresh() {
	scenarios := len(r.view.Attempts) > 0
	if at := r.rejected(scenarios); at > 0 {
		reaction, discovery := r.reaction(at)
		r.add("refresh.onUnauthorized", reaction)
		r.add("refresh.discovery", discovery)
	}
	i := slices.IndexFunc(r.view.Tokens, func(t reading.TokenRequest) bool { return t.Grant == "refresh_token" })
	if i < 0 {
		return
	}
	t := r.view.Tokens[i]
	r.add("refresh.scope", map[bool]string{true: "sent", false: "none"}[t.Form.Has("scope")])
	r.add("resource.refresh", r.resource(t.Form.All("resource")))
	r.add("refresh.extra", list(extraParams(t.Form, "grant_type", "refresh_token", "client_id", "client_secret", "scope", "resource",
		"client_assertion", "client_assertion_type")))
}

// rejected is the first request whose token was refused after it had been good,
// 0 when there was none.
func (r *reader) rejected(scenarios bool) int {
	good := map[string]bool{}
	for _, m := range r.view.MCP {
		switch {
		case m.Token == "":
		case m.Status/100 == 2:
			good[m.Token] = true
		case m.Status == http.StatusUnauthorized && good[m.Token] && (!scenarios || r.within("C.6", m.ID)):
			return m.ID
		}
	}
	return 0
}

// reaction is what the client did next, in the order of the doors, and which
// metadata it read again on the way.
func (r *reader) reaction(at int) (does, reads string) {
	end := r.after(at)
	reads = "none"
	resource, server := false, false
	for _, x := range r.view.Rec.Exchanges {
		if x.ID <= at || x.ID > end {
			continue
		}
		resource = resource || slices.ContainsFunc(r.view.ResourceMetadata, func(d reading.Document) bool { return d.ID == x.ID })
		server = server || slices.ContainsFunc(r.view.ServerMetadata, func(d reading.Document) bool { return d.ID == x.ID })
		switch {
		case slices.ContainsFunc(r.view.Tokens, func(t reading.TokenRequest) bool { return t.ID == x.ID && t.Grant == "refresh_token" }):
			does = "refreshes"
		case slices.ContainsFunc(r.view.Registrations, func(g reading.Registration) bool { return g.ID == x.ID }):
			does = "register"
		case slices.ContainsFunc(r.view.Authorizations, func(a reading.Authorization) bool { return a.ID == x.ID }):
			does = "authorize"
		}
		if does != "" {
			break
		}
	}
	switch {
	case resource && server:
		reads = "full"
	case server:
		reads = "authorization-server-metadata"
	case resource:
		reads = "resource-metadata"
	}
	return cmp.Or(does, "fail"), reads
}

// after is the last exchange of the attempt that the exchange belongs to.
func (r *reader) after(id int) int {
	for _, a := range r.view.Attempts {
		if a.Within(id) {
			return a.Last
		}
	}
	return len(r.view.Rec.Exchanges)
}

// stepUp is what the client did about a missing scope.
func (r *reader) stepUp() {
	i := slices.IndexFunc(r.view.MCP, func(m reading.MCPRequest) bool {
		return m.Status == http.StatusForbidden && m.Challenge.Param("error") == "insufficient_scope"
	})
	if i < 0 {
		return
	}
	m := r.view.MCP[i]
	does, reads := r.reaction(m.ID)
	r.add("stepUp.response", does)
	r.add("stepUp.discovery", reads)
	end := r.after(m.ID)
	for _, a := range r.view.Authorizations {
		if a.ID > m.ID && a.ID <= end {
			r.add("stepUp.scope", r.stepUpScope(a, m))
			return
		}
	}
}

// stepUpScope says how the scope that was asked for relates to the one before
// and the one that was missing.
func (r *reader) stepUpScope(a reading.Authorization, m reading.MCPRequest) string {
	var before []string
	for _, earlier := range r.view.Authorizations {
		if earlier.ID < m.ID {
			before = strings.Fields(earlier.Params.Get("scope"))
		}
	}
	missing := strings.Fields(m.Challenge.Param("scope"))
	asked := strings.Fields(a.Params.Get("scope"))
	switch {
	case !a.Params.Has("scope"):
		return "none"
	case same(asked, missing):
		return "challenge"
	case same(asked, before):
		return "same"
	case same(asked, slices.Concat(before, missing)):
		return "union"
	default:
		return strings.Join(asked, " ")
	}
}

func (r *reader) protocol() {
	var methods []string
	stream := false
	version := ""
	for _, m := range r.view.MCP {
		stream = stream || m.Request.Method == http.MethodGet && m.Token != ""
		if m.Method == "" || m.Token == "" || m.ID > r.first() {
			continue
		}
		methods = append(methods, m.Method)
		if version == "" {
			version = versionHeader(m.Exchange)
		}
	}
	if len(methods) == 0 {
		return
	}
	r.add("protocol.first", methods[0])
	r.add("protocol.stream", map[bool]string{true: "opened", false: "none"}[stream])
	r.add("headers.userAgentMcp", r.mcpProduct())
}

func (r *reader) mcpProduct() string {
	for _, m := range r.view.MCP {
		if m.Method != "" {
			return product(trace.Exchange{Request: m.Request})
		}
	}
	return ""
}
