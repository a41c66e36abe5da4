package judge

import (
	"net/http"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

const (
	mcpURL   = "http://127.0.0.1:8001/mcp"
	asURL    = "http://127.0.0.1:8002"
	callback = "http://127.0.0.1:49200/callback"
)

// flow writes a recording by hand, one exchange after the other.
type flow struct{ rec trace.Recording }

func newFlow() *flow {
	return &flow{trace.Recording{
		Schema: trace.Schema, Setting: trace.Setting{MCPURL: mcpURL, Issuer: asURL, Deployment: "by-hand"},
	}}
}

func (f *flow) add(from, to trace.Actor, method, url, body string, status int, header http.Header, answer string) {
	h := http.Header{}
	if method == http.MethodPost && body != "" && body[0] != '{' {
		h.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	f.rec.Exchanges = append(f.rec.Exchanges, trace.Exchange{
		ID: len(f.rec.Exchanges) + 1, From: from, To: to,
		Request:  trace.Request{Method: method, URL: url, Header: h, Body: trace.Body{Text: body}},
		Response: &trace.Response{Status: status, Header: header, Body: trace.Body{Text: answer}},
	})
}

func (f *flow) event(kind trace.EventKind, detail map[string]string) {
	f.rec.Events = append(f.rec.Events, trace.Event{After: len(f.rec.Exchanges), Kind: kind, Detail: detail})
}

func (f *flow) told(action, tool string) {
	f.event(trace.Told, map[string]string{"action": action, "tool": tool})
}

func (f *flow) answered(status, words string) {
	f.event(trace.Answered, map[string]string{"status": status, "words": words})
}

func (f *flow) call(token string, status int, challenge, answer string) {
	const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}`
	header := http.Header{}
	if challenge != "" {
		header.Set("WWW-Authenticate", challenge)
	}
	f.add(trace.Client, trace.MCPServer, http.MethodPost, mcpURL, body, status, header, answer)
	if token != "" {
		f.rec.Exchanges[len(f.rec.Exchanges)-1].Request.Header.Set("Authorization", "Bearer "+token)
	}
}

func (f *flow) challenged() {
	f.call("", 401, `Bearer resource_metadata="http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp"`, "")
}

func (f *flow) resourceMetadata(status int) {
	f.add(trace.Client, trace.MCPServer, http.MethodGet, "http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp", "",
		status, nil, `{"resource":"`+mcpURL+`","authorization_servers":["`+asURL+`"]}`)
}

func (f *flow) serverMetadata(status int, methods string) {
	f.add(trace.Client, trace.AuthorizationServer, http.MethodGet, asURL+"/.well-known/oauth-authorization-server", "", status, nil,
		`{"issuer":"`+asURL+`","authorization_endpoint":"`+asURL+`/authorize","token_endpoint":"`+asURL+`/token",`+
			`"registration_endpoint":"`+asURL+`/register","code_challenge_methods_supported":[`+methods+`]}`)
}

func (f *flow) register(status int, answer string) {
	f.add(trace.Client, trace.AuthorizationServer, http.MethodPost, asURL+"/register",
		`{"redirect_uris":["`+callback+`"]}`, status, nil, answer)
}

func (f *flow) authorize(status int, location string) {
	header := http.Header{}
	if location != "" {
		header.Set("Location", location)
	}
	f.add(trace.UserAgent, trace.AuthorizationServer, http.MethodGet,
		asURL+"/authorize?response_type=code&client_id=c&state=s&redirect_uri="+callback, "", status, header, "a page")
}

func (f *flow) consented(location string) {
	f.add(trace.UserAgent, trace.AuthorizationServer, http.MethodPost, asURL+"/consent", "", 303, http.Header{"Location": {location}}, "")
}

func (f *flow) calledBack(location string) {
	f.add(trace.UserAgent, trace.Client, http.MethodGet, location, "", 200, nil, "")
}

func (f *flow) token(status int, answer string) {
	f.add(trace.Client, trace.AuthorizationServer, http.MethodPost, asURL+"/token",
		"grant_type=authorization_code&code=x", status, nil, answer)
}

const (
	granted   = callback + "?code=x&state=s"
	denied    = callback + "?error=access_denied&state=s"
	refused   = callback + "?error=invalid_scope&state=s"
	issued    = `{"access_token":"t","token_type":"Bearer"}`
	resultOf  = `{"jsonrpc":"2.0","id":1,"result":{"content":[]}}`
	published = `"S256"`
)

// steps is the way in, one door after the other.
func steps() []func(*flow) {
	return []func(*flow){
		(*flow).challenged,
		func(f *flow) { f.resourceMetadata(200) },
		func(f *flow) { f.serverMetadata(200, published) },
		func(f *flow) { f.register(201, `{"client_id":"c"}`) },
		func(f *flow) { f.authorize(302, asURL+"/login") },
		func(f *flow) { f.consented(granted); f.calledBack(granted) },
		func(f *flow) { f.token(200, issued) },
		func(f *flow) { f.call("t", 200, "", resultOf) },
	}
}

// in walks the first steps of the way in.
func (f *flow) in(n int) *flow {
	for _, step := range steps()[:n] {
		step(f)
	}
	return f
}

func TestTheDoorIsTheOneBehindTheFurthestSuccess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flow   *flow
		door   reading.Door
		at     int // the last exchange at the door
		passed int // doors
	}{
		"nothing":                 {newFlow(), reading.DoorChallenge, 0, 0},
		"no challenge":            {with(newFlow(), func(f *flow) { f.call("", 403, "", "") }), reading.DoorChallenge, 1, 0},
		"challenge":               {newFlow().in(1), reading.DoorResourceMetadata, 1, 1},
		"resource metadata gone":  {with(newFlow().in(1), func(f *flow) { f.resourceMetadata(404) }), reading.DoorResourceMetadata, 2, 1},
		"resource metadata":       {newFlow().in(2), reading.DoorServerMetadata, 2, 2},
		"server metadata gone":    {with(newFlow().in(2), func(f *flow) { f.serverMetadata(404, published) }), reading.DoorServerMetadata, 3, 2},
		"server metadata refused": {with(newFlow().in(2), func(f *flow) { f.serverMetadata(200, "") }), reading.DoorServerMetadata, 3, 3},
		"server metadata":         {newFlow().in(3), reading.DoorRegistration, 3, 3},
		"registration refused":    {with(newFlow().in(3), func(f *flow) { f.register(403, `{}`) }), reading.DoorRegistration, 4, 3},
		"registration":            {newFlow().in(4), reading.DoorAuthorize, 4, 4},
		"authorization refused":   {with(newFlow().in(4), func(f *flow) { f.authorize(400, "") }), reading.DoorAuthorize, 5, 4},
		"refused by redirect":     {with(newFlow().in(4), func(f *flow) { f.authorize(302, refused) }), reading.DoorAuthorize, 5, 4},
		"authorization":           {newFlow().in(5), reading.DoorConsent, 5, 5},
		"consent denied":          {with(newFlow().in(5), func(f *flow) { f.consented(denied); f.calledBack(denied) }), reading.DoorConsent, 5, 5},
		"consent":                 {newFlow().in(6), reading.DoorCallback, 5, 6},
		"code refused":            {with(newFlow().in(6), func(f *flow) { f.token(400, `{"error":"invalid_grant"}`) }), reading.DoorToken, 8, 7},
		"token":                   {newFlow().in(7), "", 0, 8}, // an imported recording may end here
		"token refused":           {with(newFlow().in(7), func(f *flow) { f.call("t", 401, "", "") }), reading.DoorCall, 9, 8},
		"tool error":              {with(newFlow().in(7), func(f *flow) { f.call("t", 200, "", `{"result":{"isError":true}}`) }), reading.DoorCall, 9, 8},
		"result":                  {newFlow().in(8), "", 0, 9},
		"token refused, and authorization after it": {
			with(newFlow().in(7), func(f *flow) { f.call("t", 401, "", ""); f.authorize(400, "") }), reading.DoorCall, 9, 8,
		},
		"no way in needed": {with(newFlow(), func(f *flow) { f.call("stored", 200, "", resultOf) }), "", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := reading.NewView(&c.flow.rec)
			p := v.Progress(v.Whole())
			if p.Broken != c.door || p.At != c.at || len(p.Passed) != c.passed {
				t.Errorf("broken at %q, exchange %d, passed %v; want %q, %d, %d doors", p.Broken, p.At, p.Passed, c.door, c.at, c.passed)
			}
		})
	}
}

// with takes further steps.
func with(f *flow, further func(*flow)) *flow {
	further(f)
	return f
}

// In a cell, whose client was told to call a tool, a token is not yet the end.
func TestATokenIsNotTheEndOfAnAttempt(t *testing.T) {
	t.Parallel()
	f := newFlow()
	f.told("connect", "")
	f.in(7)
	f.answered("ok", "")
	v := reading.NewView(&f.rec)
	if p := v.Progress(v.Whole()); p.Broken != reading.DoorCall {
		t.Errorf("broken at %q, want %q", p.Broken, reading.DoorCall)
	}
}

// A client that had a token stands at the door that its refusal leads to,
// unless it begins anew.
func TestTheDoorOfALaterAttempt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attempt func(*flow)
		door    reading.Door
	}{
		"expired":             {func(f *flow) { f.call("t", 401, `Bearer error="invalid_token"`, "") }, reading.DoorRefresh},
		"expired, then looks": {func(f *flow) { f.call("t", 401, "Bearer", ""); f.resourceMetadata(200) }, reading.DoorRefresh},
		"lacks scope":         {func(f *flow) { f.call("t", 403, `Bearer error="insufficient_scope"`, "") }, reading.DoorStepUp},
		"server error":        {func(f *flow) { f.call("t", 500, "", "") }, reading.DoorCall},
		"tool error":          {func(f *flow) { f.call("t", 200, "", `{"error":{}}`) }, reading.DoorCall},
		"begins anew":         {func(f *flow) { f.call("t", 401, "", ""); f.serverMetadata(404, "") }, reading.DoorServerMetadata},
		"and is refused":      {func(f *flow) { f.call("t", 401, "", ""); f.serverMetadata(200, published); f.authorize(400, "") }, reading.DoorAuthorize},
		"has no token":        {(*flow).challenged, reading.DoorResourceMetadata},
		"sends nothing":       {func(*flow) {}, reading.DoorChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlow().in(8)
			f.told("call", "echo")
			c.attempt(f)
			f.answered("failed", "no luck")
			v := reading.NewView(&f.rec)
			if got := doorOf(v, v.Attempts[0]); got != c.door {
				t.Errorf("door %q, want %q", got, c.door)
			}
		})
	}
}

func TestDoorsAreInTheOrderOfThePath(t *testing.T) {
	t.Parallel()
	if n := len(reading.Doors()); n != 11 {
		t.Errorf("%d doors, want 11", n)
	}
	if !slices.IsSortedFunc(reading.Doors(), func(a, b reading.Door) int { return a.Index() - b.Index() }) {
		t.Errorf("%v", reading.Doors())
	}
	if reading.Door("window").Index() != -1 {
		t.Error("a door that does not exist has a place on the path")
	}
}
