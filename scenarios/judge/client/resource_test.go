package client

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

func TestTheFormOfResource(t *testing.T) {
	t.Parallel()
	const specific, slash, refresh = "authorize/resource-most-specific", "authorize/resource-without-slash", "refresh/resource-authorized"
	const origin = "http://127.0.0.1:8001"
	asked := func(resource string) *judgetest.Flow { return after(judgetest.WithClient, asks("&resource="+resource)) }
	refreshed := func(resource string) *judgetest.Flow {
		return after(judgetest.WithToken, func(f *judgetest.Flow) { f.Refresh("r", "c", "&resource="+resource, 200, judgetest.Issued) })
	}
	published := after(judgetest.Challenged, func(f *judgetest.Flow) {
		f.Get("mcp-server", origin+"/.well-known/oauth-protected-resource", 200, `{"resource":"`+origin+`/","authorization_servers":["`+judgetest.Issuer+`"]}`)
		asks("&resource=" + origin + "/")(f)
	})
	agree(t, map[string]judgement{
		"the server":               {specific, asked(judgetest.MCPURL), check.Kept},
		"the origin":               {specific, asked(origin), check.Broken},
		"the origin with a slash":  {specific, asked(origin + "/"), check.Broken},
		"the origin at refresh":    {specific, refreshed(origin), check.Broken},
		"the origin, as published": {specific, published, check.Kept},
		"another server":           {specific, asked("https://other.example"), check.NotSeen},
		"no slash":                 {slash, asked(judgetest.MCPURL), check.Kept},
		"a slash":                  {slash, asked(judgetest.MCPURL + "/"), check.Broken},
		"a slash, as published":    {slash, published, check.Kept},
		"a slash elsewhere":        {slash, asked("https://other.example/"), check.NotSeen},
		"refreshed for it":         {refresh, refreshed(judgetest.MCPURL), check.Kept},
		"refreshed for another":    {refresh, refreshed("https://other.example"), check.Broken},
		"refreshed with a slash":   {refresh, refreshed(judgetest.MCPURL + "/"), check.Broken},
		"refreshed for nothing":    {refresh, after(judgetest.WithToken, refreshesAs("r", "c")), check.NotSeen},
	})
}
