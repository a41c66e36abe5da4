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
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// floor is what a flow costs at the very least on this machine: its own round
// trips, bare. The requests and answers of a recording are sent over loopback
// again, between servers that know nothing but the answers and parties that do
// not read them; and as many signatures are made as tokens were issued. As in
// the flow, the servers are new, and so are the connections.
type floor struct {
	trips  []trip
	tokens int
	key    *ecdsa.PrivateKey
}

// trip is one exchange that went over the network.
type trip struct {
	from, to trace.Actor
	method   string
	path     string
	header   http.Header
	body     string
	answer   trace.Response
}

func newFloor(b *testing.B, rec *trace.Recording) *floor {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	f := &floor{key: key}
	for _, x := range rec.Exchanges {
		// The callback of an emulated client and the host of captured documents
		// are in this process.
		if x.Response == nil || x.To != trace.AuthorizationServer && x.To != trace.MCPServer {
			continue
		}
		t := trip{from: x.From, to: x.To, method: x.Request.Method, path: "/", body: x.Request.Body.Text, answer: *x.Response}
		t.header = http.Header{"Content-Type": x.Request.Header["Content-Type"], "Authorization": x.Request.Header["Authorization"]}
		f.trips = append(f.trips, t)
		if t.method == http.MethodPost && t.to == trace.AuthorizationServer && t.from == trace.Client {
			f.tokens++
		}
	}
	return f
}

// spend makes the round trips, and signs and verifies as often as tokens are
// issued.
func (f *floor) spend(b *testing.B) time.Duration {
	b.Helper()
	start := time.Now()
	servers, parties := map[trace.Actor]*httptest.Server{}, map[trace.Actor]*http.Client{}
	answers := make(chan trace.Response, 1)
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		a := <-answers
		w.Header().Set("Content-Type", a.Header.Get("Content-Type"))
		w.WriteHeader(a.Status)
		_, _ = io.WriteString(w, a.Body.Text)
	})
	for _, t := range f.trips {
		if servers[t.to] == nil {
			servers[t.to] = httptest.NewServer(answer)
		}
		if parties[t.from] == nil {
			parties[t.from] = &http.Client{
				Transport:     &http.Transport{},
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			}
		}
		req, err := http.NewRequestWithContext(b.Context(), t.method, servers[t.to].URL+t.path, strings.NewReader(t.body))
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
	return time.Since(start)
}
