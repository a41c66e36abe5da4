package emulated

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recordings is where the recordings of released clients are kept.
const recordings = "../../testdata/recordings"

// seen is a request as a recording or the lab saw it.
type seen struct {
	server string // mcp-server or authorization-server
	method string
	url    *url.URL
	header http.Header
	body   string
}

// recorded is a recording of a released client, and what its servers did.
type recorded struct {
	requests  []seen
	hosts     map[string]string         // by server
	documents map[string]recordedAnswer // metadata, by server and path
	challenge string                    // of the first 401 that says more than its scheme
	missing   map[string]string         // challenge of a 403, by tool
	lifetime  int                       // of access tokens, in seconds
	sendsIss  bool                      // the authorization response carried iss
	strict    bool                      // a refresh token was refused
}

type recordedAnswer struct {
	status int
	body   string
}

// harEntry is what the tests read of an entry of a HAR file.
type harEntry struct {
	Server  string `json:"_server"`
	Request struct {
		Method   string    `json:"method"`
		URL      string    `json:"url"`
		Headers  harHeader `json:"headers"`
		PostData harText   `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int       `json:"status"`
		Headers harHeader `json:"headers"`
		Content harText   `json:"content"`
	} `json:"response"`
}

type harText struct {
	Text string `json:"text"`
}

type harHeader []struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (h harHeader) get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// readRecording reads a recording by its name, client@version/variant.
func readRecording(tb testing.TB, name string) *recorded {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(recordings, name+".har"))
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Log struct {
			Entries []harEntry `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatalf("%s: %s", name, err)
	}
	r := &recorded{documents: map[string]recordedAnswer{}, hosts: map[string]string{}, missing: map[string]string{}, lifetime: 3600}
	for i, e := range file.Log.Entries {
		u, err := url.Parse(e.Request.URL)
		if err != nil {
			tb.Fatalf("%s: entry %d: %s", name, i, err)
		}
		h := http.Header{}
		for _, f := range e.Request.Headers {
			h.Add(f.Name, f.Value)
		}
		r.requests = append(r.requests, seen{server: e.Server, method: e.Request.Method, url: u, header: h, body: e.Request.PostData.Text})
		r.hosts[e.Server] = u.Host
		r.note(e, u)
	}
	if len(r.requests) == 0 {
		tb.Fatalf("%s: no requests", name)
	}
	return r
}

// note keeps what an entry tells about its server.
func (r *recorded) note(e harEntry, u *url.URL) {
	challenge := e.Response.Headers.get("WWW-Authenticate")
	switch {
	case strings.Contains(u.Path, "/.well-known/"):
		r.documents[e.Server+u.Path] = recordedAnswer{e.Response.Status, e.Response.Content.Text}
	case e.Response.Status == http.StatusUnauthorized && len(challenge) > len(r.challenge) && !strings.Contains(challenge, "error="):
		r.challenge = challenge
	case e.Response.Status == http.StatusForbidden:
		r.missing[toolOf(e.Request.PostData.Text)] = challenge
	case u.Path == "/authorize":
		r.sendsIss = r.sendsIss || strings.Contains(e.Response.Headers.get("Location"), "&iss=")
	case u.Path == "/token" && e.Response.Status == http.StatusBadRequest:
		r.strict = true
	case u.Path == "/token":
		var t struct {
			ExpiresIn int `json:"expires_in"`
		}
		if json.Unmarshal([]byte(e.Response.Content.Text), &t) == nil && t.ExpiresIn > 0 {
			r.lifetime = t.ExpiresIn
		}
	}
}

// toolOf is the tool that a JSON-RPC body calls; "" for any other.
func toolOf(body string) string {
	var m struct {
		Params struct {
			Name string `json:"name"`
		} `json:"params"`
	}
	if json.Unmarshal([]byte(body), &m) != nil {
		return ""
	}
	return m.Params.Name
}
