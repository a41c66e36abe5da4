package reading

import (
	"slices"
	"strings"
	"testing"
)

// A file that ends is no client that stopped.
func TestWhereAFileEnds(t *testing.T) {
	t.Parallel()
	with := func(n int, more ...step) []step { return append(login()[:n], more...) }
	answered := func(n int, replace ...string) []step {
		s := login()[:n+1]
		s[n].answer = strings.NewReplacer(replace...).Replace(s[n].answer)
		return s
	}
	for name, test := range map[string]struct {
		steps  []step
		broken Door
		at     int
	}{
		"after the challenge":      {login()[:1], "", 0},
		"after a bare 401":         {[]step{{line: "POST " + home + " -> 401", body: begins}}, DoorChallenge, 1},
		"after two challenges":     {with(1, login()[0]), DoorResourceMetadata, 2},
		"after resource metadata":  {login()[:2], "", 0},
		"no authorization server":  {answered(1, `["https://as.test"]`, "[]"), DoorResourceMetadata, 2},
		"after the metadata":       {login()[:3], "", 0},
		"no S256":                  {answered(2, "S256", "plain"), DoorServerMetadata, 3},
		"another issuer":           {answered(2, `"issuer":"https://as.test"`, `"issuer":"https://as.test/"`), DoorServerMetadata, 3},
		"a member is missing":      {answered(2, `"response_types_supported":["code"],`, ""), DoorServerMetadata, 3},
		"an unsafe endpoint":       {answered(2, `"https://as.test/authorize"`, `"javascript:x"`), DoorServerMetadata, 3},
		"no way to register":       {answered(2, `"registration_endpoint":"https://as.test/register",`, ""), DoorRegistration, 3},
		"looked elsewhere":         {with(3, step{line: "GET https://as.test/.well-known/openid-configuration -> 404"}), DoorRegistration, 3},
		"not changed, no register": {append(answered(2, `"registration_endpoint":"https://as.test/register",`, ""), step{line: strings.Replace(login()[2].line, "200", "304", 1)}), DoorRegistration, 4},
		"no metadata":              {with(2, step{line: "GET https://as.test/.well-known/oauth-authorization-server -> 404"}), DoorServerMetadata, 3},
		"after the registration":   {login()[:4], "", 0},
		"registration refused":     {with(3, step{line: "POST https://as.test/register -> 500", body: login()[3].body}), DoorRegistration, 4},
		"authorize refused by 422": {with(4, step{line: strings.Replace(login()[4].line, "302", "422", 1), answer: `{"message":"no"}`}), DoorAuthorize, 5},
		"in the browser":           {with(4, step{line: strings.Replace(login()[4].line, "302", "200", 1)}), "", 0},
		"after the callback":       {login()[:6], "", 0},
		"code not redeemed":        {with(6, login()[0]), DoorCallback, 5},
		"another state":            {with(4, step{line: login()[4].line, reply: header("Location", back+"?code=code-secret-1&state=x")}), DoorCallback, 5},
		"denied":                   {with(4, step{line: login()[4].line, reply: header("Location", back+"?error=access_denied&state=state-one-1")}), DoorConsent, 5},
		"after the token":          {login()[:7], "", 0},
		"token not presented":      {with(7, login()[0]), DoorCall, 8},
		"token refused":            {with(7, step{line: "POST " + home + " -> 401", body: begins, header: login()[7].header}), DoorCall, 8},
		"to the end":               {login(), "", 0},
	} {
		v := NewView(importSteps(t, "proxy", test.steps...))
		p := v.Progress(v.Whole())
		if p.Broken != test.broken || p.At != test.at || slices.Contains(p.Passed, test.broken) {
			t.Errorf("%s: broken at %q, exchange %d, passed %v; want %q, %d", name, p.Broken, p.At, p.Passed, test.broken, test.at)
		}
	}
}

func TestIssuerWithAPath(t *testing.T) {
	t.Parallel()
	steps := login()[:2]
	steps[1].answer = strings.Replace(described, "https://as.test", "https://as.test/app", 1)
	steps = append(steps, step{line: "GET https://as.test/app/.well-known/oauth-authorization-server -> 200", answer: published})
	v := NewView(importSteps(t, "proxy", steps...))
	if p := v.Progress(v.Whole()); p.Broken != DoorServerMetadata || v.Repels(v.ServerMetadata[0]) == "" {
		t.Errorf("%+v", p)
	}
}
