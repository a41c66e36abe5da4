package reading

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// isNative reports whether an authorization request is that of a program on the
// user's machine.
func isNative(f *fact) bool {
	uri := f.params.Get("redirect_uri")
	k := KindOf(uri)
	return f.params.Has("code_challenge") && uri != "" && (k == OnLoopback || k == privateUse)
}

// namesResource reports whether a request names a resource (RFC 8707), as those
// of MCP clients do.
func namesResource(f *fact) bool { return f.params.Has("resource") }

// hasProof reports whether a request takes part in PKCE (RFC 7636).
func hasProof(f *fact) bool { return f.params.Has("code_challenge") || f.params.Has("code_verifier") }

// soleLogin reports whether the login at an origin is the only one that can be an
// MCP client's. Where the MCP server is known, that is a program's on the user's
// machine: others may be of any site. Where it is not, the signs are tried from
// the strongest to the weakest.
func (s *sorting) soleLogin(origin string, known bool) bool {
	signs := []func(*fact) bool{namesResource, isNative, hasProof}
	if known {
		signs = signs[1:2]
	}
	for _, sign := range signs {
		var at []string
		for _, f := range s.facts {
			if (f.kind == kindAuthorization || f.kind == kindToken) && sign(f) && !slices.Contains(at, f.origin) {
				at = append(at, f.origin)
			}
		}
		if len(at) > 0 {
			return len(at) == 1 && at[0] == origin
		}
	}
	return false
}

// plantResources finds the resources whose metadata was asked for. Beside an MCP
// server that was asked, only one counts for which authorization was asked, and
// to which no challenge of that server points.
func (s *sorting) plantResources() {
	alone, hints := len(s.seeds) == 0, s.hints()
	for _, f := range s.facts {
		if f.kind != kindResourceMetadata {
			continue
		}
		r := resourceOf(*f.x)
		if r == "" || len(s.seeds) >= maxServers || s.seedOf(r) != nil || s.sameOrigin(r) {
			continue
		}
		if alone || !hints[f.x.Request.URL] && Text(f.doc, "resource") == r && s.wanted(r) {
			s.seeds = append(s.seeds, newSeed(r))
		}
	}
}

// hints are the metadata URLs that challenges of MCP servers named.
func (s *sorting) hints() map[string]bool {
	out := map[string]bool{}
	for _, f := range s.facts {
		if f.kind != kindMCP || f.x.Response == nil {
			continue
		}
		for _, c := range parseChallenges(f.x.Response.Header) {
			out[Resolve(f.x.Request.URL, c.Param("resource_metadata"))] = true
		}
	}
	return out
}

// wanted reports whether authorization was asked for a resource.
func (s *sorting) wanted(resource string) bool {
	return slices.ContainsFunc(s.facts, func(f *fact) bool {
		return f.kind == kindAuthorization && slices.Contains(f.params.All("resource"), resource)
	})
}

// HasLogin reports whether any message of OAuth is on a recording, of whatever
// site: a request for authorization or for a token, or an authorization response.
func HasLogin(rec *trace.Recording) bool {
	return slices.ContainsFunc(rec.Exchanges, func(x trace.Exchange) bool {
		q := queryOf(x.Request.URL)
		return asksForAuthorization(x) != nil || asksForToken(x) != nil || q.Has("state") && (q.Has("code") || q.Has("error"))
	})
}
