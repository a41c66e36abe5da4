package emulated

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

// lab answers as the servers of a recording did, and notes what it is asked.
type lab struct {
	from *recorded
	mcp  *httptest.Server
	as   *httptest.Server

	mu       sync.Mutex
	requests []seen
	issued   int
	valid    map[string]string // scope by access token
	scope    string            // of the last authorization request
}

func newLab(tb testing.TB, from *recorded) *lab {
	tb.Helper()
	l := &lab{from: from, valid: map[string]string{}}
	l.mcp = httptest.NewServer(l.note("mcp-server", l.serveMCP))
	l.as = httptest.NewServer(l.note("authorization-server", l.serveAS))
	tb.Cleanup(l.mcp.Close)
	tb.Cleanup(l.as.Close)
	return l
}

func (l *lab) note(server string, next func(http.ResponseWriter, *http.Request, string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		u := *r.URL
		u.Scheme, u.Host = "http", r.Host
		l.requests = append(l.requests, seen{server: server, method: r.Method, url: &u, header: r.Header.Clone(), body: string(body)})
		if strings.Contains(u.Path, "/.well-known/") {
			l.serveDocument(w, l.from.documents[server+u.Path])
			return
		}
		next(w, r, string(body))
	})
}

// serveDocument answers as the recording did; 404 for what nobody asked for.
func (l *lab) serveDocument(w http.ResponseWriter, recorded recordedAnswer) {
	if recorded.status == 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(recorded.status)
	fmt.Fprint(w, l.here(recorded.body))
}

// here rewrites a recorded text to the addresses of the lab.
func (l *lab) here(text string) string {
	return strings.NewReplacer(
		"http://"+l.from.hosts["mcp-server"], l.mcp.URL, "http://"+l.from.hosts["authorization-server"], l.as.URL,
	).Replace(text)
}

func (l *lab) serveMCP(w http.ResponseWriter, r *http.Request, body string) {
	scope, known := l.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	switch {
	case !known:
		challenge := l.here(l.from.challenge)
		if challenge == "" {
			challenge = "Bearer"
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		l.serveMessage(w, body, scope)
	}
}

func (l *lab) serveMessage(w http.ResponseWriter, body, scope string) {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params struct {
			Version string `json:"protocolVersion"`
		} `json:"params"`
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	answer := func(format string, args ...any) {
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, m.ID, fmt.Sprintf(format, args...))
	}
	switch m.Method {
	case "initialize":
		w.Header().Set("Mcp-Session-Id", "lab-session")
		answer(`"result":{"protocolVersion":%q,"capabilities":{"tools":{}},"serverInfo":{"name":"lab","version":"1"}}`, m.Params.Version)
	case "notifications/initialized":
		w.WriteHeader(http.StatusAccepted)
	case "tools/list":
		answer(`"result":{"tools":[]}`)
	case "tools/call":
		challenge, needs := l.from.missing[toolOf(body)]
		if needs && !containsAll(strings.Fields(scope), scopesOf(challenge)) {
			w.Header().Set("WWW-Authenticate", l.here(challenge))
			w.WriteHeader(http.StatusForbidden)
			return
		}
		answer(`"result":{"content":[{"type":"text","text":"OK"}]}`)
	case "ping":
		answer(`"result":{}`)
	default:
		answer(`"error":{"code":-32601,"message":"Method not found"}`)
	}
}

// scopesOf are those that a challenge asks for.
func scopesOf(header string) []string {
	return chooseChallenge(http.Header{"Www-Authenticate": {header}}, false).scopes()
}

func (l *lab) serveAS(w http.ResponseWriter, r *http.Request, body string) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/register":
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, registered(body))
	case "/authorize":
		q := r.URL.Query()
		l.scope = q.Get("scope")
		back := q.Get("redirect_uri") + "?code=code_1&state=" + url.QueryEscape(q.Get("state"))
		if l.from.sendsIss {
			back += "&iss=" + url.QueryEscape(l.as.URL)
		}
		w.Header().Set("Location", back)
		w.WriteHeader(http.StatusFound)
	case "/token":
		form, err := url.ParseQuery(body)
		if used := form.Get("refresh_token"); err != nil || used != "" && l.from.strict && used != fmt.Sprintf("rt_%d", l.issued) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
			return
		}
		l.issued++
		token := fmt.Sprintf("at_%d", l.issued)
		l.valid[token] = l.scope
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d,"scope":%q,"refresh_token":"rt_%d"}`,
			token, l.from.lifetime, l.scope, l.issued)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// registered is the answer to a registration: what was asked for, with a
// secret for clients that are to authenticate (RFC 7591 section 2).
func registered(body string) string {
	var asked struct {
		Method string `json:"token_endpoint_auth_method"`
	}
	answer := strings.TrimSuffix(body, "}") + `,"client_id":"dyn_1"`
	if json.Unmarshal([]byte(body), &asked) == nil && asked.Method == "" {
		answer += `,"token_endpoint_auth_method":"client_secret_basic"`
	}
	if asked.Method != "none" {
		answer += `,"client_secret":"sec_1"`
	}
	return answer + "}"
}

// expire makes every token invalid.
func (l *lab) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.valid)
}

// forget drops what was seen so far.
func (l *lab) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
}

func (l *lab) seen() []seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// follower is a user agent without a user: it follows one redirect.
type follower struct {
	change func(callback url.Values) // nil: as it came
	open   func(u *url.URL)          // nil: nothing
}

func (f follower) Open(ctx context.Context, v clients.Visit) (clients.Landing, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.URL, http.NoBody)
	if err != nil {
		return clients.Landing{}, err
	}
	if f.open != nil {
		f.open(req.URL)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return clients.Landing{}, err
	}
	defer res.Body.Close()
	back, err := res.Location()
	if err != nil || !strings.HasPrefix(back.String(), v.RedirectURI) {
		page, err := io.ReadAll(io.LimitReader(res.Body, 2000))
		return clients.Landing{URL: v.URL, Status: res.StatusCode, Page: string(page)}, err
	}
	if f.change != nil {
		q := back.Query()
		f.change(q)
		back.RawQuery = q.Encode()
	}
	reply := v.Receive(back)
	return clients.Landing{URL: back.String(), Delivered: reply.Status == http.StatusOK, Status: reply.Status}, nil
}
