package client

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// toldOfToken reports whether an answer says that there was a token: a server
// names no error to who sent none (RFC 6750 section 3.1).
func toldOfToken(m reading.MCPRequest) bool { return m.Challenge.Param("error") != "" }

// parts are the places of a request in which a credential can stand: the
// Authorization header, the query, and a body of parameters or JSON members.
func parts(x trace.Exchange) []string {
	var out []string
	if _, value, ok := strings.Cut(x.Request.Header.Get("Authorization"), " "); ok {
		out = append(out, strings.TrimSpace(value))
	}
	_, query, _ := strings.Cut(x.Request.URL, "?")
	for _, p := range reading.ParseParams(query) {
		out = append(out, p.Value)
	}
	body := x.Request.Body.Text
	if m := reading.Object(body); m != nil {
		for _, value := range m {
			if s, ok := value.(string); ok {
				out = append(out, s)
			}
		}
	} else {
		for _, p := range reading.ParseParams(body) {
			out = append(out, p.Value)
		}
	}
	// Elsewhere a credential is known by its mask alone.
	for _, values := range x.Request.Header {
		for _, value := range values {
			out = append(out, masks(value)...)
		}
	}
	return append(append(out, masks(x.Request.URL)...), masks(body)...)
}

// mostMasks bounds how many masked values of one text are looked at.
const mostMasks = 100

// masks are the masked values in a text.
func masks(s string) []string {
	const prefix = "masked."
	var out []string
	for len(out) < mostMasks {
		i := strings.Index(s, prefix)
		if i < 0 {
			break
		}
		s = s[i:]
		end := strings.IndexFunc(s, func(c rune) bool { return !strings.ContainsRune(unreserved, c) })
		if end < 0 {
			end = len(s)
		}
		out = append(out, s[:end])
		s = s[max(end, len(prefix)):]
	}
	return out
}

// unreserved are the characters of a masked value (RFC 3986 section 2.3).
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// identity is what two recorded forms of one credential have in common: the
// mask in a text lacks the facts that stand in the mask of a whole value.
func identity(credential string) string {
	return cmp.Or(trace.MaskedID(credential), credential)
}

// mentions reports whether a request may hold one of the credentials, so that
// its parts need not be read where it cannot.
func mentions(x trace.Exchange, held map[string]reading.TokenRequest) bool {
	for id := range held {
		if strings.Contains(x.Request.URL, id) || strings.Contains(x.Request.Body.Text, id) {
			return true
		}
		for _, values := range x.Request.Header {
			if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, id) }) {
				return true
			}
		}
	}
	return false
}

// originOf is scheme and host of a URL, "" when it has none.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// fromNamed reports whether a token comes from an authorization server of the
// MCP server: one that its metadata names, or the MCP server itself.
func fromNamed(v *reading.View, t reading.TokenRequest) bool {
	return ours(v, t) || t.Issuer != "" && slices.Contains(v.Named(), t.Issuer) || originOf(t.Request.URL) == originOf(v.Rec.Setting.MCPURL)
}

// ours reports whether a token was issued for the MCP server of the recording:
// it was asked for with its resource, or was presented there. Other logins may
// be on the same recording.
func ours(v *reading.View, t reading.TokenRequest) bool {
	if slices.ContainsFunc(t.Form.All("resource"), v.Identifies) {
		return true
	}
	if t.Auth >= 0 && slices.ContainsFunc(v.Authorizations[t.Auth].Params.All("resource"), v.Identifies) {
		return true
	}
	return t.Access != "" && slices.ContainsFunc(v.MCP, func(m reading.MCPRequest) bool { return m.Token == t.Access })
}
