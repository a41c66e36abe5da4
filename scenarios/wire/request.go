package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func (r *reader) registration() {
	v := r.view
	if len(v.Registrations) > 0 {
		body := v.Registrations[0].Body
		r.add("registration.dynamic.clientName", r.text(body["client_name"]))
		r.add("registration.dynamic.redirectUris", r.text(body["redirect_uris"]))
		r.add("registration.dynamic.applicationType", r.text(body["application_type"]))
		r.add("registration.dynamic.grantTypes", r.text(body["grant_types"]))
		r.add("registration.dynamic.responseTypes", r.text(body["response_types"]))
		r.add("registration.dynamic.tokenEndpointAuthMethod", r.text(body["token_endpoint_auth_method"]))
		scope, sent := body["scope"].(string)
		r.add("scope.registration", r.scope(scope, sent, v.Registrations[0].ID))
		r.add("registration.dynamic.extra", list(extraMembers(body)))
	}
	if len(v.Authorizations) == 0 {
		return
	}
	way := "dynamic"
	switch id := v.Authorizations[0].Params.Get("client_id"); {
	case strings.HasPrefix(id, "https://"):
		way = "client-id-metadata-document"
		r.add("registration.clientIdMetadataDocument", r.hashless(id))
	case r.setting.Configured != nil && r.setting.Configured.ClientID == id:
		way = "preregistered"
	case len(v.Registrations) == 0:
		way = "unknown client_id"
	}
	r.add("registration.order", way)
}

// extraMembers are the members of a registration that no field of its own
// stands for.
func extraMembers(body map[string]any) []string {
	known := []string{
		"client_name", "redirect_uris", "application_type", "grant_types", "response_types",
		"token_endpoint_auth_method", "scope",
	}
	var out []string
	for name := range body {
		if !slices.Contains(known, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (r *reader) authorization() {
	if len(r.view.Authorizations) == 0 {
		return
	}
	a := r.view.Authorizations[0]
	if u, err := url.Parse(a.Params.Get("redirect_uri")); err == nil {
		if host := u.Hostname(); isLoopback(host) {
			r.add("redirect.host", host)
			r.add("redirect.path", r.hashless(u.EscapedPath()))
		} else {
			r.add("redirect.uri", u.String())
		}
	}
	r.add("scope.order", r.scope(a.Params.Get("scope"), a.Params.Has("scope"), a.ID))
	r.add("resource.authorize", r.resource(a.Params.All("resource")))
	r.add("authorize.prompt", a.Params.Get("prompt"))
	r.add("pkce.method", a.Params.Get("code_challenge_method"))
	r.add("state.form", length(a.Params.Get("state")))
	r.add("authorize.extra", list(extraParams(a.Params, "response_type", "client_id", "redirect_uri", "scope", "resource", "prompt",
		"code_challenge", "code_challenge_method", "state", "request_uri")))
}

func (r *reader) token() {
	i := slices.IndexFunc(r.view.Tokens, func(t reading.TokenRequest) bool { return t.Grant == "authorization_code" })
	if i < 0 {
		return
	}
	t := r.view.Tokens[i]
	r.add("tokenAuth.method", authMethod(t))
	r.add("resource.token", r.resource(t.Form.All("resource")))
	r.add("token.extra", list(extraParams(t.Form, "grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier",
		"resource", "client_assertion", "client_assertion_type")))
	r.add("headers.userAgent", product(t.Exchange))
	r.add("headers.acceptToken", t.Request.Header.Get("Accept"))
}

func authMethod(t reading.TokenRequest) string {
	switch {
	case t.HasBasic:
		return "client_secret_basic"
	case t.Form.Has("client_secret"):
		return "client_secret_post"
	case t.Form.Has("client_assertion"):
		return "private_key_jwt"
	default:
		return "none"
	}
}

// product is the User-Agent without versions, which change with every release.
func product(x trace.Exchange) string {
	return regexp.MustCompile(`/[0-9][0-9A-Za-z.+-]*`).ReplaceAllString(x.Request.Header.Get("User-Agent"), "")
}

// length is all that a masked value shows of its form.
func length(value string) string {
	if m, ok := trace.ParseMasked(value); ok {
		return fmt.Sprintf("%d characters", m.Len)
	}
	if value == "" {
		return ""
	}
	return fmt.Sprintf("%d characters", len(value))
}

func extraParams(params reading.Params, known ...string) []string {
	var out []string
	for _, p := range params {
		if !slices.Contains(known, p.Name) && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

// scope writes a scope by its source as of the exchange at: which of the lists
// that the client had been shown it is, with offline_access apart.
func (r *reader) scope(scope string, sent bool, at int) string {
	asked := strings.Fields(scope)
	switch {
	case !sent:
		return "none"
	case len(asked) == 0:
		return "empty"
	}
	rest := slices.DeleteFunc(slices.Clone(asked), func(s string) bool { return s == "offline_access" })
	plus := ""
	if len(rest) < len(asked) {
		plus = "+offline_access"
	}
	for _, source := range r.sources(at) {
		if same(rest, source.scopes) {
			return source.name + plus
		}
		if plus != "" && same(asked, source.scopes) {
			return source.name
		}
	}
	return strings.Join(asked, " ")
}

// source is a list of scopes that a client was shown.
type source struct {
	name   string
	scopes []string
}

// sources are the lists of scopes that were shown before an exchange.
func (r *reader) sources(before int) []source {
	var out []source
	for _, m := range r.view.MCP {
		if m.ID < before && m.Status == 401 && m.Challenge.Param("scope") != "" {
			out = append(out, source{"challenge", strings.Fields(m.Challenge.Param("scope"))})
			break
		}
	}
	for _, kind := range []struct {
		name string
		docs []reading.Document
	}{{"resource-metadata", r.view.ResourceMetadata}, {"authorization-server-metadata", r.view.ServerMetadata}} {
		for _, d := range kind.docs {
			if scopes := texts(d.JSON["scopes_supported"]); d.ID < before && len(scopes) > 0 {
				out = append(out, source{kind.name, scopes})
				break
			}
		}
	}
	return out
}

func same(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// resource writes resource indicators relative to the URL that the user typed.
func (r *reader) resource(values []string) string {
	mcp := parsed(r.setting.MCPURL)
	origin := mcp.Scheme + "://" + mcp.Host
	words := make([]string, 0, len(values))
	for _, v := range values {
		switch v {
		case r.setting.MCPURL:
			v = "url"
		case r.setting.MCPURL + "/":
			v = "url with a slash"
		case origin:
			v = "origin"
		case origin + "/":
			v = "origin-slash"
		}
		words = append(words, v)
	}
	return list(words)
}

func texts(value any) []string {
	items, _ := value.([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// text writes a value of a registration without ports and addresses.
func (r *reader) text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return r.hashless(r.portless(v))
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, r.text(item))
		}
		return list(out)
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return "no JSON"
		}
		return string(b)
	}
}

// portless leaves the ports of loopback URIs out: one run does not tell a fixed
// port from one that was free.
func (*reader) portless(text string) string {
	return regexp.MustCompile(`(://(?:localhost|127\.0\.0\.1|\[::1\])):(\d+)`).ReplaceAllString(text, "$1:‹port›")
}

// hashless writes {url-hash} for the hash of the MCP URL that Codex puts into
// redirect URIs and metadata documents: every run has another URL.
func (r *reader) hashless(text string) string {
	sum := sha256.Sum256([]byte(r.setting.MCPURL))
	return strings.ReplaceAll(text, base64.RawURLEncoding.EncodeToString(sum[:9]), "{url-hash}")
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}
