package judge

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// request is an MCP request with a token.
func (f *flow) request(method, tool string, status int, challenge, answer string) {
	f.call("t", status, challenge, answer)
	body := &f.rec.Exchanges[len(f.rec.Exchanges)-1].Request.Body
	body.Text = `{"jsonrpc":"2.0","id":1,"method":"` + method + `","params":{"name":"` + tool + `"}}`
}

// The exchanges of allTheWay, by what they are.
const (
	atRegister = iota + 4
	atAuthorizePage
	atConsentForm
	atDelivery
	atRedeem
	atList
	atEcho
	atRefusedWrite
	atWrite
)

// allTheWay passes every door.
func allTheWay() *flow {
	f := newFlow().in(7)
	f.request("tools/list", "", 200, "", resultOf)
	f.request("tools/call", "echo", 200, "", resultOf)
	f.request("tools/call", "write", 403, `Bearer error="insufficient_scope"`, "")
	f.request("tools/call", "write", 200, "", resultOf)
	f.add(trace.Client, trace.AuthorizationServer, http.MethodPost, asURL+"/token", "grant_type=refresh_token", 200, nil, issued)
	return f
}

// cut keeps the first n exchanges.
func (f *flow) cut(n int) { f.rec.Exchanges = f.rec.Exchanges[:n] }

// fail ends the flow with an exchange that is answered with an error.
func (f *flow) fail(id, status int) {
	f.cut(id)
	f.rec.Exchanges[id-1].Response = &trace.Response{Status: status, Header: http.Header{}}
}

// answer replaces the answer of an exchange; the flow ends with it.
func (f *flow) answer(id int, body string) {
	f.cut(id)
	f.rec.Exchanges[id-1].Response.Body.Text = body
}

func (f *flow) landed(location string) {
	f.event(trace.Landed, map[string]string{"url": location, "delivered": "true"})
}

func doorWords(doors []report.Door) string {
	var b strings.Builder
	for _, d := range doors {
		switch {
		case d.Passed:
			b.WriteString(d.Stage + " ")
		case d.Seen():
			b.WriteString("!" + d.Stage + " ")
		}
	}
	return strings.TrimSpace(b.String())
}

func TestJourney(t *testing.T) {
	t.Parallel()
	const (
		toMetadata  = "challenge resource-metadata as-metadata"
		toAuthorize = toMetadata + " registration authorize"
		toCallback  = toAuthorize + " consent callback"
		toCall      = toCallback + " token call"
		noConsent   = callback + "?error=access_denied&state=s"
		noScope     = callback + "?error=invalid_scope&state=s"
	)
	for name, c := range map[string]struct {
		change func(*flow)
		want   string
	}{
		"all":                     {func(*flow) {}, toCall + " step-up refresh"},
		"nothing":                 {func(f *flow) { f.cut(0) }, ""},
		"no challenge in the 401": {func(f *flow) { f.cut(0); f.call("", 401, "", "") }, "!challenge"},
		"a page for the resource metadata": {
			func(f *flow) { f.answer(2, "<html>") }, "challenge !resource-metadata",
		},
		"a page for the server metadata": {
			func(f *flow) { f.answer(3, "<html>") }, "challenge resource-metadata !as-metadata",
		},
		"registration refused":           {func(f *flow) { f.fail(atRegister, 403) }, toMetadata + " !registration"},
		"registration without client_id": {func(f *flow) { f.answer(atRegister, "{}") }, toMetadata + " !registration"},
		"the client has an id": {
			func(f *flow) { f.fail(atRegister, 403); f.authorize(302, asURL+"/login") }, toAuthorize,
		},
		"authorize refused": {func(f *flow) { f.fail(atAuthorizePage, 400) }, toMetadata + " registration !authorize"},
		"authorize unanswered": {func(f *flow) {
			f.cut(atAuthorizePage)
			f.rec.Exchanges[atAuthorizePage-1].Response = nil
		}, toMetadata + " registration !authorize"},
		"authorize refused by redirect": {
			func(f *flow) { f.cut(atRegister); f.authorize(302, noScope); f.calledBack(noScope) },
			toMetadata + " registration !authorize !callback",
		},
		"consent denied": {
			func(f *flow) { f.cut(atAuthorizePage); f.consented(noConsent); f.calledBack(noConsent) },
			toAuthorize + " !consent !callback",
		},
		"consent denied, then given": {
			func(f *flow) {
				f.cut(atAuthorizePage)
				f.consented(noConsent)
				f.calledBack(noConsent)
				f.authorize(200, "")
				f.consented(granted)
				f.calledBack(granted)
				f.token(200, issued)
			}, toCallback + " token",
		},
		"callback dropped": {func(f *flow) { f.cut(atDelivery) }, toAuthorize + " consent !callback"},
		"callback refused": {func(f *flow) { f.fail(atDelivery, 400) }, toAuthorize + " consent !callback"},
		"token refused":    {func(f *flow) { f.fail(atRedeem, 400) }, toCallback + " !token"},
		"no access token":  {func(f *flow) { f.answer(atRedeem, "{}") }, toCallback + " !token"},
		"list without call": {
			func(f *flow) { f.cut(atList) }, toCall,
		},
		"list without call by a client that was told to call": {
			func(f *flow) { f.cut(atList); f.told("call", "echo") }, toCallback + " token",
		},
		"initialize is the last of the recording": {
			func(f *flow) { f.cut(atRedeem); f.request("initialize", "", 200, "", resultOf) }, toCall,
		},
		"no answer to call": {func(f *flow) {
			f.cut(atEcho)
			f.rec.Exchanges[atList-1].Response, f.rec.Exchanges[atEcho-1].Response = nil, nil
		}, toCallback + " token !call"},
		"tool error": {
			func(f *flow) {
				f.cut(atRedeem)
				f.request("tools/call", "echo", 200, "", `{"result":{"isError":true}}`)
			}, toCallback + " token !call",
		},
		"stuck at step-up": {func(f *flow) { f.cut(atRefusedWrite) }, toCall + " !step-up"},
		"another tool after the step-up": {
			func(f *flow) { f.cut(atRefusedWrite); f.request("tools/call", "echo", 200, "", resultOf) }, toCall + " !step-up",
		},
		"step-up to initialize": {
			func(f *flow) {
				f.cut(atRedeem)
				f.request("initialize", "", 403, `Bearer error="insufficient_scope"`, "")
				f.request("initialize", "", 200, "", resultOf)
			}, toCall + " step-up",
		},
		"refresh refused": {func(f *flow) { f.fail(atWrite+1, 400) }, toCall + " step-up !refresh"},
		"callback not shown": {func(f *flow) {
			f.cut(atConsentForm)
			f.token(200, issued)
		}, toCallback + " token"},
		"landed":               {func(f *flow) { f.cut(0); f.landed("app:/cb?code=x"); f.token(200, issued) }, "callback token"},
		"landed, and dropped":  {func(f *flow) { f.cut(0); f.landed("app:/cb?code=x") }, "!callback"},
		"landed with an error": {func(f *flow) { f.cut(0); f.landed("app:/cb?error=access_denied") }, ""},
		"the MCP server is the authorization server": {func(f *flow) {
			for i := range f.rec.Exchanges {
				if f.rec.Exchanges[i].To == trace.AuthorizationServer {
					f.rec.Exchanges[i].To = trace.MCPServer
				}
			}
		}, toCall + " step-up refresh"},
		"and without metadata": {func(f *flow) {
			for i := range f.rec.Exchanges {
				if f.rec.Exchanges[i].To == trace.AuthorizationServer {
					f.rec.Exchanges[i].To = trace.MCPServer
				}
			}
			f.rec.Exchanges[2].Response = &trace.Response{Status: 404}
		}, strings.Replace(toCall, "as-metadata", "!as-metadata", 1) + " step-up refresh"},
		"client ID metadata document": {func(f *flow) {
			f.cut(0)
			f.authorize(200, "")
			r := &f.rec.Exchanges[0].Request
			r.URL = strings.Replace(r.URL, "client_id=c", "client_id=https%3A%2F%2Fc.example%2Fid&client_id=other", 1)
		}, "registration authorize"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := allTheWay()
			c.change(f)
			if got := doorWords(Journey(&f.rec)); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Of each door the first success is told, or else the last failure.
func TestJourneyInWords(t *testing.T) {
	t.Parallel()
	f := newFlow().in(1)
	f.resourceMetadata(404)
	f.resourceMetadata(200)
	f.resourceMetadata(200)
	f.serverMetadata(404, published)
	f.serverMetadata(500, published)
	f.register(201, "{}")
	f.authorize(302, asURL+"/login")
	f.consented(callback + "?error=access_denied&error_description=no&state=s")
	f.token(400, `{"error":"invalid_grant","error_description":"no code"}`)
	f.rec.Exchanges[len(f.rec.Exchanges)-1].Request.Body.Text = "grant_type=client_credentials"
	f.request("tools/call", "echo", 401, `Bearer error="invalid_token"`, `{"error":"invalid_token"}`)
	f.request("tools/call", "echo", 200, "", `{"error":{"code":1,"message":"m"}}`)
	want := []report.Door{
		{Stage: "challenge", Passed: true, Exchange: 1, Note: "401"},
		{Stage: "resource-metadata", Passed: true, Exchange: 3, Note: "200"},
		{Stage: "as-metadata", Exchange: 6, Note: "500"},
		{Stage: "registration", Passed: true, Exchange: 8, Note: "the client brought the id c"},
		{Stage: "authorize", Passed: true, Exchange: 8, Note: "302"},
		{Stage: "consent", Exchange: 9, Note: "access_denied"},
		{Stage: "callback"},
		{Stage: "token", Exchange: 10, Note: "client_credentials: 400 invalid_grant: no code"},
		{Stage: "call", Exchange: 12, Note: "tools/call echo: 200 without a result"},
		{Stage: "step-up"},
		{Stage: "refresh"},
	}
	if diff := cmp.Diff(want, Journey(&f.rec)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What the doors say must not contradict the door that the judge names.
func TestTheBrokenDoorIsNotPassed(t *testing.T) {
	t.Parallel()
	for n := range len(steps()) + 1 {
		f := newFlow().in(n)
		v := reading.NewView(&f.rec)
		p := v.Progress(v.Whole())
		for _, d := range Journey(&f.rec) {
			if d.Stage == string(p.Broken) && d.Passed {
				t.Errorf("after %d steps the door %s is broken, and was passed in exchange %d: %s", n, d.Stage, d.Exchange, d.Note)
			}
		}
	}
}
