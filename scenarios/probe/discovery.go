package probe

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// metadata is what the documents say.
type metadata struct {
	resource map[string]any // protected resource metadata
	issuer   string         // whose metadata is server, as the resource metadata names it
	server   map[string]any // authorization server metadata
	found    string         // where it is
	// challenged is what the first challenge said: metadata URL and scope.
	challengedURL, challengedScope string
}

func (m metadata) endpoint(kind string) string { return reading.Text(m.server, kind+"_endpoint") }

func discoveryAttempts() []attempt {
	return []attempt{
		{"probe/challenge", "a request without a token", func(ctx context.Context, p *prober) error {
			a, err := p.message(ctx, "tools/list", nil)
			if err != nil {
				return err
			}
			challenge := reading.ChallengeOf(a.header)
			p.metadata.challengedURL, p.metadata.challengedScope = challenge.Param("resource_metadata"), challenge.Param("scope")
			return nil
		}},
		{"probe/resource-metadata", "the protected resource metadata", findResourceMetadata},
		{"probe/server-metadata", "the authorization server metadata", findServerMetadata},
	}
}

// findResourceMetadata asks everywhere, also after a document was found: the
// judge compares them.
func findResourceMetadata(ctx context.Context, p *prober) error {
	u, err := url.Parse(p.MCPURL)
	if err != nil {
		return untested("the URL of the MCP server cannot be read: %v", err)
	}
	const root = "/.well-known/oauth-protected-resource"
	origin := u.Scheme + "://" + u.Host
	places := []string{origin + root + strings.TrimSuffix(u.EscapedPath(), "/"), origin + root}
	if named, err := u.Parse(p.metadata.challengedURL); err == nil && p.metadata.challengedURL != "" {
		places = append([]string{named.String()}, places...)
	}
	seen := map[string]bool{}
	var silent error
	for _, place := range places {
		if seen[place] {
			continue
		}
		seen[place] = true
		a, err := p.get(ctx, place)
		if err != nil { // The challenge may lead where nobody answers.
			silent = err
			continue
		}
		if doc := a.object(); a.ok() && doc != nil && p.metadata.resource == nil {
			p.metadata.resource = doc
		}
	}
	if p.metadata.resource != nil {
		return nil
	}
	return silent
}

// findServerMetadata stops at the first authorization server that has metadata:
// the choice is the client's (RFC 9728 section 7.6). Without resource metadata
// the MCP server is its own authorization server (2025-03-26).
func findServerMetadata(ctx context.Context, p *prober) error {
	if p.BearerToken != "" {
		return untested("there is no authorization server: the operator makes the tokens")
	}
	issuers := reading.Texts(p.metadata.resource, "authorization_servers")
	if len(issuers) == 0 {
		u, err := url.Parse(p.MCPURL)
		if err != nil {
			return untested("the URL of the MCP server cannot be read: %v", err)
		}
		issuers = []string{u.Scheme + "://" + u.Host}
	}
	var silent error
	for _, issuer := range issuers {
		switch err := p.readServerMetadata(ctx, issuer); {
		case p.metadata.server != nil:
			p.metadata.issuer = issuer
			return nil
		case err != nil:
			silent = err
		}
	}
	return silent
}

// readServerMetadata stops at the first document, as a client would.
func (p *prober) readServerMetadata(ctx context.Context, issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil {
		return untested("the issuer %q is no URL", issuer)
	}
	origin, path := u.Scheme+"://"+u.Host, strings.TrimSuffix(u.EscapedPath(), "/")
	places := []string{
		origin + "/.well-known/oauth-authorization-server" + path,
		origin + "/.well-known/openid-configuration" + path,
		origin + path + "/.well-known/openid-configuration",
	}
	for _, place := range slices.Compact(places) {
		a, err := p.get(ctx, place)
		if err != nil {
			return err
		}
		if doc := a.object(); a.status == http.StatusOK && doc != nil {
			p.metadata.server, p.metadata.found = doc, place
			return nil
		}
	}
	return nil
}
