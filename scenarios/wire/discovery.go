package wire

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// The places of metadata documents, in the words of profiles.
const (
	wellKnownResource = "/.well-known/oauth-protected-resource"
	wellKnownOAuth    = "/.well-known/oauth-authorization-server"
	wellKnownOpenID   = "/.well-known/openid-configuration"
)

func (r *reader) discovery() {
	last := r.first()
	r.start(last)
	if places := r.resourceMetadataPlaces(last); len(places) > 0 {
		r.add("discovery.resourceMetadata", list(places))
		r.add("discovery.protocolVersion", versionHeader(r.view.ResourceMetadata[0].Exchange))
		r.add("headers.acceptResourceMetadata", r.view.ResourceMetadata[0].Request.Header.Get("Accept"))
	}
	if places := r.serverMetadataPlaces(last); len(places) > 0 {
		r.add("discovery.serverMetadata", list(places))
		r.add("discovery.serverProtocolVersion", versionHeader(r.view.ServerMetadata[0].Exchange))
		r.add("headers.acceptServerMetadata", r.view.ServerMetadata[0].Request.Header.Get("Accept"))
	}
}

// start is what the client does first of all: the requests until the first
// metadata document.
func (r *reader) start(last int) {
	var first []string
	for _, x := range r.view.Rec.Exchanges {
		if x.ID > last || x.From != trace.Client {
			continue
		}
		if x.To != trace.MCPServer || strings.Contains(x.Request.URL, "/.well-known/") {
			first = append(first, "metadata")
			break
		}
		word := x.Request.Method
		if i := slices.IndexFunc(r.view.MCP, func(m reading.MCPRequest) bool { return m.ID == x.ID }); i >= 0 && r.view.MCP[i].Method != "" {
			word = r.view.MCP[i].Method
		}
		first = append(first, word)
	}
	if len(first) > 0 {
		r.add("discovery.start", list(runs(first)))
	}
}

func versionHeader(x trace.Exchange) string { return x.Request.Header.Get("MCP-Protocol-Version") }

// resourceMetadataPlaces are the places that the client tried, until one had
// the document.
func (r *reader) resourceMetadataPlaces(last int) []string {
	var out []string
	for _, d := range r.view.ResourceMetadata {
		if d.ID > last {
			break
		}
		out = append(out, r.resourceMetadataPlace(d.Request.URL))
		if d.JSON != nil && d.Status == http.StatusOK {
			break
		}
	}
	return runs(out)
}

// resourceMetadataPlace tells the places apart. A URL that the challenge named
// and that is the well-known one too is called by the well-known place: which
// of the two led there cannot be seen.
func (r *reader) resourceMetadataPlace(raw string) string {
	u, mcp := parsed(raw), parsed(r.setting.MCPURL)
	switch {
	case u.Host != mcp.Host:
		return "elsewhere"
	case u.Path == wellKnownResource+strings.TrimSuffix(mcp.Path, "/") && mcp.Path != "" && mcp.Path != "/":
		return "path"
	case u.Path == wellKnownResource:
		return "root"
	case strings.HasSuffix(u.Path, wellKnownResource):
		return "path-appended"
	default:
		return "challenge"
	}
}

// serverMetadataPlaces are the places that the client tried, until one had the
// document.
func (r *reader) serverMetadataPlaces(last int) []string {
	var out []string
	for _, d := range r.view.ServerMetadata {
		if d.ID > last {
			break
		}
		out = append(out, r.serverMetadataPlace(d.Request.URL))
		if d.JSON != nil && d.Status == http.StatusOK {
			break
		}
	}
	return runs(out)
}

func (r *reader) serverMetadataPlace(raw string) string {
	u := parsed(raw)
	base := parsed(r.setting.Issuer)
	where := ""
	if u.Host != base.Host {
		base = parsed(r.setting.MCPURL)
		where = " at the MCP server"
		if u.Host != base.Host {
			where = " elsewhere"
		}
	}
	path := strings.TrimSuffix(base.Path, "/")
	switch {
	case path != "" && u.Path == wellKnownOAuth:
		return "oauth-root" + where
	case path != "" && u.Path == wellKnownOpenID:
		return "openid-root" + where
	case strings.HasPrefix(u.Path, wellKnownOAuth):
		return "oauth" + where
	case strings.HasPrefix(u.Path, wellKnownOpenID):
		return "openid" + where
	case strings.HasSuffix(u.Path, wellKnownOpenID):
		return "openid-appended" + where
	default:
		return "oauth-appended" + where
	}
}

// parsed is a URL whose host is the same under both names of loopback; the zero
// value stands for what is no URL.
func parsed(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		return &url.URL{}
	}
	if u.Hostname() == "localhost" {
		u.Host = strings.Replace(u.Host, "localhost", "127.0.0.1", 1)
	}
	return u
}
