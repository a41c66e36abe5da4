package scenarios

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// prepared has an emulated client record what it sends; every other client is
// returned as it is, without a recorder.
func prepared(client clients.Client, o DriveOptions) (clients.Client, *trace.Recorder, error) {
	emulation, ok := client.(*emulated.Client)
	switch {
	case !ok && o.MetadataDocument != "":
		return nil, nil, fmt.Errorf("%s is no emulated client: its metadata document is its own choice", client.Identity())
	case !ok:
		return client, nil, nil
	case o.MetadataDocument == NoDocument:
		emulation = emulation.WithMetadataDocument("")
	case o.MetadataDocument != "":
		emulation = emulation.WithMetadataDocument(o.MetadataDocument)
	}
	setting := trace.Setting{Client: client.Identity().String(), MCPURL: o.URL, Revision: o.Revision}
	if c := o.Credentials; c != nil {
		want := client.Registration()
		setting.Configured = &trace.RegisteredClient{ClientID: c.ClientID, RedirectURIs: want.RedirectURIs, AuthMethod: want.AuthMethod}
	}
	rec := trace.NewRecorder(setting)
	return emulation.WithTransport(func(next http.RoundTripper) http.RoundTripper {
		return newSorter(rec, o.URL, next)
	}), rec, nil
}

// sorter records the requests of a client and says to which party each goes.
// The MCP server's are those to its URL and to its metadata (RFC 9728); with
// whatever else it asks, a client turns to an authorization server.
type sorter struct {
	mcpURL     *url.URL // nil: it cannot be parsed, and the client says so
	metadata   atomic.Pointer[string]
	toMCP      http.RoundTripper
	toAS       http.RoundTripper
	underlying http.RoundTripper
}

func newSorter(rec *trace.Recorder, mcpURL string, next http.RoundTripper) *sorter {
	s := &sorter{
		toMCP: rec.RoundTripper(trace.Client, trace.MCPServer, next),
		toAS:  rec.RoundTripper(trace.Client, trace.AuthorizationServer, next), underlying: next,
	}
	if u, err := url.Parse(mcpURL); err == nil {
		s.mcpURL = u
	}
	return s
}

// named finds the URL of the metadata in a challenge (RFC 9728 section 5.1).
var named = regexp.MustCompile(`resource_metadata="?([^", ]+)`)

// RoundTrip implements http.RoundTripper.
func (s *sorter) RoundTrip(req *http.Request) (*http.Response, error) {
	if !s.isMCP(req.URL) {
		return s.toAS.RoundTrip(req)
	}
	res, err := s.toMCP.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	for _, challenge := range res.Header.Values("WWW-Authenticate") {
		if m := named.FindStringSubmatch(challenge); m != nil {
			s.metadata.Store(&m[1])
		}
	}
	return res, nil
}

func (s *sorter) isMCP(u *url.URL) bool {
	if s.mcpURL == nil {
		return false
	}
	if metadata := s.metadata.Load(); metadata != nil && *metadata == u.String() {
		return true
	}
	return u.Scheme == s.mcpURL.Scheme && u.Host == s.mcpURL.Host &&
		(u.Path == s.mcpURL.Path || strings.HasPrefix(u.Path, "/.well-known/oauth-protected-resource"))
}

// CloseIdleConnections lets http.Client.CloseIdleConnections pass through.
func (s *sorter) CloseIdleConnections() {
	if c, ok := s.underlying.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
