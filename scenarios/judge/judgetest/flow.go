// Package judgetest writes recordings by hand, for tests of the judge and of its
// checks: what a test does not say of an exchange is in order.
package judgetest

import (
	"maps"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// The places of a hand-made recording.
const (
	MCPURL   = "http://127.0.0.1:8001/mcp"
	Issuer   = "http://127.0.0.1:8002"
	Redirect = "http://127.0.0.1:49200/callback"

	// CodeChallenge is that of Verifier, which stands as a recording keeps it.
	CodeChallenge = "qjrzSW9gMiUgpUvqgEPE4_-8swvyCtfOVvg55o5S_es"
	Verifier      = "masked.43.0123456789ab.s256-" + CodeChallenge + ".syntax-legal"
)

// Answers that are in order.
const (
	Described = `{"resource":"` + MCPURL + `","authorization_servers":["` + Issuer + `"]}`
	Published = `{"issuer":"` + Issuer + `","authorization_endpoint":"` + Issuer + `/authorize","token_endpoint":"` + Issuer + `/token",` +
		`"registration_endpoint":"` + Issuer + `/register","response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}`
	Registered = `{"client_id":"c","redirect_uris":["` + Redirect + `"],"token_endpoint_auth_method":"none"}`
	Granted    = Redirect + "?code=x&state=s"
	Issued     = `{"access_token":"t","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}`
	Result     = `{"jsonrpc":"2.0","id":1,"result":{"content":[]}}`
	Challenge  = `Bearer resource_metadata="http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp", scope="read"`
)

// Flow is a recording that is written one exchange after the other.
type Flow struct{ Rec trace.Recording }

// New is an empty recording of an imported file: it knows of no deployment.
func New() *Flow {
	return &Flow{trace.Recording{Schema: trace.Schema, Setting: trace.Setting{MCPURL: MCPURL, Issuer: Issuer}}}
}

// Message is one request and its answer. A body that begins as JSON is sent as
// JSON, any other as a form.
type Message struct {
	From, To trace.Actor
	Method   string // "" means GET without a body and POST with one
	URL      string
	Body     string
	Header   http.Header // of the request
	Status   int
	Answer   string
	Reply    http.Header // of the answer; Content-Type is added
}

// Add appends an exchange and returns it, to be changed further.
func (f *Flow) Add(m Message) *trace.Exchange {
	if m.Method == "" {
		m.Method = http.MethodGet
		if m.Body != "" {
			m.Method = http.MethodPost
		}
	}
	header, reply := http.Header{}, http.Header{}
	if m.Body != "" {
		header.Set("Content-Type", mediaType(m.Body, "application/x-www-form-urlencoded"))
	}
	reply.Set("Content-Type", mediaType(m.Answer, "text/plain"))
	maps.Copy(header, m.Header)
	maps.Copy(reply, m.Reply)
	f.Rec.Exchanges = append(f.Rec.Exchanges, trace.Exchange{
		ID: len(f.Rec.Exchanges) + 1, From: m.From, To: m.To, Took: 1,
		Request:  trace.Request{Method: m.Method, URL: m.URL, Header: header, Body: trace.Body{Text: m.Body}},
		Response: &trace.Response{Status: m.Status, Header: reply, Body: trace.Body{Text: m.Answer}},
	})
	return &f.Rec.Exchanges[len(f.Rec.Exchanges)-1]
}

func mediaType(body, other string) string {
	if strings.HasPrefix(strings.TrimSpace(body), "{") {
		return "application/json"
	}
	return other
}

// MCP is a POST of a JSON-RPC message, without a token where token is empty.
func (f *Flow) MCP(method, token string, status int, challenge, answer string) *trace.Exchange {
	m := Message{
		From: trace.Client, To: trace.MCPServer, URL: MCPURL, Status: status, Answer: answer, Header: http.Header{}, Reply: http.Header{},
		Body: `{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{"name":"echo"}}`,
	}
	if challenge != "" {
		m.Reply.Set("WWW-Authenticate", challenge)
	}
	if token != "" {
		m.Header.Set("Authorization", "Bearer "+token)
	}
	return f.Add(m)
}

// Get is a request of the client for a document.
func (f *Flow) Get(to trace.Actor, url string, status int, answer string) *trace.Exchange {
	return f.Add(Message{From: trace.Client, To: to, URL: url, Status: status, Answer: answer})
}

// Post is a request of the client to an endpoint of the authorization server.
func (f *Flow) Post(endpoint, body string, status int, answer string) *trace.Exchange {
	return f.Add(Message{
		From: trace.Client, To: trace.AuthorizationServer, URL: Issuer + endpoint, Body: body, Status: status, Answer: answer,
	})
}

// Authorize is an authorization request of the browser; query is added to its
// first parameters. A location is the answer's, "" means a page.
func (f *Flow) Authorize(query string, status int, location, page string) *trace.Exchange {
	m := Message{
		From: trace.UserAgent, To: trace.AuthorizationServer, Status: status, Answer: page, Reply: http.Header{},
		URL: Issuer + "/authorize?response_type=code&client_id=c&state=s" + query,
	}
	if location != "" {
		m.Reply.Set("Location", location)
	}
	return f.Add(m)
}

// Way is how far In goes.
type Way int

// The steps of the way in.
const (
	Challenged Way = iota + 1
	WithResource
	WithServer
	WithClient
	WithCode
	WithToken
	WithResult
)

// In walks the way in, in order, up to and with a step.
func (f *Flow) In(way Way) *Flow {
	for _, step := range []func(){
		func() { f.MCP("initialize", "", http.StatusUnauthorized, Challenge, "") },
		func() {
			f.Get(trace.MCPServer, "http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp", http.StatusOK, Described)
		},
		func() {
			f.Get(trace.AuthorizationServer, Issuer+"/.well-known/oauth-authorization-server", http.StatusOK, Published)
		},
		func() {
			f.Post("/register", `{"redirect_uris":["`+Redirect+`"],"token_endpoint_auth_method":"none"}`, http.StatusCreated, Registered)
		},
		func() {
			f.Authorize("&redirect_uri="+Redirect+"&resource="+MCPURL+"&scope=read&code_challenge_method=S256&code_challenge="+CodeChallenge,
				http.StatusFound, Granted, "")
		},
		func() { f.Redeem(http.StatusOK, Issued) },
		func() { f.MCP("tools/call", "t", http.StatusOK, "", Result) },
	}[:way] {
		step()
	}
	return f
}

// Redeem is a token request with the code.
func (f *Flow) Redeem(status int, answer string) *trace.Exchange {
	form := "grant_type=authorization_code&code=x&client_id=c&redirect_uri=" + Redirect + "&resource=" + MCPURL
	return f.Post("/token", form+"&code_verifier="+Verifier, status, answer)
}

// Refresh is a token request with a refresh token; more is added to the form.
func (f *Flow) Refresh(token, client, more string, status int, answer string) *trace.Exchange {
	return f.Post("/token", "grant_type=refresh_token&refresh_token="+token+"&client_id="+client+more, status, answer)
}
