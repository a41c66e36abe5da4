package client

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

// moved sends the newest request elsewhere.
func moved(from, to string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		x := &f.Rec.Exchanges[len(f.Rec.Exchanges)-1]
		x.Request.URL = strings.Replace(x.Request.URL, from, to, 1)
	}
}

func TestRequestsGoToTheEndpointsOfTheMetadata(t *testing.T) {
	t.Parallel()
	const registration, authorize, token = "registration/endpoint-of-metadata", "authorize/endpoint-of-metadata", "token/endpoint-of-metadata"
	redirected := func(f *judgetest.Flow) {
		x := f.Post("/token", "grant_type=authorization_code&code=x&client_id=c", http.StatusPermanentRedirect, "")
		x.Response.Header.Set("Location", judgetest.Issuer+"/v2/token")
		redeemsAs("c")(f)
		moved("/token", "/v2/token")(f)
	}
	agree(t, map[string]judgement{
		"registered there":          {registration, after(judgetest.WithCode), check.Kept},
		"registered elsewhere":      {registration, after(judgetest.WithClient, moved("/register", "/v1/register"), asks(ofServer)), check.Broken},
		"no metadata":               {registration, judgetest.New().In(judgetest.WithResource), check.NotSeen},
		"asked there":               {authorize, after(judgetest.WithClient, asks(ofServer)), check.Kept},
		"asked elsewhere":           {authorize, after(judgetest.WithClient, asks(ofServer), moved("/authorize", "/v1/authorize")), check.Broken},
		"a page of the server":      {authorize, after(judgetest.WithClient, asks(ofServer), asks(ofServer+"&x=y"), moved("/authorize", "/v1/authorize")), check.Kept},
		"the login of another site": {authorize, after(judgetest.WithClient, asks("&client_id=shop&redirect_uri=https://shop.example/cb&code_challenge=z"), moved(judgetest.Issuer, "https://id.shop.example")), check.NotSeen},
		"redeemed there":            {token, after(judgetest.WithToken), check.Kept},
		"redeemed elsewhere":        {token, after(judgetest.WithToken, moved("/token", "/v1/token")), check.Broken},
		"redeemed after a redirect": {token, after(judgetest.WithCode, redirected), check.Kept},
		"refreshed elsewhere":       {token, after(judgetest.WithToken, func(f *judgetest.Flow) { f.Refresh("r", "c", "&resource="+judgetest.MCPURL, 200, judgetest.Issued) }, moved("/token", "/refresh")), check.Broken},
		"a token of another site": {token, after(judgetest.WithServer, func(f *judgetest.Flow) {
			f.Add(judgetest.Message{From: trace.Client, To: trace.Other, URL: "https://id.shop.example/token", Body: "grant_type=refresh_token&refresh_token=z&client_id=shop", Status: 200, Answer: "{}"})
		}), check.NotSeen},
		"no registration endpoint": {registration, after(judgetest.WithResource, func(f *judgetest.Flow) {
			f.Get(trace.AuthorizationServer, judgetest.Issuer+"/.well-known/oauth-authorization-server", 200, strings.Replace(judgetest.Published, "registration_endpoint", "x", 1))
			f.Post("/register", `{"redirect_uris":["`+judgetest.Redirect+`"]}`, 201, judgetest.Registered)
		}), check.NotSeen},
	})
}
