package client

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

func asks(query string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.Authorize(query, http.StatusFound, judgetest.Granted, "")
		x := &f.Rec.Exchanges[len(f.Rec.Exchanges)-1]
		if id := queryOf(*x).All("client_id"); len(id) > 1 { // the one that was added
			x.Request.URL = strings.Replace(x.Request.URL, "client_id="+id[0]+"&", "", 1)
		}
	}
}

const ofServer = "&redirect_uri=" + judgetest.Redirect + "&resource=" + judgetest.MCPURL + "&code_challenge=abc"

func redeemsAs(id string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.Post("/token", "grant_type=authorization_code&code=x&client_id="+id+"&resource="+judgetest.MCPURL, http.StatusOK, judgetest.Issued)
	}
}

func refreshesAs(token, id string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		f.Refresh(token, id, "", http.StatusOK, `{"access_token":"u","token_type":"Bearer","refresh_token":"q"}`)
	}
}

func TestTheClientIDThatWasIssued(t *testing.T) {
	t.Parallel()
	const authorize, token, refresh = "authorize/client-id-issued", "token/client-id-kept", "refresh/client-id-kept"
	other := asks("&client_id=other" + ofServer)
	handMade := after(judgetest.WithClient, other)
	handMade.Rec.Setting.Registered = []trace.RegisteredClient{{ClientID: "other"}}
	agree(t, map[string]judgement{
		"issued":              {authorize, after(judgetest.WithCode), check.Kept},
		"another one":         {authorize, after(judgetest.WithClient, other), check.Broken},
		"no registration":     {authorize, after(judgetest.WithServer, other), check.NotSeen},
		"registered by hand":  {authorize, handMade, check.NotSeen},
		"a metadata document": {authorize, after(judgetest.WithClient, asks("&client_id=https://c.example/c.json"+ofServer)), check.NotSeen},
		"in use before": {authorize, after(judgetest.WithServer, other, func(f *judgetest.Flow) {
			f.Post("/register", `{"redirect_uris":["`+judgetest.Redirect+`"]}`, 201, judgetest.Registered)
		}, other), check.NotSeen},
		"the login of another site":     {authorize, after(judgetest.WithClient, asks("&client_id=shop&redirect_uri=https://shop.example/cb")), check.NotSeen},
		"redeemed by the same":          {token, after(judgetest.WithToken), check.Kept},
		"redeemed by another":           {token, after(judgetest.WithCode, redeemsAs("other")), check.Broken},
		"redeemed, a code of nobody":    {token, after(judgetest.WithClient, redeemsAs("other")), check.NotSeen},
		"redeemed without client_id":    {token, after(judgetest.WithCode, redeemsAs("")), check.NotSeen},
		"refreshed by the same":         {refresh, after(judgetest.WithToken, refreshesAs("r", "c")), check.Kept},
		"refreshed by another":          {refresh, after(judgetest.WithToken, refreshesAs("r", "other")), check.Broken},
		"refreshed again by another":    {refresh, after(judgetest.WithToken, refreshesAs("r", "c"), refreshesAs("q", "other")), check.Broken},
		"a refresh token of nobody":     {refresh, after(judgetest.WithToken, refreshesAs("z", "other")), check.NotSeen},
		"refreshed without a client_id": {refresh, after(judgetest.WithToken, refreshesAs("r", "")), check.NotSeen},
	})
}

// registered is a registration that asks for one method and is answered with
// another; "" means that it is not named.
func registered(asked, answered, secret string) func(*judgetest.Flow) {
	member := func(name, value string) string {
		if value == "" {
			return ""
		}
		return `,"` + name + `":"` + value + `"`
	}
	return func(f *judgetest.Flow) {
		f.Post("/register", `{"redirect_uris":["`+judgetest.Redirect+`"]`+member("token_endpoint_auth_method", asked)+`}`, http.StatusCreated,
			`{"client_id":"c"`+member("token_endpoint_auth_method", answered)+member("client_secret", secret)+`}`)
		asks(ofServer)(f)
	}
}

func authenticates(form string, basic bool) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		x := f.Post("/token", "grant_type=authorization_code&code=x"+form, http.StatusBadRequest, `{"error":"invalid_client"}`)
		if basic {
			x.Request.Header.Set("Authorization", "Basic masked.9.0123456789ab.basic-"+base64.RawURLEncoding.EncodeToString([]byte("c")))
		}
	}
}

func TestTheMethodThatIsRegistered(t *testing.T) {
	t.Parallel()
	const answered, asked = "token/registered-auth-method", "token/requested-auth-method"
	const post, basic, none = "client_secret_post", "client_secret_basic", "none"
	const id, secret = "&client_id=c", "&client_id=c&client_secret=s"
	flow := func(asked, answered, form string, isBasic bool) *judgetest.Flow {
		return after(judgetest.WithServer, registered(asked, answered, "s"), authenticates(form, isBasic))
	}
	agree(t, map[string]judgement{
		"post":                          {answered, flow(none, post, secret, false), check.Kept},
		"basic":                         {answered, flow("", basic, "", true), check.Kept},
		"basic for post":                {answered, flow(none, post, "", true), check.Broken},
		"post for basic":                {answered, flow("", basic, secret, false), check.Broken},
		"a secret for none":             {answered, flow("", none, secret, false), check.Broken},
		"an assertion":                  {answered, flow("", "private_key_jwt", id+"&client_assertion=a", false), check.Kept},
		"no secret: another rule":       {answered, flow("", post, id, false), check.NotSeen},
		"two methods: another rule":     {answered, flow("", post, secret, true), check.NotSeen},
		"nothing of it in the body":     {answered, flow("", post, "", false), check.Broken},
		"basic, Authorization left out": {answered, imported(flow("", basic, "", false)), check.NotSeen},
		"not named in the answer":       {answered, flow("", "", secret, false), check.NotSeen},
		"as asked for":                  {asked, flow(post, "", secret, false), check.Kept},
		"not as asked for":              {asked, flow(post, "", "", true), check.Broken},
		"not the default":               {asked, flow("", "", secret, false), check.Broken},
		"the default":                   {asked, flow("", "", "", true), check.Kept},
		"named in the answer":           {asked, flow(post, basic, secret, false), check.NotSeen},
		"no secret was given":           {asked, after(judgetest.WithServer, registered("", "", ""), authenticates(secret, false)), check.NotSeen},
	})
}
