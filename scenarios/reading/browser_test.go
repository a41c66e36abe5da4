package reading

import (
	"strings"
	"testing"
)

func TestRefusalsOfTheAuthorizationServer(t *testing.T) {
	t.Parallel()
	ask := login()[4]
	for name, test := range map[string]struct {
		steps       []step
		code, words string
		refused     bool
	}{
		"422":         {[]step{{line: strings.Replace(ask.line, "302", "422", 1), answer: `{"message":"Unrecognized client_id"}`}}, "", "Unrecognized client_id", true},
		"JSON":        {[]step{{line: strings.Replace(ask.line, "302", "400", 1), answer: `{"error":"invalid_client","error_description":"who?"}`}}, "invalid_client", "who?", true},
		"nested JSON": {[]step{{line: strings.Replace(ask.line, "302", "400", 1), answer: `{"error":{"message":"no"}}`}}, "", "no", true},
		"a page":      {[]step{{line: strings.Replace(ask.line, "302", "400", 1), answer: `Error: invalid_scope (openid)`}}, "invalid_scope", "Error: invalid_scope (openid)", true},
		"a wrong password": {[]step{
			{line: ask.line, reply: header("Location", "/login")},
			{line: "POST https://as.test/login -> 422", body: "user=a&password=b", header: header("Sec-Fetch-Mode", "navigate"), answer: "Wrong password"},
		}, "", "", false},
		"after the login": {[]step{
			{line: ask.line, reply: header("Location", "/login")},
			{line: "POST https://as.test/login -> 400", body: "user=a&password=b", header: header("Sec-Fetch-Mode", "navigate"), answer: `{"error":"invalid_target"}`},
		}, "invalid_target", "", true},
		"an icon": {[]step{
			{line: strings.Replace(ask.line, "302", "200", 1)},
			{line: "GET https://as.test/favicon.ico -> 404", header: header("Sec-Fetch-Dest", "image")},
		}, "", "", false},
	} {
		v := NewView(importSteps(t, "proxy", append(login()[:4], test.steps...)...))
		if len(v.Authorizations) != 1 {
			t.Errorf("%s: %d authorizations", name, len(v.Authorizations))
			continue
		}
		a := v.Authorizations[0]
		if a.RefusedCode != test.code || a.RefusedWords != test.words || (a.RefusedBy != 0) != test.refused {
			t.Errorf("%s: refused by %d with %q %q", name, a.RefusedBy, a.RefusedCode, a.RefusedWords)
		}
	}
}

func TestWaysBackToTheClient(t *testing.T) {
	t.Parallel()
	line, query, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(login()[4].line, "GET "), " -> 302"), "?")
	byPost := step{line: "POST " + line + " -> 302", body: query, reply: login()[4].reply}
	page := step{line: strings.Replace(login()[4].line, "302", "200", 1)}
	for name, test := range map[string]struct {
		steps     []step
		delivered int
	}{
		"authorize by POST":    {[]step{byPost, login()[5]}, 6},
		"a form of the login":  {[]step{page, {line: byPost.line, body: query + "&password=x", reply: byPost.reply}, login()[5]}, 7},
		"form_post":            {[]step{page, {line: "POST " + back + " -> 200", body: "code=code-secret-1&state=state-one-1"}}, 6},
		"fragment":             {[]step{{line: login()[4].line, reply: header("Location", back+"#code=code-secret-1&state=state-one-1")}, {line: "GET " + back + " -> 200"}}, 6},
		"in the query":         {login()[4:6], 6},
		"never delivered":      {login()[4:5], 0},
		"the client looks too": {append([]step{page}, login()[4:6]...), 7},
	} {
		v := NewView(importSteps(t, "proxy", append(login()[:4], test.steps...)...))
		if len(v.Authorizations) != 1 || v.Authorizations[0].Callback == nil {
			t.Errorf("%s: %+v", name, v.Authorizations)
			continue
		}
		a := v.Authorizations[0]
		if !a.Callback.Granted() || a.Callback.Delivered != test.delivered || v.CallbackFault(a) != "" || a.Params.Get("client_id") != "c1" {
			t.Errorf("%s: %+v", name, a.Callback)
		}
	}
}
