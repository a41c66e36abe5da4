package emulated

import (
	"crypto/md5" //nolint:gosec // what mcp-remote derives its port with; nothing rests on it
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// redirect is where the authorization response of one login comes back.
type redirect struct {
	uri  string
	port int // 0 when the client does not listen itself
}

// portChoice is what Redirect.Port says.
type portChoice struct {
	low, high int // 0: ephemeral
	urlHash   bool
}

// parsePort reads Redirect.Port.
func parsePort(s string) (portChoice, error) {
	switch s {
	case "":
		return portChoice{}, nil
	case "url-hash":
		return portChoice{urlHash: true}, nil
	}
	low, high, isRange := strings.Cut(s, "-")
	if !isRange {
		high = low
	}
	from, errLow := strconv.ParseUint(low, 10, 16)
	to, errHigh := strconv.ParseUint(high, 10, 16)
	if errLow != nil || errHigh != nil || from == 0 || from > to {
		return portChoice{}, fmt.Errorf("%q is no port: want a number, a range as 1456-1461, or url-hash", s)
	}
	return portChoice{low: int(from), high: int(to)}, nil
}

// portFor is the port that goes with a way to come by a client_id.
func (r Redirect) portFor(preregistered bool) string {
	if preregistered && r.PreregisteredPort != "" {
		return r.PreregisteredPort
	}
	return r.Port
}

// pathOmitted is the value of a path that is not there.
const pathOmitted = "omitted"

// compose writes the loopback URI with a port; "" leaves the port out.
func (r Redirect) compose(port string) string {
	if r.URI != "" {
		return r.URI
	}
	host, path := r.Host, r.Path
	if host == "" {
		host = "127.0.0.1"
	}
	switch path {
	case "":
		path = "/callback"
	case pathOmitted:
		path = ""
	}
	if port != "" {
		host = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	return "http://" + host + path
}

// registeredURI is what an operator can register beforehand.
func (r Redirect) registeredURI() string {
	choice, err := parsePort(r.portFor(true))
	if err != nil || choice.low == 0 {
		return r.compose("")
	}
	return r.compose(strconv.Itoa(choice.low))
}

// The range of ephemeral ports (RFC 6335 section 6).
const (
	ephemeralLow   = 49152
	ephemeralCount = 16384
)

// redirectPath is the path that goes with a way to come by a client_id.
func (s *Session) redirectPath(m Method, server *serverMetadata) string {
	r := s.behaviour.Redirect
	path := r.Path
	if m == Document && r.DocumentPath != "" {
		path = r.DocumentPath
	}
	if r.PathWithoutIss != "" && !server.IssSupported {
		path = r.PathWithoutIss
	}
	if r.PreregisteredPath != "" && s.preregistered(m) {
		path = r.PreregisteredPath
	}
	return hashed(path, s.facts.MCPURL)
}

// preregistered reports whether the user typed the client_id in.
func (s *Session) preregistered(m Method) bool {
	return s.facts.Credentials != nil && (m == Preregistered || m == Prompt)
}

// hashed fills in {url-hash}, twelve characters that depend on the MCP URL.
func hashed(text, mcpURL string) string {
	sum := sha256.Sum256([]byte(mcpURL))
	return strings.ReplaceAll(text, "{url-hash}", base64.RawURLEncoding.EncodeToString(sum[:9]))
}

// redirectAt chooses a redirect URI for an authorization server and a way to
// come by a client_id, on the port that a profile names. Nobody listens there:
// the user agent hands the callback over.
func (s *Session) redirectAt(server *serverMetadata, m Method) (redirect, error) {
	r := s.behaviour.Redirect
	if r.URIWithoutIss != "" && !server.IssSupported {
		return redirect{uri: r.URIWithoutIss}, nil
	}
	port := r.portFor(s.preregistered(m))
	r.Path = s.redirectPath(m, server)
	if r.URI != "" {
		return redirect{uri: r.URI}, nil
	}
	choice, err := parsePort(port)
	if err != nil {
		return redirect{}, err
	}
	if choice.urlHash { // and the seven ports after it
		sum := md5.Sum([]byte(s.facts.MCPURL)) //nolint:gosec // see the import
		choice.low = 3335 + int(binary.BigEndian.Uint16(sum[:]))%45816
		choice.high = choice.low + 7
	}
	for p := choice.low; p > 0 && p <= choice.high; p++ {
		if s.free(p) {
			return redirect{uri: r.compose(strconv.Itoa(p)), port: p}, nil
		}
	}
	if choice.low > 0 && r.WhenBusy == BusyFails {
		return redirect{}, fail("port %s is in use, the callback cannot be received", port)
	}
	for range ephemeralCount {
		if p := ephemeralLow + s.rng.IntN(ephemeralCount); s.free(p) {
			return redirect{uri: r.compose(strconv.Itoa(p)), port: p}, nil
		}
	}
	return redirect{}, fail("no free port for the callback")
}

// sameRedirect is the redirect of an earlier registration, if its port is free.
func (s *Session) sameRedirect(uri string) (redirect, bool) {
	u, err := url.Parse(uri)
	if err != nil {
		return redirect{}, false
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		return redirect{uri: uri}, true
	}
	return redirect{uri: uri, port: port}, s.free(port)
}

func (s *Session) free(port int) bool {
	if slices.Contains(s.facts.PortsInUse, port) {
		return false
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return !s.store.listening[port]
}

// listen holds the port until the returned function is called, so that another
// session of the same installation finds it taken.
func (s *Session) listen(port int) (release func()) {
	if port == 0 {
		return func() {}
	}
	s.store.mu.Lock()
	s.store.listening[port] = true
	s.store.mu.Unlock()
	return func() {
		s.store.mu.Lock()
		delete(s.store.listening, port)
		s.store.mu.Unlock()
	}
}
