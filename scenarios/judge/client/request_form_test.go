package client

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

// requests is a token request of any form.
func requests(method, query, body string, header http.Header) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.Add(judgetest.Message{
			From: trace.Client, To: trace.AuthorizationServer, Method: method, URL: judgetest.Issuer + "/token" + query, Body: body,
			Header: header, Status: http.StatusOK, Answer: judgetest.Issued,
		})
	}
}

func TestTokenRequestsAreFormsInTheBodyOfAPost(t *testing.T) {
	t.Parallel()
	const post, form, once = "token/sent-by-post", "token/form-in-body", "token/parameters-once"
	const grant = "grant_type=authorization_code&code=x&client_id=c"
	json := http.Header{"Content-Type": {"application/json"}}
	agree(t, map[string]judgement{
		"by POST":                 {post, after(judgetest.WithToken), check.Kept},
		"by GET":                  {post, after(judgetest.WithCode, requests(http.MethodGet, "?"+grant, "", nil)), check.Broken},
		"by PUT":                  {post, after(judgetest.WithCode, requests(http.MethodPut, "", grant, nil)), check.Broken},
		"a preflight":             {post, after(judgetest.WithCode, requests(http.MethodOptions, "", "", nil)), check.NotSeen},
		"a look at the place":     {post, after(judgetest.WithCode, requests(http.MethodGet, "", "", nil)), check.NotSeen},
		"a form":                  {form, after(judgetest.WithToken), check.Kept},
		"a form with a charset":   {form, after(judgetest.WithCode, requests("", "", grant, http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}})), check.Kept},
		"JSON":                    {form, after(judgetest.WithCode, requests("", "", `{"grant_type":"authorization_code","code":"x"}`, nil)), check.Broken},
		"a form that says JSON":   {form, after(judgetest.WithCode, requests("", "", grant, json)), check.Broken},
		"no grant_type":           {form, after(judgetest.WithCode, requests("", "", "code=x&client_id=c", nil)), check.Broken},
		"the code in the URL":     {form, after(judgetest.WithCode, requests("", "?code=x", grant, nil)), check.Broken},
		"an API version in it":    {form, after(judgetest.WithCode, requests("", "?v=2", grant, nil)), check.Kept},
		"a body without its text": {form, after(judgetest.WithCode, requests(http.MethodPost, "", "", nil)), check.NotSeen},
		"code twice":              {once, after(judgetest.WithCode, requests("", "", grant+"&code=x", nil)), check.Broken},
		"resource twice":          {once, after(judgetest.WithCode, requests("", "", grant+"&resource=a&resource=b", nil)), check.Kept},
		"nothing recorded of it":  {once, after(judgetest.WithCode, requests(http.MethodPost, "", "", nil)), check.NotSeen},
	})
}

func TestNoSecretIsInAURL(t *testing.T) {
	t.Parallel()
	const id = "token/no-secret-in-url"
	agree(t, map[string]judgement{
		"none":                      {id, after(judgetest.WithToken), check.Kept},
		"asked for nothing":         {id, after(judgetest.WithClient), check.NotSeen},
		"at the authorize endpoint": {id, after(judgetest.WithClient, asks(ofServer+"&client_secret=s")), check.Broken},
		"at the token endpoint":     {id, after(judgetest.WithCode, requests("", "?client_secret=s", "grant_type=authorization_code&code=x", nil)), check.Broken},
		"under another name": {id, after(judgetest.WithServer, registered("", "client_secret_post", maskedAccess),
			requests("", "?key="+maskedAccess, "grant_type=authorization_code&code=x", nil)), check.Broken},
		"in the body": {id, after(judgetest.WithCode, requests("", "", "grant_type=authorization_code&code=x&client_secret=s", nil)), check.Kept},
	})
}
