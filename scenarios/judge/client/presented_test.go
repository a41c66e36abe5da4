package client

import (
	"net/http"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// judgement is what one check says of a recording that is written by hand.
type judgement struct {
	check string
	flow  *judgetest.Flow
	want  check.State
}

func agree(t *testing.T, table map[string]judgement) {
	t.Helper()
	all := Checks()
	for name, j := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(c check.Check) bool { return c.ID == j.check })
			if i < 0 {
				t.Fatalf("there is no check %s", j.check)
			}
			if r := all[i].Judge(reading.NewView(&j.flow.Rec)); r.State != j.want {
				t.Errorf("%s: state %d, want %d: expected %s, observed %s %v", j.check, r.State, j.want, r.Expected, r.Observed, r.Exchanges)
			}
		})
	}
}

// after walks the way in up to a step, and goes on.
func after(way judgetest.Way, further ...func(*judgetest.Flow)) *judgetest.Flow {
	f := judgetest.New().In(way)
	for _, step := range further {
		step(f)
	}
	return f
}

// imported makes it the file of another recorder.
func imported(f *judgetest.Flow) *judgetest.Flow {
	f.Rec.Creator = "proxy 1"
	return f
}

func call(token string, status int, challenge string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) { f.MCP("initialize", token, status, challenge, "") }
}

// scheme changes the scheme of the newest request, and sends a DPoP proof with
// it where there is one.
func scheme(name, proof string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		h := f.Rec.Exchanges[len(f.Rec.Exchanges)-1].Request.Header
		if h.Get("Authorization") != "" {
			h.Set("Authorization", name+" t")
		}
		if proof != "" {
			h.Set("DPoP", proof)
		}
	}
}

func issues(kind, proof string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.Redeem(http.StatusOK, `{"access_token":"t","token_type":"`+kind+`"}`)
		scheme("", proof)(f)
	}
}

const dpopChallenge = `DPoP algs="ES256"`

func TestATokenIsPresented(t *testing.T) {
	t.Parallel()
	const id = "call/token-presented"
	agree(t, map[string]judgement{
		"came back without it":       {id, after(judgetest.WithToken, call("", 401, judgetest.Challenge)), check.Broken},
		"presented it":               {id, after(judgetest.WithToken, call("t", 200, "")), check.Kept},
		"presented it, and refused":  {id, after(judgetest.WithToken, call("t", 401, "Bearer")), check.Kept},
		"asked, then presented it":   {id, after(judgetest.WithToken, call("", 401, judgetest.Challenge), call("t", 200, "")), check.Kept},
		"did not come back":          {id, after(judgetest.WithToken), check.NotSeen},
		"served without it":          {id, after(judgetest.WithToken, call("", 200, "")), check.NotSeen},
		"no token issued":            {id, after(judgetest.WithCode, call("", 401, judgetest.Challenge)), check.NotSeen},
		"a look at the challenge":    {id, after(judgetest.WithToken, func(f *judgetest.Flow) { f.Get(trace.MCPServer, judgetest.MCPURL, 401, "") }), check.NotSeen},
		"told of a token, not shown": {id, imported(after(judgetest.WithToken, call("", 401, `Bearer error="invalid_token"`))), check.NotSeen},
		"a program that begins anew": {id, after(judgetest.WithToken, func(f *judgetest.Flow) {
			f.Rec.Events = append(f.Rec.Events,
				trace.Event{Kind: trace.Told, Detail: map[string]string{"action": "connect"}},
				trace.Event{After: len(f.Rec.Exchanges), Kind: trace.Answered, Detail: map[string]string{"status": "ok"}},
				trace.Event{After: len(f.Rec.Exchanges), Kind: trace.Told, Detail: map[string]string{"action": "restart"}})
			call("", 401, judgetest.Challenge)(f)
		}), check.NotSeen},
	})
}

func TestATokenTypeIsUnderstood(t *testing.T) {
	t.Parallel()
	const understood, proved = "call/token-type-understood", "call/dpop-token-with-proof"
	agree(t, map[string]judgement{
		"Bearer":                        {understood, after(judgetest.WithResult), check.Kept},
		"in lower case":                 {understood, after(judgetest.WithCode, issues("bearer", ""), call("t", 200, "")), check.Kept},
		"mac as Bearer":                 {understood, after(judgetest.WithCode, issues("mac", ""), call("t", 401, "Bearer")), check.Broken},
		"DPoP as Bearer":                {understood, after(judgetest.WithCode, issues("DPoP", ""), call("t", 401, dpopChallenge)), check.Broken},
		"DPoP as Bearer, had a proof":   {understood, after(judgetest.WithCode, issues("DPoP", "p"), call("t", 200, "")), check.NotSeen},
		"not named":                     {understood, after(judgetest.WithCode, issues("", ""), call("t", 200, "")), check.NotSeen},
		"a token of another response":   {understood, after(judgetest.WithCode, issues("mac", ""), call("u", 200, "")), check.NotSeen},
		"DPoP with a proof":             {proved, after(judgetest.WithCode, issues("DPoP", "p"), call("t", 200, ""), scheme("DPoP", "q")), check.Kept},
		"DPoP without a proof":          {proved, after(judgetest.WithCode, issues("DPoP", "p"), call("t", 401, ""), scheme("DPoP", "")), check.Broken},
		"Bearer, not challenged yet":    {proved, after(judgetest.WithCode, issues("DPoP", "p"), call("t", 200, "")), check.NotSeen},
		"Bearer in spite of the scheme": {proved, after(judgetest.WithCode, issues("DPoP", "p"), call("", 401, dpopChallenge), call("t", 401, "")), check.Broken},
		"a client without DPoP":         {proved, after(judgetest.WithResult), check.NotSeen},
	})
}

// A program that begins anew has no session yet; in one that had the token every
// request has it, until it is refused.
func TestTokenInASession(t *testing.T) {
	t.Parallel()
	in := func(method, token string, status int) func(*judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.MCP(method, token, status, "", judgetest.Result).Request.Header.Set("Mcp-Session-Id", "s")
		}
	}
	look := func(f *judgetest.Flow) { f.MCP("initialize", "", http.StatusUnauthorized, judgetest.Challenge, "") }
	ends := func(f *judgetest.Flow) {
		in("", "", http.StatusOK)(f)
		x := &f.Rec.Exchanges[len(f.Rec.Exchanges)-1]
		x.Request.Method, x.Request.Body = http.MethodGet, trace.Body{}
	}
	agree(t, map[string]judgement{
		"a stream without the token":       {"call/token-in-header", after(judgetest.WithToken, in("tools/list", "t", 200), ends), check.Broken},
		"after a look at the challenge":    {"call/token-in-header", after(judgetest.WithToken, in("tools/list", "t", 200), look, in("tools/list", "", 401)), check.Broken},
		"begins anew":                      {"call/token-in-header", after(judgetest.WithToken, in("tools/list", "t", 200), look), check.Kept},
		"after the token was refused":      {"call/token-in-header", after(judgetest.WithToken, in("tools/list", "t", 401), in("tools/list", "", 401)), check.Kept},
		"a session that nobody had opened": {"call/token-in-header", after(judgetest.WithToken, in("tools/list", "t", 200), look, call("", 401, "")), check.Kept},
	})
}
