package emulated

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

// seen is a request as a recording or the lab saw it.
type seen struct {
	server string // mcp-server or authorization-server
	method string
	url    *url.URL
	header http.Header
	body   string
}

// recorded is a recording of a released client.
type recorded struct {
	requests  []seen
	metadata  map[string]string // bodies by kind
	challenge string            // first WWW-Authenticate
	hosts     map[string]string // mcp-server, authorization-server
}

// readRecording reads a shortened HAR file of testdata.
func readRecording(tb testing.TB, name string) *recorded {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".har"))
	if err != nil {
		tb.Fatal(err)
	}
	type header []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type text struct {
		Text string `json:"text"`
	}
	var file struct {
		Log struct {
			Entries []struct {
				Server  string `json:"_server"`
				Request struct {
					Method   string `json:"method"`
					URL      string `json:"url"`
					Headers  header `json:"headers"`
					PostData text   `json:"postData"`
				} `json:"request"`
				Response struct {
					Headers header `json:"headers"`
					Content text   `json:"content"`
				} `json:"response"`
			} `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatalf("%s: %s", name, err)
	}
	r := &recorded{metadata: map[string]string{}, hosts: map[string]string{}}
	for _, e := range file.Log.Entries {
		u, err := url.Parse(e.Request.URL)
		if err != nil {
			tb.Fatal(err)
		}
		h := http.Header{}
		for _, f := range e.Request.Headers {
			h.Add(f.Name, f.Value)
		}
		r.requests = append(r.requests, seen{server: e.Server, method: e.Request.Method, url: u, header: h, body: e.Request.PostData.Text})
		r.hosts[e.Server] = u.Host
		if strings.Contains(u.Path, ".well-known") {
			r.metadata[e.Server] = e.Response.Content.Text
		}
		if len(e.Response.Headers) > 0 && r.challenge == "" {
			r.challenge = e.Response.Headers[0].Value
		}
	}
	if len(r.requests) == 0 {
		tb.Fatalf("%s: no requests", name)
	}
	return r
}

// lab answers as the servers of a recording did, and notes what it is asked.
type lab struct {
	from *recorded
	mcp  *httptest.Server
	as   *httptest.Server
	ttl  int

	mu       sync.Mutex
	requests []seen
	issued   int
	valid    map[string]string // scope by access token
	scope    string            // of the last authorization request
}

func newLab(tb testing.TB, from *recorded) *lab {
	tb.Helper()
	l := &lab{from: from, valid: map[string]string{}, ttl: 3600}
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
		next(w, r, string(body))
	})
}

// here rewrites a recorded text to the addresses of the lab.
func (l *lab) here(text string) string {
	return strings.NewReplacer(
		"http://"+l.from.hosts["mcp-server"], l.mcp.URL, "http://"+l.from.hosts["authorization-server"], l.as.URL,
	).Replace(text)
}

func (l *lab) serveMCP(w http.ResponseWriter, r *http.Request, body string) {
	if strings.Contains(r.URL.Path, ".well-known") {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, l.here(l.from.metadata["mcp-server"]))
		return
	}
	scope, known := l.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !known {
		challenge := l.here(l.from.challenge)
		if challenge == "" {
			challenge = "Bearer"
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params struct {
			Name string `json:"name"`
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
		answer(`"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"lab","version":"1"}}`)
	case "notifications/initialized":
		w.WriteHeader(http.StatusAccepted)
	case "tools/list":
		answer(`"result":{"tools":[]}`)
	case "tools/call":
		if m.Params.Name == "admin_write" && !slices.Contains(strings.Fields(scope), "mcp:write") {
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="mcp:write", resource_metadata="`+
				l.mcp.URL+`/.well-known/oauth-protected-resource/mcp"`)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		answer(`"result":{"content":[{"type":"text","text":"OK"}]}`)
	default:
		answer(`"error":{"code":-32601,"message":"Method not found"}`)
	}
}

func (l *lab) serveAS(w http.ResponseWriter, r *http.Request, body string) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.Contains(r.URL.Path, ".well-known"):
		fmt.Fprint(w, l.here(l.from.metadata["authorization-server"]))
	case r.URL.Path == "/register":
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, strings.TrimSuffix(body, "}")+`,"client_id":"dyn_1"}`)
	case r.URL.Path == "/authorize":
		q := r.URL.Query()
		l.scope = q.Get("scope")
		back := q.Get("redirect_uri") + "?code=code_1&state=" + url.QueryEscape(q.Get("state"))
		if strings.Contains(l.from.metadata["authorization-server"], "iss_parameter_supported\":true") {
			back += "&iss=" + url.QueryEscape(l.as.URL)
		}
		w.Header().Set("Location", back)
		w.WriteHeader(http.StatusFound)
	case r.URL.Path == "/token":
		l.issued++
		token := fmt.Sprintf("at_%d", l.issued)
		l.valid[token] = l.scope
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d,"scope":%q,"refresh_token":"rt_%d"}`, token, l.ttl, l.scope, l.issued)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// expire makes every token invalid.
func (l *lab) expire() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.valid)
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
