package judge

import (
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// blamed is a finding that may be the reason of a refusal.
type blamed struct {
	id, party, level string
	breaks           []reading.Door
	about            []check.Topic
	codes            []string
	at               []int
}

func (b blamed) judged() judged {
	verdict := report.Warn
	if b.level == "MUST" || b.level == "MUST NOT" {
		verdict = report.Fail
	}
	return judged{
		report.Finding{
			Check: b.id, Party: b.party, Level: b.level, Verdict: verdict, Stage: string(reading.DoorRegistration), Exchanges: b.at,
		},
		check.Check{ID: b.id, Breaks: b.breaks, About: b.about, Codes: b.codes},
	}
}

// What a refusal names decides, then the level, then the exchange.
func TestTheCulpritIsAboutTheRefusal(t *testing.T) {
	t.Parallel()
	authorize := []reading.Door{reading.DoorAuthorize}
	refused := func(topics ...string) *report.Obstacle {
		return &report.Obstacle{Kind: report.Refused, By: check.AuthorizationServer, Status: 400, Topics: topics, Exchange: 9}
	}
	coded := func(code string, topics ...string) *report.Obstacle {
		o := refused(topics...)
		o.Code = code
		return o
	}
	scope := blamed{id: "scope", party: check.Client, level: "SHOULD", breaks: authorize, about: []check.Topic{check.Scope}}
	redirect := blamed{id: "redirect", party: check.Client, level: "MUST", breaks: authorize, about: []check.Topic{check.RedirectURI}}
	general := blamed{id: "general", party: check.Client, level: "MUST", breaks: authorize}
	here := blamed{id: "here", party: check.Client, level: "MUST", breaks: authorize, at: []int{9}}
	elsewhere := blamed{id: "elsewhere", party: check.AuthorizationServer, level: "MUST", breaks: []reading.Door{reading.DoorToken}}
	erred := blamed{id: "erred", party: check.AuthorizationServer, level: "SHOULD NOT", breaks: authorize, at: []int{9}}
	byCode := blamed{id: "by-code", party: check.Client, level: "SHOULD", breaks: authorize, codes: []string{"invalid_scope"}}
	for name, test := range map[string]struct {
		found    []blamed
		obstacle *report.Obstacle
		why      string
	}{
		"a SHOULD that the refusal names comes before a MUST that it does not": {[]blamed{general, scope}, refused("scope"), "scope"},
		"a MUST that it does not name is no reason":                            {[]blamed{redirect}, refused("scope"), ""},
		"a refusal that names nothing: the MUST":                               {[]blamed{scope, general}, refused(), "general"},
		"the exchange that was refused":                                        {[]blamed{general, here}, refused(), "here"},
		"another door":                                                         {[]blamed{elsewhere}, refused(), ""},
		"a code that fits":                                                     {[]blamed{general, byCode}, coded("invalid_scope", "scope"), "by-code"},
		"a code that does not":                                                 {[]blamed{byCode}, coded("invalid_target", "resource"), ""},
		"a server error is the server's":                                       {[]blamed{here, erred}, &report.Obstacle{Kind: report.ServerError, By: check.AuthorizationServer, Status: 500, Exchange: 9}, "erred"},
		"a client that stopped":                                                {[]blamed{redirect}, &report.Obstacle{Kind: report.ClientStopped, Exchange: 9}, "redirect"},
		"no finding":                                                           {nil, refused("scope"), ""},
	} {
		var found []judged
		for _, b := range test.found {
			found = append(found, b.judged())
		}
		got := ""
		if why := explanation(found, &goal{stage: reading.DoorAuthorize, obstacle: test.obstacle}); why != nil {
			got = why.Check
		}
		if got != test.why {
			t.Errorf("%s: %q, want %q", name, got, test.why)
		}
	}
}

// What is no part of the flow is nobody's fault, and what is not known says what
// would show it.
func TestWhoIsNotToBeBlamed(t *testing.T) {
	t.Parallel()
	v := reading.NewView(&trace.Recording{})
	must := blamed{id: "must", party: check.Client, level: "MUST", breaks: []reading.Door{reading.DoorConsent}}.judged()
	for kind, want := range map[report.ObstacleKind]string{
		report.TimedOut: report.TheHarness, report.Blocked: report.TheHarness, report.UserDenied: report.TheUser,
		report.ClientStopped: "client",
	} {
		broken := &goal{stage: reading.DoorConsent, obstacle: &report.Obstacle{Kind: kind}}
		if got := decide(v, lawBook(t), requirement.Newest(), []judged{must}, broken); got.culprit != want {
			t.Errorf("%s: %q, want %q", kind, got.culprit, want)
		}
		if got := decide(v, lawBook(t), requirement.Newest(), nil, broken); got.culprit == report.NotKnown && got.missing == "" {
			t.Errorf("%s: not known, and not said what would show it", kind)
		}
	}
}

// Every case of two permissions uses kinds, doors and facts that exist.
func TestCollisionsAreMadeOfWhatExists(t *testing.T) {
	t.Parallel()
	for _, c := range lawBook(t).Collisions() {
		for _, f := range c.Facts {
			if _, ok := facts()[f]; !ok {
				t.Errorf("%s: no fact is called %s", c.ID, f)
			}
		}
		for _, k := range c.Kinds {
			if !slices.Contains(report.ObstacleKinds(), report.ObstacleKind(k)) {
				t.Errorf("%s: no kind of obstacle is called %s", c.ID, k)
			}
		}
		for _, d := range c.Doors {
			if !slices.Contains(reading.Doors(), reading.Door(d)) {
				t.Errorf("%s: no door is called %s", c.ID, d)
			}
		}
		for _, topic := range c.Topics {
			if !slices.Contains(check.Topics(), check.Topic(topic)) {
				t.Errorf("%s: no topic is called %s", c.ID, topic)
			}
		}
	}
}

// The words of real servers say what a refusal is about.
func TestTopicsOfRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, words string
		want        check.Topic
		not         check.Topic
	}{
		{"invalid_target", "", check.Resource, check.Scope},
		{"invalid_request", "Missing parameter: code_challenge_method", check.PKCE, check.RedirectURI},
		{"", "AADSTS900144: The request body must contain the following parameter: 'scope'.", check.Scope, check.Resource},
		{"", "AADSTS50011: The redirect URI specified in the request does not match", check.RedirectURI, check.Scope},
		{"invalid_client_metadata", "Only token_endpoint_auth_method none is supported", check.ClientAuth, check.RedirectURI},
		{"", "Unrecognized client_id", check.ClientID, check.Scope},
		{"invalid_client", "client metadata fetch returned HTTP 403", check.ClientDocument, check.ClientAuth},
		{"invalid_redirect_uri", "https only", check.RedirectURI, check.Scope},
		{"invalid_grant", "PKCE verification failed", check.PKCE, check.Resource},
		{"access_denied", "clients are registered by the administrator", "", check.RedirectURI},
	} {
		got := topicsOf(test.code, test.words)
		if test.want != "" && !slices.Contains(got, test.want) || slices.Contains(got, test.not) {
			t.Errorf("%s %q: %v, want %s and not %s", test.code, test.words, got, test.want, test.not)
		}
	}
}
