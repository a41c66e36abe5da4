package scenarios_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// floor is what a flow costs at the very least on this machine: its own round
// trips, bare. The requests and answers of a recording are sent over loopback
// again, between servers that know nothing but the answers and parties that do
// not read them; and as many signatures are made as tokens were issued. As in
// the flow, the servers are new, and connections are new where a program starts
// or a browser is opened.
type floor struct {
	trips  []trip
	tokens int
	key    *ecdsa.PrivateKey
}

// trip is one exchange that went over the network.
type trip struct {
	from   trace.Actor
	origin string // of the server, on the recording
	fresh  bool   // the first one over new connections
	method string
	header http.Header
	body   string
	answer trace.Response
}

func newFloor(b *testing.B, rec *trace.Recording) *floor {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	f := &floor{key: key}
	starts := map[int]bool{} // by the number of exchanges before
	for _, e := range rec.Events {
		if e.Kind == trace.Told && e.Detail["action"] != "call" {
			starts[e.After] = true
		}
	}
	started := false
	for _, x := range rec.Exchanges {
		started = started || starts[x.ID-1]
		// The callback of an emulated client and the host of captured documents
		// are in this process.
		if x.Response == nil || x.To != trace.AuthorizationServer && x.To != trace.MCPServer {
			continue
		}
		u, err := url.Parse(x.Request.URL)
		if err != nil {
			b.Fatal(err)
		}
		t := trip{from: x.From, origin: u.Host, method: x.Request.Method, body: x.Request.Body.Text, answer: *x.Response}
		if t.fresh = t.from == trace.UserAgent && u.Query().Has("response_type"); t.from == trace.Client && started {
			t.fresh, started = true, false
		}
		t.header = http.Header{"Content-Type": x.Request.Header["Content-Type"], "Authorization": x.Request.Header["Authorization"]}
		f.trips = append(f.trips, t)
		if t.method == http.MethodPost && x.To == trace.AuthorizationServer && x.From == trace.Client {
			f.tokens++
		}
	}
	return f
}

// spend makes the round trips, and signs and verifies as often as tokens are
// issued.
func (f *floor) spend(b *testing.B) {
	b.Helper()
	servers, parties := map[string]*httptest.Server{}, map[trace.Actor]*http.Client{}
	answers := make(chan trace.Response, 1)
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		a := <-answers
		w.Header().Set("Content-Type", a.Header.Get("Content-Type"))
		w.WriteHeader(a.Status)
		_, _ = io.WriteString(w, a.Body.Text)
	})
	for _, t := range f.trips {
		if servers[t.origin] == nil {
			servers[t.origin] = httptest.NewServer(answer)
		}
		if parties[t.from] == nil || t.fresh {
			if p := parties[t.from]; p != nil {
				p.CloseIdleConnections()
			}
			parties[t.from] = &http.Client{
				Transport:     &http.Transport{},
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}
		}
		req, err := http.NewRequestWithContext(b.Context(), t.method, servers[t.origin].URL, strings.NewReader(t.body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header = t.header
		answers <- t.answer
		resp, err := parties[t.from].Do(req)
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			b.Fatal(err)
		}
	}
	for _, p := range parties {
		p.CloseIdleConnections()
	}
	for _, s := range servers {
		s.Close()
	}
	digest := sha256.Sum256([]byte("token"))
	for range f.tokens {
		sig, err := ecdsa.SignASN1(rand.Reader, f.key, digest[:])
		if err != nil || !ecdsa.VerifyASN1(&f.key.PublicKey, digest[:], sig) {
			b.Fatal("signature", err)
		}
	}
}
