package judge

import (
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// A call that succeeds after the token expired shows nothing by itself.
func TestHowAClientCameByAnotherToken(t *testing.T) {
	t.Parallel()
	const withRefresh = `{"access_token":"t","refresh_token":"r","token_type":"Bearer"}`
	login := func(f *flow) {
		f.authorize(302, asURL+"/login")
		f.consented(granted)
		f.calledBack(granted)
		f.token(200, `{"access_token":"t2","token_type":"Bearer"}`)
	}
	for name, test := range map[string]struct {
		issued  string
		renewal func(*flow)
		verdict report.Verdict
		reason  string
	}{
		"a refresh":                           {withRefresh, func(f *flow) { f.refreshed("r", "t2", "r2") }, report.Pass, ""},
		"a login instead":                     {withRefresh, login, report.Pass, "instead of refreshing"},
		"a login for want of a refresh token": {issued, login, report.Pass, "there was no refresh token"},
		"a login after a refusal": {withRefresh, func(f *flow) {
			f.add(trace.Client, trace.AuthorizationServer, "POST", asURL+"/token", "grant_type=refresh_token&refresh_token=r", 400, nil,
				`{"error":"invalid_grant"}`)
			login(f)
		}, report.Pass, "after a refresh that was refused"},
		"nothing": {withRefresh, func(*flow) {}, report.Untested, "nothing was seen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlow()
			f.begin("C.1")
			f.told("connect", "")
			f.in(6).token(200, test.issued)
			f.answered("ok", "")
			f.begin("C.6")
			f.event(trace.Switched, map[string]string{"action": reading.SwitchExpire})
			f.told("call", "echo")
			test.renewal(f)
			f.call("t2", 200, "", resultOf)
			f.answered("ok", "")
			g := recovers(reading.NewView(&f.rec))
			got := Scenario{ID: "none"}.report(g, nil, nil)
			if got.Verdict != test.verdict || !strings.Contains(got.Reason, test.reason) || (test.reason == "") != (got.Reason == "") {
				t.Errorf("%s %q, want %s %q", got.Verdict, got.Reason, test.verdict, test.reason)
			}
		})
	}
}

// Where no resource metadata names an authorization server there is no order to
// keep; a client that did not look for it has shown nothing.
func TestNoOrderWhereNothingIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource []int // answers to requests for resource metadata
		want     report.Verdict
	}{
		"looked and found none":   {resource: []int{404}, want: report.NotApplicable},
		"did not look":            {want: report.Untested},
		"found it, never went on": {resource: []int{200}, want: report.Untested},
	} {
		f := newFlow()
		f.begin("C.1")
		f.told("connect", "")
		f.call("", 401, "Bearer", "")
		for _, status := range test.resource {
			f.resourceMetadata(status)
		}
		f.register(201, `{"client_id":"c"}`)
		f.authorize(302, asURL+"/login")
		f.answered("ok", "")
		v := reading.NewView(&f.rec)
		s := Scenarios()[0]
		if got := s.report(s.goal(v), nil, map[string]string{s.Promises[0]: "something"}); got.Verdict != test.want {
			t.Errorf("%s: %s, want %s: %s", name, got.Verdict, test.want, got.Reason)
		}
	}
}

// Nobody is blamed for not having sought what is nowhere.
func TestMetadataThatIsNowhereNeedNotBeSought(t *testing.T) {
	t.Parallel()
	for nowhere, want := range map[bool]check.State{false: check.Broken, true: check.NotSeen} {
		f := newFlow()
		f.rec.Setting.NoResourceMetadata = nowhere
		f.told("connect", "")
		f.resourceMetadata(404)
		f.register(404, "")
		f.answered("failed", "no way in")
		if got := judgedBy(t, "discovery/challenge-sought", &f.rec); got.State != want {
			t.Errorf("nowhere %t: %d, want %d", nowhere, got.State, want)
		}
	}
}

// A registration that nobody looked at was not refused for what it said.
func TestWhyARegistrationWasRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status  int
		answer  string
		culprit string
	}{
		"no such place":         {404, "404 page not found", "authorization-server"},
		"forbidden":             {403, `{}`, "authorization-server"},
		"by the administrator":  {403, `{"error":"access_denied"}`, "neither"},
		"for its redirect URIs": {400, `{"error":"invalid_redirect_uri"}`, "client"},
		"for its metadata":      {400, `{"error":"invalid_client_metadata"}`, "client"},
		"without a code":        {400, ``, "client"},
		"for something else":    {401, `{"error":"invalid_client"}`, "unknown"},
	} {
		f := newFlow()
		f.begin("C.1")
		f.told("connect", "")
		f.in(3)
		f.add(trace.Client, trace.AuthorizationServer, "POST", asURL+"/register",
			`{"redirect_uris":["claude://callback"],"application_type":"native"}`, test.status, nil, test.answer)
		f.answered("failed", "no client_id")
		c := Cell(&f.rec, Options{Book: lawBook(t)})
		if c.Stage != string(reading.DoorRegistration) || c.Culprit != test.culprit {
			t.Errorf("%s: broke at %q, culprit %q because of %q, want %q", name, c.Stage, c.Culprit, c.Why, test.culprit)
		}
		if !strings.Contains(c.Summary, "registration") {
			t.Errorf("%s: %s", name, c.Summary)
		}
	}
}
