package judge

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

func lawBook(tb testing.TB) *requirement.Book {
	tb.Helper()
	b, err := requirement.Default()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// begin opens a scenario of a cell.
func (f *flow) begin(id string) { f.event(trace.ScenarioBegins, map[string]string{"id": id}) }

// typedIn is a cell in which a token let the client in, without a flow.
func typedIn() *flow {
	f := newFlow()
	f.begin("C.1")
	f.told("connect", "")
	f.call("typed", 200, "", resultOf)
	f.answered("ok", "")
	f.begin("C.8")
	f.told("call", "echo")
	f.call("typed", 200, "", resultOf)
	f.answered("ok", "")
	return f
}

func verdictOf(c report.Cell, id string) report.Verdict {
	for _, s := range c.Scenarios {
		if s.ID == id {
			return s.Verdict
		}
	}
	return ""
}

func accused(c report.Cell, check string) bool {
	for _, s := range c.Scenarios {
		for _, f := range s.Findings {
			if f.Check == check && f.Verdict == report.Fail {
				return true
			}
		}
	}
	return false
}

func TestATokenThatTheUserTypedInNeedsNoFlow(t *testing.T) {
	t.Parallel()
	f := typedIn()
	c := Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.1", "C.2", "C.3", "C.4", "C.5", "C.8"}})
	for _, id := range []string{"C.1", "C.2", "C.3", "C.4", "C.5"} {
		if got := verdictOf(c, id); got != report.NotApplicable {
			t.Errorf("%s is %s", id, got)
		}
	}
	if c.Verdict != report.Pass || !c.Connected || c.Culprit != "" {
		t.Errorf("%s, connected %t, culprit %q: %s", c.Verdict, c.Connected, c.Culprit, c.Summary)
	}
	if c := Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.1"}}); c.Verdict != report.NotApplicable {
		t.Errorf("C.1 alone is %s", c.Verdict)
	}
	// Clients that look around first come with their token all the same.
	looks := newFlow()
	looks.begin("C.1")
	looks.told("connect", "")
	looks.challenged()
	looks.resourceMetadata(404)
	looks.call("typed", 200, "", resultOf)
	looks.answered("ok", "")
	if c := Cell(&looks.rec, Options{Book: lawBook(t), Scenarios: []string{"C.2"}}); c.Verdict != report.NotApplicable {
		t.Errorf("C.2 of a client that looks around is %s", c.Verdict)
	}

	f.begin("C.6")
	f.event(trace.Switched, map[string]string{"action": reading.SwitchExpire})
	f.told("call", "echo")
	f.call("typed", 401, `Bearer error="invalid_token"`, "")
	f.answered("failed", "the token was refused")
	c = Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.6", "C.8"}})
	if got := verdictOf(c, "C.6"); got != report.NotApplicable || c.Verdict != report.Pass || accused(c, "errors/reacts-to-401") {
		t.Errorf("C.6 is %s, the cell %s", got, c.Verdict)
	}
}

func TestATypedTokenTravelsOnEveryRequest(t *testing.T) {
	t.Parallel()
	f := typedIn()
	f.begin("C.7")
	f.told("call", "echo")
	f.call("", 200, "", resultOf)
	f.answered("ok", "")
	if c := Cell(&f.rec, Options{Book: lawBook(t)}); !accused(c, "call/token-in-header") {
		t.Error("a request without the token is overlooked")
	}
}

func TestWhatExcusesNobodyFromTheFlow(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f *flow){
		"the token was refused": func(f *flow) { f.rec.Exchanges[0].Response.Status = http.StatusUnauthorized },
		"an imported recording": func(f *flow) { f.rec.Events = nil },
		"a token was issued": func(f *flow) {
			after := f.rec.Exchanges
			f.rec.Exchanges = nil
			f.token(200, issued)
			for i := range after {
				after[i].ID += len(f.rec.Exchanges)
			}
			f.rec.Exchanges = append(f.rec.Exchanges, after...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := typedIn()
			change(f)
			c := Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.1"}})
			if c.Verdict == report.NotApplicable || c.Verdict.Good() {
				t.Errorf("C.1 is %s", c.Verdict)
			}
		})
	}
}

func TestAClientThatKnowsNoAuthorizationIsUnsupported(t *testing.T) {
	t.Parallel()
	turnedAway := func(status string, more func(*flow)) report.Cell {
		f := newFlow()
		f.begin("C.1")
		f.told("connect", "")
		f.call("", 401, `Bearer resource_metadata="http://127.0.0.1:8001/.well-known/oauth-protected-resource/mcp"`, "")
		if more != nil {
			more(f)
		}
		f.answered(status, "it knows no OAuth")
		f.begin("C.8")
		return Cell(&f.rec, Options{Book: lawBook(t)})
	}
	c := turnedAway("unsupported", nil)
	if c.Verdict != report.Unsupported || c.Culprit != "" || c.Connected || !strings.Contains(c.Summary, "it knows no OAuth") {
		t.Errorf("%s, culprit %q: %s", c.Verdict, c.Culprit, c.Summary)
	}
	if accused(c, "errors/reacts-to-401") {
		t.Error("a client without OAuth is accused of not reacting to a challenge")
	}
	// An attack that it never comes near tells nothing else.
	hostile := turnedAway("unsupported", func(f *flow) { f.rec.Setting.RefuseAt, f.rec.Setting.Kind = "callback", "hostile" })
	if hostile.Verdict != report.Unsupported || hostile.Culprit != "" {
		t.Errorf("at an attack %s, culprit %q: %s", hostile.Verdict, hostile.Culprit, hostile.Summary)
	}
	failed := turnedAway("failed", func(f *flow) { f.rec.Setting.RefuseAt, f.rec.Setting.Kind = "callback", "hostile" })
	if failed.Verdict != report.Untested {
		t.Errorf("a client that fell over before the attack is %s", failed.Verdict)
	}
	// The same silence without the word for it is a fault.
	if c := turnedAway("failed", nil); c.Verdict != report.Fail || !accused(c, "errors/reacts-to-401") {
		t.Errorf("a client that gives up is %s", c.Verdict)
	}
	// And the word excuses nobody who began.
	if c := turnedAway("unsupported", func(f *flow) { f.resourceMetadata(200) }); c.Verdict != report.Fail {
		t.Errorf("a client that began is %s", c.Verdict)
	}
}

func TestNobodyRefusesAtAnAddressWhereNobodyIs(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{http.StatusBadRequest: true, http.StatusNotFound: false} {
		f := newFlow().in(4)
		f.rec.Setting.Registered = []trace.RegisteredClient{{ClientID: "c", RedirectURIs: []string{"http://127.0.0.1/callback"}}}
		f.authorize(status, "")
		c := Cell(&f.rec, Options{Book: lawBook(t)})
		if got := accused(c, "authorize/loopback-any-port"); got != want {
			t.Errorf("status %d: accused %t", status, got)
		}
	}
}

// RFC 8252 section 7.3 frees the port of IP literals, and section 8.3 does not
// recommend the name.
func TestTheNameLocalhostHasNoFreePort(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{"127.0.0.1": true, "localhost": false} {
		f := newFlow().in(4)
		f.rec.Setting.Registered = []trace.RegisteredClient{{ClientID: "c", RedirectURIs: []string{"http://" + host + "/callback"}}}
		f.authorize(http.StatusBadRequest, "")
		x := &f.rec.Exchanges[len(f.rec.Exchanges)-1]
		x.Request.URL = strings.ReplaceAll(x.Request.URL, callback, strings.ReplaceAll(callback, "127.0.0.1", host))
		c := Cell(&f.rec, Options{Book: lawBook(t)})
		if got := accused(c, "authorize/loopback-any-port"); got != want {
			t.Errorf("%s: accused %t, by %s", host, got, x.Request.URL)
		}
	}
}

func TestTheKeysOfAClientAreNotItsDocument(t *testing.T) {
	t.Parallel()
	const document, keys = "https://client.example/client.json", "https://client.example/jwks.json"
	f := newFlow().in(4)
	f.add(trace.AuthorizationServer, trace.MetadataHost, http.MethodGet, document, "", 200, nil,
		`{"client_id":"`+document+`","client_name":"c","redirect_uris":["`+callback+`"],"jwks_uri":"`+keys+`"}`)
	f.add(trace.AuthorizationServer, trace.MetadataHost, http.MethodGet, keys, "", 200, nil, `{"keys":[]}`)
	if v := reading.NewView(&f.rec); len(v.ClientDocuments) != 1 || v.ClientDocuments[0].Request.URL != document {
		t.Errorf("%d documents", len(v.ClientDocuments))
	}
}

func TestEndpointsThatTheUserTypedInAreNotDiscovered(t *testing.T) {
	t.Parallel()
	const check = "discovery/uses-resource-metadata"
	for name, tt := range map[string]struct {
		change func(f *flow)
		typed  bool
	}{
		"typed in":           {func(*flow) {}, true},
		"nothing handed out": {func(f *flow) { f.rec.Setting.Configured = nil }, false},
		"guessed at the MCP server": {func(f *flow) {
			x := &f.rec.Exchanges[1]
			x.Request.URL = strings.Replace(x.Request.URL, asURL, "http://127.0.0.1:8001", 1)
		}, false},
		"an imported recording": {func(f *flow) { f.rec.Events = nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlow()
			f.rec.Setting.Configured = &trace.RegisteredClient{ClientID: "c", RedirectURIs: []string{callback}}
			f.begin("C.1")
			f.told("connect", "")
			f.challenged()
			f.authorize(302, asURL+"/login")
			f.consented(granted)
			f.calledBack(granted)
			f.token(200, issued)
			f.call("t", 200, "", resultOf)
			f.answered("ok", "")
			tt.change(f)
			c := Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.1"}})
			if got := verdictOf(c, "C.1") == report.NotApplicable; got != tt.typed || accused(c, check) == tt.typed {
				t.Errorf("C.1 is %s, accused %t", verdictOf(c, "C.1"), accused(c, check))
			}
		})
	}
}

// A redirect is no answer about a token that was expired; being served is one.
func TestARedirectSaysNothingAboutAToken(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{http.StatusTemporaryRedirect: false, http.StatusOK: true} {
		f := newFlow()
		f.begin("C.1")
		f.token(200, issued)
		f.call("t", 200, "", resultOf)
		f.begin("C.9")
		f.event(trace.Switched, map[string]string{"action": reading.SwitchExpire})
		f.told("call", "echo")
		f.call("t", status, "", resultOf)
		f.answered("ok", "")
		c := Cell(&f.rec, Options{Book: lawBook(t), Scenarios: []string{"C.9"}})
		if accused(c, "call/invalid-token-401") != want {
			t.Errorf("%d: accused %t, want %t", status, !want, want)
		}
	}
}
