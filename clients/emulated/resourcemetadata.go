package emulated

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// resourceMetadata is protected resource metadata (RFC 9728 section 2).
type resourceMetadata struct {
	Resource             string   `json:"resource"`
	AuthorizationServers []string `json:"authorization_servers"`
	Scopes               []string `json:"scopes_supported"`
	DPoPRequired         bool     `json:"dpop_bound_access_tokens_required"`
}

const resourceWellKnown = "/.well-known/oauth-protected-resource"

// readResourceMetadata tries the places where the client looks, in order. It
// returns nil and no error when the client does not look at all.
func (s *Session) readResourceMetadata(ctx context.Context, c *challenge) (*resourceMetadata, error) {
	places := s.behaviour.Discovery.ResourceMetadata
	if places == nil {
		places = []ResourceMetadataPlace{FromChallenge, AtPath, AtRoot}
	}
	if slices.Contains(places, NoResourceMeta) {
		return nil, nil //nolint:nilnil // documented: nothing was looked for
	}
	if named := c.param("resource_metadata"); named != "" && s.behaviour.Discovery.ChallengeURL == ChallengeURLAbsolute {
		if u, err := url.Parse(named); err != nil || !u.IsAbs() {
			return nil, refuse("the challenge names resource_metadata %q, which is no absolute URL", named)
		}
	}
	var reasons []error
	tried := map[string]bool{}
	for _, place := range places {
		where := s.resourceMetadataURL(place, c)
		if where == "" || tried[where] {
			continue
		}
		tried[where] = true
		m, err := s.fetchResourceMetadata(ctx, where)
		if err == nil {
			return m, nil
		}
		if s.behaviour.Discovery.ResourceMismatch == MismatchByPlace && isRefusal(err) {
			return nil, err
		}
		reasons = append(reasons, err)
	}
	return nil, worst("no usable protected resource metadata", reasons)
}

// resourceMetadataURL is where a place is; "" when there is no such place.
func (s *Session) resourceMetadataURL(place ResourceMetadataPlace, c *challenge) string {
	switch place {
	case FromChallenge:
		return s.challengedURL(c.param("resource_metadata"))
	case AtPath:
		return wellKnown(s.mcpURL, resourceWellKnown)
	default:
		return origin(s.mcpURL) + resourceWellKnown
	}
}

// challengedURL is the place that a challenge names; "" where the client does
// not go there.
func (s *Session) challengedURL(where string) string {
	if s.behaviour.Discovery.ChallengeURL != ChallengeURLSameOrigin {
		return where
	}
	if u, err := url.Parse(where); err != nil || origin(u) != origin(s.mcpURL) {
		return ""
	}
	return where
}

func (s *Session) fetchResourceMetadata(ctx context.Context, where string) (*resourceMetadata, error) {
	if _, err := s.http().guard.check("resource_metadata", where); err != nil {
		return nil, err
	}
	q := request{method: http.MethodGet, url: where, header: s.versionHeader(s.behaviour.Discovery.ProtocolVersion)}
	a, err := s.http().ask(ctx, toResourceMetadata, q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		return nil, fail("%s answers %d", where, a.status)
	}
	var m resourceMetadata
	if err := json.Unmarshal(a.body, &m); err != nil {
		return nil, fail("%s is not protected resource metadata: %s", where, err)
	}
	if len(m.AuthorizationServers) == 0 {
		return nil, fail("%s names no authorization server", where)
	}
	return &m, s.checkResource(&m, where)
}

// checkResource holds the metadata's resource against the URL in use (RFC 9728
// section 3.3).
func (s *Session) checkResource(m *resourceMetadata, where string) error {
	mismatch := s.behaviour.Discovery.ResourceMismatch
	if mismatch == AcceptAnything {
		return nil
	}
	if mismatch == UseServerURL {
		m.Resource = s.facts.MCPURL
		return nil
	}
	atRoot := where == origin(s.mcpURL)+resourceWellKnown
	if sameResource(m.Resource, s.facts.MCPURL) && (!atRoot || mismatch != MismatchByPlace) {
		return nil
	}
	if atRoot && sameResource(m.Resource, origin(s.mcpURL)) {
		return nil
	}
	if mismatch == AcceptPrefix && isParent(m.Resource, s.mcpURL) {
		return nil
	}
	if mismatch == SkipDocument {
		return fail("the protected resource metadata at %s is for %q, not for %q", where, m.Resource, s.facts.MCPURL)
	}
	return refuse("the protected resource metadata at %s is for %q, not for %q (RFC 9728 section 3.3)", where, m.Resource, s.facts.MCPURL)
}

// sameResource compares resource identifiers after the normalisation that RFC
// 3986 section 6.2 allows everybody: case of scheme and host, empty path.
func sameResource(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	if errA != nil || errB != nil || a == "" {
		return false
	}
	pathOf := func(u *url.URL) string {
		if u.Path == "/" {
			return ""
		}
		return u.EscapedPath()
	}
	return strings.EqualFold(u.Scheme, v.Scheme) && strings.EqualFold(u.Host, v.Host) &&
		pathOf(u) == pathOf(v) && u.RawQuery == v.RawQuery && u.Fragment == v.Fragment
}

// isParent tells whether resource has the origin of u and a path above its.
func isParent(resource string, u *url.URL) bool {
	r, err := url.Parse(resource)
	if err != nil || !strings.EqualFold(origin(r), origin(u)) {
		return false
	}
	return strings.HasPrefix(strings.TrimSuffix(u.Path, "/")+"/", strings.TrimSuffix(r.Path, "/")+"/")
}

// origin is scheme and authority of a URL.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// wellKnown inserts a well-known path between origin and path (RFC 8615; RFC
// 8414 section 3.1). A terminating slash is dropped first.
func wellKnown(u *url.URL, suffix string) string {
	w := origin(u) + suffix + strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		w += "?" + u.RawQuery
	}
	return w
}

// versionHeader is the MCP-Protocol-Version header of a metadata request. A
// client that speaks whatever revision it is told sends it in the one revision
// that asks for it.
func (s *Session) versionHeader(version string) http.Header {
	if p := s.behaviour.Protocol; version == "" && p.Era == "" && p.Version == "" && s.facts.Revision == "2025-03-26" {
		version = s.facts.Revision
	}
	if version == "" {
		return nil
	}
	return http.Header{headerProtocolVersion: {version}}
}
