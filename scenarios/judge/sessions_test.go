package judge

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// play is a recording that a test writes down exchange by exchange.
type play struct{ rec trace.Recording }

const (
	playMCP    = "http://127.0.0.1:3/mcp"
	playServer = "http://127.0.0.1:1"
)

func newPlay() *play {
	return &play{trace.Recording{Schema: trace.Schema, Setting: trace.Setting{MCPURL: playMCP, Issuer: playServer}}}
}

func (p *play) says(from trace.Actor, method, url, body string, status int, answer string) *trace.Exchange {
	id := len(p.rec.Exchanges) + 1
	to := trace.AuthorizationServer
	if url == playMCP {
		to = trace.MCPServer
	}
	p.rec.Exchanges = append(p.rec.Exchanges, trace.Exchange{
		ID: id, From: from, To: to, At: time.Duration(id) * time.Second, Took: time.Millisecond,
		Request:  trace.Request{Method: method, URL: url, Header: http.Header{}, Body: trace.Body{Text: body}},
		Response: &trace.Response{Status: status, Header: http.Header{}, Body: trace.Body{Text: answer}},
	})
	return &p.rec.Exchanges[id-1]
}

func (p *play) event(kind trace.EventKind, detail map[string]string) {
	p.rec.Events = append(p.rec.Events, trace.Event{Kind: kind, Detail: detail, After: len(p.rec.Exchanges)})
}

func (p *play) told(action string) { p.event(trace.Told, map[string]string{"action": action}) }
func (p *play) answered()          { p.event(trace.Answered, map[string]string{"status": "ok"}) }

func (p *play) refresh(sent, access, refresh string) {
	x := p.says(trace.Client, http.MethodPost, playServer+"/token", "grant_type=refresh_token&refresh_token="+sent, 200,
		fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"token_type":"Bearer"}`, access, refresh))
	x.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
}

func (p *play) call(token string) {
	x := p.says(trace.Client, http.MethodPost, playMCP, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}`,
		200, `{"jsonrpc":"2.0","id":1,"result":{}}`)
	x.Request.Header.Set("Authorization", "Bearer "+token)
}

func judgedBy(t *testing.T, id string, rec *trace.Recording) Result {
	t.Helper()
	for _, c := range Checks() {
		if c.ID == id {
			return c.Judge(NewView(rec))
		}
	}
	t.Fatalf("no check %s", id)
	return Result{}
}

func TestSessionsOfOneInstallationShareTheirTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sent, used string
		alone      bool // no second session
		want       State
	}{
		"the other goes on with the new token":     {"", "a2", false, Good},
		"the other refreshes with the newest":      {"r2", "a3", false, Unseen},
		"the other sends what was replaced":        {"r1", "a3", false, Bad},
		"one session repeats itself":               {"r1", "a3", true, Unseen}, // refresh/rotated-token-used
		"the other goes on with a token of before": {"", "a1", false, Unseen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlay()
			p.call("a1")
			if !test.alone {
				p.told(secondSession)
				p.answered()
			}
			p.told("call")
			p.refresh("r1", "a2", "r2")
			p.call("a2")
			p.answered()
			if test.alone {
				p.told("call")
			} else {
				p.told(secondSession)
			}
			if test.sent != "" {
				p.refresh(test.sent, "a3", "r3")
			}
			p.call(test.used)
			p.answered()
			if got := judgedBy(t, "persistence/sessions-share-tokens", &p.rec); got.State != test.want {
				t.Errorf("%d, want %d: %s", got.State, test.want, got.Observed)
			}
			rotated := judgedBy(t, "refresh/rotated-token-used", &p.rec)
			if mine := test.alone; (rotated.State == Bad) != mine {
				t.Errorf("refresh/rotated-token-used: %d, %s", rotated.State, rotated.Observed)
			}
		})
	}
}

func TestTheServerIsFoundAgain(t *testing.T) {
	t.Parallel()
	const other = "http://127.0.0.1:2"
	for name, test := range map[string]struct {
		challenge string
		asked     string
		want      State
	}{
		"the new one":                    {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, other, Good},
		"the former one":                 {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, playServer, Bad},
		"a challenge that leads nowhere": {"Bearer", playServer, Unseen},
		"nobody asked":                   {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, "", Unseen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authorize := func(p *play, server string) {
				p.says(trace.UserAgent, http.MethodGet, server+"/authorize?response_type=code&client_id=c&state=s", "", 200, "")
			}
			p := newPlay()
			authorize(p, playServer)
			p.event(trace.Switched, map[string]string{"action": SwitchMigrate})
			p.says(trace.Client, http.MethodPost, playMCP, `{"jsonrpc":"2.0","id":1,"method":"ping"}`, 401, "").
				Response.Header.Set("WWW-Authenticate", test.challenge)
			if test.asked != "" {
				// Another query: the same URL would be the same request over again.
				p.says(trace.UserAgent, http.MethodGet, test.asked+"/authorize?response_type=code&client_id=c&state=t", "", 200, "")
			}
			if got := judgedBy(t, "persistence/server-found-again", &p.rec); got.State != test.want {
				t.Errorf("%d, want %d: %s", got.State, test.want, got.Observed)
			}
		})
	}
}

// What C.10 shows comes after everything else, and so explains nothing of it.
func TestWhatCameLaterExplainsNoBreak(t *testing.T) {
	t.Parallel()
	found := []judged{{check: Check{ID: "a", Scenario: "C.10"}}, {check: Check{ID: "b", Scenario: "C.6"}}}
	for scenario, want := range map[string]int{"C.7": 1, "C.10": 2} {
		if got := explaining(found, &goal{scenario: scenario}); len(got) != want {
			t.Errorf("%s: %d findings, want %d", scenario, len(got), want)
		}
	}
	if got := explaining(found, nil); len(got) != 2 {
		t.Errorf("without a break: %d findings", len(got))
	}
}

func TestRegistrationsNameTheirRedirects(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]State{
		`{"client_name":"c","redirect_uris":["http://127.0.0.1/callback"]}`:               Good,
		`{"client_name":"c","redirect_uris":[]}`:                                          Bad,
		`{"client_name":"c"}`:                                                             Bad,
		`{"redirect_uris":[],"grant_types":[],"response_types":[]}`:                       Bad,
		`{"redirect_uris":[],"grant_types":["authorization_code","refresh_token"]}`:       Bad,
		`{"client_name":"c","grant_types":["client_credentials"]}`:                        Unseen,
		`{"redirect_uris":["https://c.example/cb"],"grant_types":["authorization_code"]}`: Good,
		`not json`: Unseen,
	} {
		p := newPlay()
		p.says(trace.Client, http.MethodPost, playServer+"/register", body, 201, `{"client_id":"c"}`)
		if got := judgedBy(t, "registration/redirect-uris-sent", &p.rec); got.State != want {
			t.Errorf("%s: %d, want %d", body, got.State, want)
		}
	}
}
