package mutant

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/params"
)

// all joins breaks that make one fault together.
func all(breaks ...Break) Break {
	return func(p *parts) error {
		for _, b := range breaks {
			if err := b(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// SameChallenge uses one code challenge, and its verifier, for every
// transaction.
func SameChallenge() Break {
	var challenge, verifier first
	return all(
		Authorize(func(p *Params) { p.Set("code_challenge", challenge.of(p.Get("code_challenge"))) }),
		Form(Exchange, func(p *Params) { p.Set("code_verifier", verifier.of(p.Get("code_verifier"))) }),
	)
}

// first remembers the first value that it is asked for.
type first struct {
	mu    sync.Mutex
	value string
}

func (f *first) of(value string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.value == "" {
		f.value = value
	}
	return f.value
}

// Verifier uses a code verifier of our choice, with the challenge that belongs
// to it.
func Verifier(verifier string) Break {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	return all(
		Authorize(func(p *Params) { p.Set("code_challenge", challenge) }),
		Form(Exchange, func(p *Params) { p.Set("code_verifier", verifier) }),
	)
}

// AssumesRefresh answers a refused access token with the refresh token that it
// believes to have, and with nothing else.
func AssumesRefresh() Break {
	w := &grants{}
	return all(Quirk("refresh.onUnauthorized", "fail"), Wire(w.assume))
}

// CarriesRefresh tries the refresh token of one authorization server at the
// next one, before it redeems a code there.
func CarriesRefresh() Break {
	w := &grants{}
	return Wire(w.carry)
}

// grants remembers the newest token request and the refresh token it brought.
type grants struct {
	mu      sync.Mutex
	newest  *trace.Request
	refresh string
}

func (g *grants) assume(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	r, err := taken(req)
	if err != nil {
		return nil, err
	}
	if Token.is(r) {
		g.remember(r, "")
	}
	res, err := send(req, r, next)
	if err != nil || res.StatusCode != http.StatusUnauthorized || token(r) == "" {
		return res, err
	}
	return res, g.use(req, "assumed-to-be-there", "", next)
}

func (g *grants) carry(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	r, err := taken(req)
	if err != nil {
		return nil, err
	}
	if !Token.is(r) {
		return send(req, r, next)
	}
	if old, ok := g.elsewhere(r); ok && Exchange.is(r) {
		g.remember(r, old)
		if err := g.use(req, old, r.URL, next); err != nil {
			return nil, err
		}
	}
	res, err := send(req, r, next)
	if err != nil {
		return nil, err
	}
	x, err := answered(r, res)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal([]byte(x.Response.Body.Text), &answer) == nil && answer.Refresh != "" {
		g.remember(r, answer.Refresh)
	}
	return response(res, x), nil
}

// elsewhere is the refresh token of another token endpoint.
func (g *grants) elsewhere(r *trace.Request) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refresh, g.newest != nil && g.newest.URL != r.URL && g.refresh != ""
}

func (g *grants) remember(r *trace.Request, refresh string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.newest, g.refresh = r, refresh
}

// use sends a refresh request for the client of the newest token request, and
// drops the answer.
func (g *grants) use(req *http.Request, refresh, endpoint string, next http.RoundTripper) error {
	g.mu.Lock()
	newest := g.newest
	g.mu.Unlock()
	if newest == nil {
		return nil
	}
	from := params.Parse(newest.Body.Text)
	var p Params
	p.Add("grant_type", "refresh_token")
	p.Add("refresh_token", refresh)
	p.Add("resource", from.Get("resource"))
	p.Add("client_id", from.Get("client_id"))
	if endpoint == "" {
		endpoint = newest.URL
	}
	r := &trace.Request{Method: http.MethodPost, URL: endpoint, Header: newest.Header, Body: trace.Body{Text: p.Encode()}}
	res, err := send(req, r, next)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
