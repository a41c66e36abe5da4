package client

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

const (
	maskedAccess  = "masked.20.0123456789ab"
	maskedRefresh = "masked.20.ba9876543210"
)

// holding is a flow in which tokens were issued whose masks can be told.
func holding(further ...func(*judgetest.Flow)) *judgetest.Flow {
	f := after(judgetest.WithCode)
	f.Redeem(http.StatusOK, `{"access_token":"`+maskedAccess+`","token_type":"Bearer","refresh_token":"`+maskedRefresh+`"}`)
	f.MCP("tools/call", maskedAccess, http.StatusOK, "", judgetest.Result)
	for _, step := range further {
		step(f)
	}
	return f
}

func sends(to trace.Actor, url, body, authorization string) func(*judgetest.Flow) {
	return func(f *judgetest.Flow) {
		m := judgetest.Message{From: trace.Client, To: to, URL: url, Body: body, Status: http.StatusOK, Answer: "{}", Header: http.Header{}}
		if authorization != "" {
			m.Header.Set("Authorization", "Bearer "+authorization)
		}
		f.Add(m)
	}
}

func TestTokensAreKeptFromOthers(t *testing.T) {
	t.Parallel()
	const others, issuer, refresh = "call/token-kept-from-others", "call/token-kept-from-issuer", "refresh/token-kept-from-others"
	const third, metadata = "https://collect.example/v1", judgetest.Issuer + "/.well-known/oauth-authorization-server"
	agree(t, map[string]judgement{
		"nobody else was asked":        {others, holding(), check.NotSeen},
		"a third party, no token":      {others, holding(sends(trace.Other, third, `{"event":"x"}`, "")), check.Kept},
		"in a header":                  {others, holding(sends(trace.Other, third, "", maskedAccess)), check.Broken},
		"in the query":                 {others, holding(sends(trace.Other, third+"?t="+maskedAccess, "", "")), check.Broken},
		"in a form":                    {others, holding(sends(trace.Other, third, "a=b&t="+maskedAccess, "")), check.Broken},
		"deep in JSON":                 {others, holding(sends(trace.Other, third, `{"a":{"b":"x `+maskedAccess+`"}}`, "")), check.Broken},
		"another token":                {others, holding(sends(trace.Other, third, "", "masked.20.aaaaaaaaaaaa")), check.Kept},
		"another authorization server": {others, holding(sends(trace.AuthorizationServer, "https://as.other.example/.well-known/openid-configuration", "", maskedAccess)), check.Broken},
		"before it was issued":         {others, after(judgetest.WithCode, sends(trace.Other, third, "", "t"), func(f *judgetest.Flow) { f.Redeem(200, judgetest.Issued) }), check.NotSeen},
		"the MCP server":               {others, holding(sends(trace.MCPServer, "http://127.0.0.1:8001/messages", "{}", maskedAccess)), check.NotSeen},
		"its issuer's metadata":        {issuer, holding(sends(trace.AuthorizationServer, metadata, "", maskedAccess)), check.Broken},
		"metadata without it":          {issuer, holding(sends(trace.AuthorizationServer, metadata, "", "")), check.Kept},
		"a token request with it":      {issuer, holding(sends(trace.AuthorizationServer, judgetest.Issuer+"/token", "grant_type=x&subject_token="+maskedAccess, "")), check.NotSeen},
		"refreshed":                    {refresh, holding(func(f *judgetest.Flow) { f.Refresh(maskedRefresh, "c", "", 200, judgetest.Issued) }), check.Kept},
		"the refresh token as Bearer":  {refresh, holding(call(maskedRefresh, 401, "Bearer")), check.Broken},
		"the refresh token elsewhere":  {refresh, holding(sends(trace.Other, third, `{"refresh_token":"`+maskedRefresh+`"}`, "")), check.Broken},
		"no refresh token":             {refresh, after(judgetest.WithCode, issues("Bearer", ""), call("t", 200, "")), check.NotSeen},
	})
}

// A login of another site, with a token for an API of that site.
func TestTokensOfAnotherLoginAreNoneOfTheMCPServers(t *testing.T) {
	t.Parallel()
	other := func(f *judgetest.Flow) {
		sends(trace.Other, "https://id.shop.example/token", "grant_type=authorization_code&code=z&client_id=shop", "")(f)
		f.Rec.Exchanges[len(f.Rec.Exchanges)-1].Response.Body.Text = `{"access_token":"shop-token","token_type":"Bearer"}`
		sends(trace.Other, "https://api.shop.example/me", "", "shop-token")(f)
	}
	agree(t, map[string]judgement{
		"before": {"call/token-kept-from-others", func() *judgetest.Flow {
			f := judgetest.New()
			other(f)
			return f.In(judgetest.WithResult)
		}(), check.NotSeen},
		"after":        {"call/token-kept-from-others", holding(other), check.Kept},
		"not redeemed": {"call/token-presented", after(judgetest.Challenged, other, call("", 401, judgetest.Challenge)), check.NotSeen},
	})
}
