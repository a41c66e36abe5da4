package judge

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// refreshed is a refresh that succeeds with rotation.
func (f *flow) refreshed(sent, access, refresh string) {
	f.add(trace.Client, trace.AuthorizationServer, http.MethodPost, asURL+"/token", "grant_type=refresh_token&refresh_token="+sent, 200, nil,
		fmt.Sprintf(`{"access_token":%q,"refresh_token":%q,"token_type":"Bearer"}`, access, refresh))
}

func judgedBy(t *testing.T, id string, rec *trace.Recording) check.Result {
	t.Helper()
	for _, c := range Checks() {
		if c.ID == id {
			return c.Judge(reading.NewView(rec))
		}
	}
	t.Fatalf("no check %s", id)
	return check.Result{}
}

func TestSessionsOfOneInstallationShareTheirTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sent, used string
		alone      bool // no second session
		want       check.State
	}{
		"the other goes on with the new token":     {"", "a2", false, check.Kept},
		"the other refreshes with the newest":      {"r2", "a3", false, check.NotSeen},
		"the other sends what was replaced":        {"r1", "a3", false, check.Broken},
		"one session repeats itself":               {"r1", "a3", true, check.NotSeen}, // refresh/rotated-token-used
		"the other goes on with a token of before": {"", "a1", false, check.NotSeen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlow()
			f.call("a1", 200, "", resultOf)
			if !test.alone {
				f.told(reading.SecondSession, "")
				f.answered("ok", "")
			}
			f.told("call", "echo")
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
			f.answered("ok", "")
			if test.alone {
				f.told("call", "echo")
			} else {
				f.told(reading.SecondSession, "")
			}
			if test.sent != "" {
				f.refreshed(test.sent, "a3", "r3")
			}
			f.call(test.used, 200, "", resultOf)
			f.answered("ok", "")
			if got := judgedBy(t, "persistence/sessions-share-tokens", &f.rec); got.State != test.want {
				t.Errorf("%d, want %d: %s", got.State, test.want, got.Observed)
			}
			rotated := judgedBy(t, "refresh/rotated-token-used", &f.rec)
			if mine := test.alone; (rotated.State == check.Broken) != mine {
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
		want      check.State
	}{
		"the new one":                    {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, other, check.Kept},
		"the former one":                 {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, asURL, check.Broken},
		"a challenge that leads nowhere": {"Bearer", asURL, check.NotSeen},
		"nobody asked":                   {`Bearer resource_metadata="http://127.0.0.1:3/metadata"`, "", check.NotSeen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authorize := func(f *flow, server, state string) {
				f.add(trace.UserAgent, trace.AuthorizationServer, http.MethodGet,
					server+"/authorize?response_type=code&client_id=c&state="+state, "", 200, nil, "")
			}
			f := newFlow()
			authorize(f, asURL, "s")
			f.event(trace.Switched, map[string]string{"action": reading.SwitchMigrate})
			f.call("t", 401, test.challenge, "")
			if test.asked != "" {
				authorize(f, test.asked, "another") // the same URL would be the same request over again
			}
			if got := judgedBy(t, "persistence/server-found-again", &f.rec); got.State != test.want {
				t.Errorf("%d, want %d: %s", got.State, test.want, got.Observed)
			}
		})
	}
}

// What C.10 shows comes after everything else, and so explains nothing of it.
func TestWhatCameLaterExplainsNoBreak(t *testing.T) {
	t.Parallel()
	found := []judged{{check: check.Check{ID: "a", Scenario: "C.10"}}, {check: check.Check{ID: "b", Scenario: "C.6"}}}
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
	for body, want := range map[string]check.State{
		`{"client_name":"c","redirect_uris":["http://127.0.0.1/callback"]}`:               check.Kept,
		`{"client_name":"c","redirect_uris":[]}`:                                          check.Broken,
		`{"client_name":"c"}`:                                                             check.Broken,
		`{"redirect_uris":[],"grant_types":[],"response_types":[]}`:                       check.Broken,
		`{"redirect_uris":[],"grant_types":["authorization_code","refresh_token"]}`:       check.Broken,
		`{"client_name":"c","grant_types":["client_credentials"]}`:                        check.NotSeen,
		`{"redirect_uris":["https://c.example/cb"],"grant_types":["authorization_code"]}`: check.Kept,
		`not json`: check.NotSeen,
	} {
		f := newFlow()
		f.add(trace.Client, trace.AuthorizationServer, http.MethodPost, asURL+"/register", body, 201, nil, `{"client_id":"c"}`)
		if got := judgedBy(t, "registration/redirect-uris-sent", &f.rec); got.State != want {
			t.Errorf("%s: %d, want %d", body, got.State, want)
		}
	}
}
