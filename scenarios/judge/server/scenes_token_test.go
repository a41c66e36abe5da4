package server_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
)

const challengeS256 = judgetest.CodeChallenge

// masked secrets, as a recording keeps them.
func jwt(claims string) string {
	fact := `{"header":{"typ":"JWT"},"claims":{` + claims + `}}`
	return "masked.300.0123456789ab.jwt-" + base64.RawURLEncoding.EncodeToString([]byte(fact))
}

func verifier(challenge string) string {
	return "masked.43.0123456789ab.s256-" + challenge + ".syntax-legal"
}

func issued(token, more string) string {
	return `{"access_token":"` + token + `","token_type":"Bearer"` + more + `}`
}

func authorized(query string, status int, location, page string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) { f.In(judgetest.WithClient).Authorize(query, status, location, page) }
}

func authorizeScenes() []scene {
	const there, elsewhere = "&redirect_uri=" + judgetest.Redirect, "&redirect_uri=http://127.0.0.1:49200/elsewhere"
	const stray = "http://127.0.0.1:49200/elsewhere"
	promised := func(location string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			replaced(judgetest.WithServer, `"issuer"`, `"authorization_response_iss_parameter_supported":true,"issuer"`)(f)
			f.Authorize(there, 302, location, "")
		}
	}
	document := func(status int, body string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			const id = "https://app.example/client.json"
			f.In(judgetest.WithServer)
			x := f.Authorize(there+"&scope=a", 302, judgetest.Granted, "")
			x.Request.URL = strings.Replace(x.Request.URL, "client_id=c", "client_id="+id, 1)
			f.Add(judgetest.Message{From: trace.AuthorizationServer, To: trace.MetadataHost, URL: id, Status: status, Answer: body})
		}
	}
	listed := func(client string) string {
		return `{"client_id":"` + client + `","client_name":"App","redirect_uris":["` + judgetest.Redirect + `"]}`
	}
	denied := func(code string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.Rec.Events = []trace.Event{
				{Kind: trace.Switched, Detail: map[string]string{"action": "user-denies"}}, {Kind: trace.Told, Detail: map[string]string{"action": "connect"}},
			}
			authorized(there, 302, judgetest.Redirect+"?state=s&error="+code, "")(f)
		}
	}
	const foreign = "&iss=http://evil.example"
	return []scene{
		{"authorize/served", "500", authorized(there, 500, "", "oops"), check.Broken, []int{5}},
		{"authorize/served", "a code", way(judgetest.WithCode), check.Kept, nil},
		{"issuer/response-iss-as-advertised", "not sent", promised(judgetest.Granted), check.Broken, []int{3, 4}},
		{"issuer/response-iss-as-advertised", "not sent with an error", promised(judgetest.Redirect + "?error=access_denied&state=s"), check.Broken, []int{3, 4}},
		{"issuer/response-iss-as-advertised", "sent", promised(judgetest.Granted + "&iss=" + judgetest.Issuer), check.Kept, nil},
		{"issuer/response-iss-as-advertised", "not promised", way(judgetest.WithCode), check.NotSeen, nil},
		{"issuer/response-iss-own", "foreign", promised(judgetest.Granted + foreign), check.Broken, []int{3, 4}},
		{"issuer/response-iss-own", "foreign, and not promised", authorized(there, 302, judgetest.Granted+foreign, ""), check.Broken, []int{3, 5}},
		{"issuer/response-iss-own", "own", promised(judgetest.Granted + "&iss=" + judgetest.Issuer), check.Kept, nil},
		{"authorize/response-parameters-once", "two codes", authorized(there, 302, judgetest.Granted+"&code=y", ""), check.Broken, []int{5}},
		{"authorize/response-parameters-once", "one", way(judgetest.WithCode), check.Kept, nil},
		{"authorize/registered-redirect-accepted", "refused", authorized(there, 400, "", "Invalid redirect_uri"), check.Broken, []int{5}},
		{"authorize/registered-redirect-accepted", "refused for its scope", authorized(there, 400, "", "Invalid scope"), check.NotSeen, nil},
		{"authorize/registered-redirect-accepted", "not registered", authorized(elsewhere, 400, "", "Invalid redirect_uri"), check.NotSeen, nil},
		{"authorize/unregistered-redirect-refused", "a code", authorized(elsewhere, 302, stray+"?code=x&state=s", ""), check.Broken, []int{5}},
		{"authorize/unregistered-redirect-refused", "a page", authorized(elsewhere, 400, "", "no"), check.Kept, nil},
		{"authorize/unregistered-redirect-refused", "another port", authorized("&redirect_uri=http://127.0.0.1:1/callback", 302, "http://127.0.0.1:1/callback?code=x&state=s", ""), check.NotSeen, nil},
		{"authorize/errors-stay", "redirected", authorized(elsewhere, 302, stray+"?error=invalid_request&state=s", ""), check.Broken, []int{5}},
		{"authorize/errors-stay", "a page", authorized(elsewhere, 400, "", "no"), check.Kept, nil},
		{"authorize/errors-reported", "a page", authorized(there, 400, "", `{"error":"invalid_scope"}`), check.Broken, []int{5}},
		{"authorize/errors-reported", "a redirect", authorized(there, 302, judgetest.Redirect+"?error=invalid_scope&state=s", ""), check.Kept, nil},
		{"authorize/errors-reported", "a redirect URI that is not registered", authorized(elsewhere, 400, "", `{"error":"invalid_scope"}`), check.NotSeen, nil},
		{"authorize/errors-reported", "an unknown client", authorized(there, 400, "", `{"error":"unauthorized_client"}`), check.NotSeen, nil},
		{"authorize/errors-reported", "a redirect URI elsewhere", func(f *judgetest.Flow) {
			registering(`{"redirect_uris":["https://app.example/cb"]}`, 201, `{"client_id":"c","redirect_uris":["https://app.example/cb"]}`)(f)
			f.Authorize("&redirect_uri=https://app.example/cb", 400, "", `{"error":"invalid_scope"}`)
		}, check.NotSeen, nil},
		{"authorize/denial-reported", "otherwise", denied("server_error"), check.Broken, []int{5}},
		{"authorize/denial-reported", "access_denied", denied("access_denied"), check.Kept, nil},
		{"authorize/no-cors", "any origin", func(f *judgetest.Flow) {
			f.In(judgetest.WithCode).Rec.Exchanges[4].Response.Header.Set("Access-Control-Allow-Origin", "*")
		}, check.Broken, []int{5}},
		{"authorize/no-cors", "headers left out", func(f *judgetest.Flow) {
			f.Rec.Creator = "a proxy"
			f.In(judgetest.WithCode)
			for i := range f.Rec.Exchanges {
				f.Rec.Exchanges[i].Response.Header.Del("Content-Type")
			}
		}, check.NotSeen, nil},
		{"authorize/no-cors", "none", way(judgetest.WithCode), check.Kept, nil},
		{
			"authorize/unknown-parameters-ignored", "resource",
			authorized(there, 400, "", "AADSTS901002: The 'resource' request parameter is not supported."), check.Broken,
			[]int{5},
		},
		{"authorize/unknown-parameters-ignored", "its value", authorized(there, 400, "", "unsupported parameter value"), check.NotSeen, nil},
		{
			"authorize/missing-scope-named", "invalid_request",
			authorized(there, 302, judgetest.Redirect+"?state=s&error=invalid_request&error_description=scope+is+required", ""), check.Broken,
			[]int{5},
		},
		{"authorize/missing-scope-named", "invalid_scope", authorized(there, 302, judgetest.Redirect+"?state=s&error=invalid_scope", ""), check.Kept, nil},
		{"authorize/document-redirect-refused", "a code", document(200, strings.ReplaceAll(listed("https://app.example/client.json"), "/callback", "/other")), check.Broken, []int{4}},
		{"authorize/document-redirect-refused", "listed", document(200, listed("https://app.example/client.json")), check.NotSeen, nil},
		{"authorize/document-content-judged", "another client_id", document(200, listed("https://app.example/")), check.Broken, []int{5}},
		{"authorize/document-content-judged", "in order", document(200, listed("https://app.example/client.json")), check.NotSeen, nil},
		{"authorize/missing-document-refused", "a code", document(404, ""), check.Broken, []int{5}},
		{"authorize/missing-document-refused", "there", document(200, listed("https://app.example/client.json")), check.NotSeen, nil},
		{"registration/document-redirect-not-followed", "followed", func(f *judgetest.Flow) {
			document(302, "")(f)
			f.Rec.Exchanges[4].Response.Header.Set("Location", "/other.json")
			f.Add(judgetest.Message{From: trace.AuthorizationServer, To: trace.MetadataHost, URL: "https://app.example/other.json", Status: 200, Answer: "{}"})
		}, check.Broken, []int{5, 6}},
		{"registration/document-redirect-not-followed", "left", func(f *judgetest.Flow) {
			document(302, "")(f)
			f.Rec.Exchanges[4].Response.Header.Set("Location", "/other.json")
		}, check.Kept, nil},
		{"pkce/plain-refused", "a code", authorized(there+"&code_challenge=abc", 302, judgetest.Granted, ""), check.Broken, []int{5}},
		{"pkce/plain-refused", "refused", authorized(there+"&code_challenge=abc&code_challenge_method=plain", 400, "", "S256 only"), check.Kept, nil},
		{"pkce/demanded", "a token", func(f *judgetest.Flow) {
			authorized(there, 302, judgetest.Granted, "")(f)
			f.Redeem(200, judgetest.Issued)
		}, check.Broken, []int{5, 6}},
		{"pkce/demanded", "with a challenge", redeemed(verifier(challengeS256), 200, judgetest.Issued), check.NotSeen, nil},
	}
}

// redeemed is the way to a token with PKCE.
func redeemed(codeVerifier string, status int, answer string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		authorized("&redirect_uri="+judgetest.Redirect+"&code_challenge_method=S256&scope=read&resource="+judgetest.MCPURL+"&code_challenge="+challengeS256,
			302, judgetest.Granted, "")(f)
		f.Post("/token", "grant_type=authorization_code&code=x&client_id=c&code_verifier="+codeVerifier, status, answer)
	}
}

// confidential is a client with a secret that asks for a token.
func confidential(method, form, basic string, status int, answer string) func(f *judgetest.Flow) {
	return func(f *judgetest.Flow) {
		registering(`{"redirect_uris":["`+judgetest.Redirect+`"]}`, 201,
			`{"client_id":"c","client_secret":"masked.20.00000000000a","client_secret_expires_at":0,"token_endpoint_auth_method":"`+method+`"}`)(f)
		x := f.Post("/token", "grant_type=authorization_code&code=x"+form, status, answer)
		if basic != "" {
			x.Request.Header.Set("Authorization", "Basic masked.20.00000000000b.basic-"+base64.RawURLEncoding.EncodeToString([]byte(basic)))
		}
	}
}

func tokenScenes() []scene {
	refusal := func(code, words string) string {
		return fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, words)
	}
	const pkce = "code_verifier does not match"
	again := func(status int, answer string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) { f.In(judgetest.WithToken).Redeem(status, answer) }
	}
	other := func(status int) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.In(judgetest.WithCode).Post("/token", "grant_type=authorization_code&code=x&client_id=d&resource=http://other.example/", status, judgetest.Issued)
		}
	}
	public := func(code, words string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) { f.In(judgetest.WithCode).Redeem(401, refusal(code, words)) }
	}
	proof := func(registered string, status int) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			registering("{}", 201, `{"client_id":"c","token_endpoint_auth_method":"none"`+registered+`}`)(f)
			f.Redeem(status, judgetest.Issued)
		}
	}
	methods := replaced(judgetest.WithServer, `"issuer"`, `"token_endpoint_auth_methods_supported":["none"],"issuer"`)
	return []scene{
		{"token/served", "500", func(f *judgetest.Flow) { f.In(judgetest.WithCode).Redeem(500, "") }, check.Broken, []int{6}},
		{"token/served", "200", way(judgetest.WithToken), check.Kept, nil},
		{"token/number-types", "a string", redeemed("", 200, issued("t", `,"expires_in":"3600"`)), check.Broken, []int{6}},
		{"token/number-types", "a number", way(judgetest.WithToken), check.Kept, nil},
		{"token/number-types", "none", redeemed("", 200, issued("t", "")), check.NotSeen, nil},
		{"token/lifetime", "a year", redeemed("", 200, issued("t", `,"expires_in":31536000`)), check.Broken, []int{6}},
		{"token/lifetime", "an hour", way(judgetest.WithToken), check.Kept, nil},
		{"token/jwt-profile", "typ JWT", redeemed("", 200, issued(jwt(`"aud":"x"`), "")), check.Broken, []int{6}},
		{"token/jwt-profile", "opaque", way(judgetest.WithToken), check.NotSeen, nil},
		{"token/scope-named", "fewer, and silent", redeemed("", 200, issued(jwt(`"scope":"other"`), "")), check.Broken, []int{6}},
		{"token/scope-named", "fewer, and said", redeemed("", 200, issued(jwt(`"scope":"other"`), `,"scope":"other"`)), check.Kept, nil},
		{"token/unknown-parameters-ignored", "refused", redeemed("", 400, refusal("invalid_request", "unknown parameter: resource")), check.Broken, []int{6}},
		{"token/unknown-parameters-ignored", "taken", way(judgetest.WithToken), check.Kept, nil},
		{"token/code-bound-to-client", "another client", other(200), check.Broken, []int{5, 6}},
		{"token/code-bound-to-client", "refused", other(400), check.Kept, nil},
		{"token/resource-as-granted", "another resource", other(200), check.Broken, []int{5, 6}},
		{"token/resource-as-granted", "refused", other(400), check.Kept, nil},
		{"token/code-once", "twice", again(200, issued("t2", "")), check.Broken, []int{6, 7}},
		{"token/code-once", "refused", again(400, refusal("invalid_grant", "used")), check.Kept, nil},
		{"token/code-once", "recorded twice", again(200, judgetest.Issued), check.NotSeen, nil},
		{"token/error-fits", "invalid_request for a used code", again(400, refusal("invalid_request", "used")), check.Broken, []int{6, 7}},
		{"token/error-fits", "invalid_grant", again(400, refusal("invalid_grant", "used")), check.Kept, nil},
		{"token/error-fits", "a parameter more", func(f *judgetest.Flow) {
			f.In(judgetest.WithToken)
			x := f.Redeem(400, refusal("invalid_request", "no"))
			x.Request.Body.Text += "&audience=a"
		}, check.NotSeen, nil},
		{"token/error-fits", "not redeemed yet", func(f *judgetest.Flow) { f.In(judgetest.WithCode).Redeem(400, refusal("invalid_request", "no")) }, check.NotSeen, nil},
		{"token/error-form", "200", func(f *judgetest.Flow) {
			f.In(judgetest.WithCode).Redeem(200, refusal("bad_verification_code", "expired"))
		}, check.Broken, []int{6}},
		{"token/error-form", "400", func(f *judgetest.Flow) { f.In(judgetest.WithCode).Redeem(400, refusal("invalid_grant", "expired")) }, check.Kept, nil},
		{"token/used-code-revokes", "refreshed", func(f *judgetest.Flow) {
			again(400, refusal("invalid_grant", "used"))(f)
			f.Refresh("r", "c", "", 200, issued("t2", ""))
		}, check.Broken, []int{7, 8}},
		{"token/used-code-revokes", "revoked", func(f *judgetest.Flow) {
			again(400, refusal("invalid_grant", "used"))(f)
			f.Refresh("r", "c", "", 400, refusal("invalid_grant", "revoked"))
		}, check.Kept, nil},

		{"pkce/verifier-compared", "fits, and refused", redeemed(verifier(challengeS256), 400, refusal("invalid_grant", pkce)), check.Broken, []int{5, 6}},
		{"pkce/verifier-compared", "differs, and taken", redeemed(verifier(strings.ToUpper(challengeS256)), 200, judgetest.Issued), check.Broken, []int{5, 6}},
		{"pkce/verifier-compared", "none, and taken", redeemed("", 200, judgetest.Issued), check.Broken, []int{5, 6}},
		{"pkce/verifier-compared", "fits, and taken", redeemed(verifier(challengeS256), 200, judgetest.Issued), check.Kept, nil},
		{"pkce/verifier-compared", "differs, and refused", redeemed(verifier(strings.ToUpper(challengeS256)), 400, refusal("invalid_grant", pkce)), check.Kept, nil},
		{"pkce/verifier-compared", "refused for something else", redeemed(verifier(challengeS256), 400, refusal("invalid_grant", "expired code")), check.NotSeen, nil},

		{"token/public-client-accepted", "asked for a secret", public("invalid_client", "client_secret is missing"), check.Broken, []int{4, 6}},
		{"token/public-client-accepted", "not known", public("invalid_client", "unknown client"), check.NotSeen, nil},
		{"token/public-client-accepted", "taken", way(judgetest.WithToken), check.Kept, nil},
		{
			"token/basic-accepted", "refused",
			confidential("client_secret_basic", "", "c", 401, refusal("invalid_client", "HTTP Basic is not supported")), check.Broken,
			[]int{4, 5},
		},
		{"token/basic-accepted", "perhaps a wrong secret", confidential("client_secret_basic", "", "c", 401, refusal("invalid_client", "")), check.NotSeen, nil},
		{"token/basic-accepted", "taken", confidential("client_secret_basic", "", "c", 200, judgetest.Issued), check.Kept, nil},
		{
			"token/post-accepted", "refused",
			confidential("client_secret_post", "&client_id=c&client_secret=masked.20.00000000000a", "", 401, refusal("invalid_client", "")), check.Broken,
			[]int{4, 5},
		},
		{
			"token/post-accepted", "another secret",
			confidential("client_secret_post", "&client_id=c&client_secret=masked.20.00000000000f", "", 401, refusal("invalid_client", "")), check.NotSeen, nil,
		},
		{"token/client-authentication-demanded", "none", confidential("client_secret_post", "&client_id=c", "", 200, judgetest.Issued), check.Broken, []int{4, 5}},
		{
			"token/client-authentication-demanded", "another secret",
			confidential("client_secret_post", "&client_id=c&client_secret=masked.20.00000000000f", "", 200, judgetest.Issued), check.Broken,
			[]int{4, 5},
		},
		{"token/client-authentication-demanded", "refused", confidential("client_secret_post", "&client_id=c", "", 401, refusal("invalid_client", "")), check.Kept, nil},
		{"token/client-authentication-demanded", "registered without", confidential("none", "&client_id=c", "", 200, judgetest.Issued), check.NotSeen, nil},
		{"token/basic-challenge", "400", confidential("client_secret_basic", "", "c", 400, refusal("invalid_client", "")), check.Broken, []int{5}},
		{"token/basic-challenge", "in the body", confidential("client_secret_post", "&client_id=c", "", 400, refusal("invalid_client", "")), check.NotSeen, nil},
		{"token/listed-method-taken", "refused", func(f *judgetest.Flow) {
			methods(f)
			f.Redeem(401, refusal("invalid_client", "method none is not supported"))
		}, check.Broken, []int{3, 4}},
		{"token/listed-method-taken", "taken", func(f *judgetest.Flow) { methods(f); f.Redeem(200, judgetest.Issued) }, check.Kept, nil},
		{"token/bound-to-key", "not bound", redeemed("", 200, strings.Replace(issued(jwt(`"aud":"x"`), ""), "Bearer", "DPoP", 1)), check.Broken, []int{6}},
		{"token/bound-to-key", "bound", redeemed("", 200, strings.Replace(issued(jwt(`"cnf":{"jkt":"k"}`), ""), "Bearer", "DPoP", 1)), check.Kept, nil},
		{"token/proof-demanded", "a token without one", proof(`,"dpop_bound_access_tokens":true`, 200), check.Broken, []int{4, 5}},
		{"token/proof-demanded", "refused", proof(`,"dpop_bound_access_tokens":true`, 400), check.Kept, nil},
		{"token/proof-demanded", "not registered for it", proof("", 200), check.NotSeen, nil},
	}
}

func refreshScenes() []scene {
	const same = "&resource=" + judgetest.MCPURL
	refresh := func(client, more string, status int, answer string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) { f.In(judgetest.WithToken).Refresh("r", client, more, status, answer) }
	}
	no := func(code, words string) string {
		return fmt.Sprintf(`{"error":%q,"error_description":%q}`, code, words)
	}
	rotated := func(f *judgetest.Flow) {
		f.In(judgetest.WithToken).Refresh("r", "c", same, 200, issued("t2", `,"refresh_token":"r2"`))
	}
	revoked := func(client string, status int) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			replaced(judgetest.WithServer, `"issuer"`, `"revocation_endpoint":"`+judgetest.Issuer+`/revoke","issuer"`)(f)
			f.Redeem(200, judgetest.Issued)
			f.Post("/revoke", "token=r&client_id="+client, status, "")
		}
	}
	return []scene{
		{"refresh/revoked-token-refused", "taken", func(f *judgetest.Flow) { revoked("c", 200)(f); f.Refresh("r", "c", same, 200, issued("t2", "")) }, check.Broken, []int{5, 6}},
		{"refresh/revoked-token-refused", "refused", func(f *judgetest.Flow) { revoked("c", 200)(f); f.Refresh("r", "c", same, 400, no("invalid_grant", "")) }, check.Kept, nil},
		{"refresh/revoked-token-refused", "revocation refused", func(f *judgetest.Flow) { revoked("c", 503)(f); f.Refresh("r", "c", same, 200, issued("t2", "")) }, check.NotSeen, nil},
		{"refresh/revoked-token-refused", "by another client", func(f *judgetest.Flow) { revoked("d", 200)(f); f.Refresh("r", "c", same, 200, issued("t2", "")) }, check.NotSeen, nil},
		{"refresh/served", "500", refresh("c", same, 500, ""), check.Broken, []int{7}},
		{"refresh/served", "400", refresh("c", same, 400, no("invalid_grant", "")), check.Kept, nil},
		{"refresh/error-fits", "invalid_request", refresh("c", same, 400, no("invalid_request", "AADSTS90009: requesting a token for itself")), check.Broken, []int{6, 7}},
		{"refresh/error-fits", "invalid_grant", refresh("c", same, 400, no("invalid_grant", "expired")), check.Kept, nil},
		{"refresh/error-fits", "another resource", refresh("c", "", 400, no("invalid_request", "resource")), check.NotSeen, nil},
		{"refresh/error-fits", "twice the token", refresh("c", same+"&refresh_token=r", 400, no("invalid_request", "")), check.NotSeen, nil},
		{"refresh/scope-not-demanded", "demanded", refresh("c", same, 400, no("invalid_request", "scope is required")), check.Broken, []int{6, 7}},
		{"refresh/scope-not-demanded", "only with scope", func(f *judgetest.Flow) {
			refresh("c", same, 400, no("invalid_grant", ""))(f)
			f.Refresh("r", "c", same+"&scope=read", 200, issued("t2", ""))
		}, check.Broken, []int{7, 8}},
		{"refresh/scope-not-demanded", "taken", rotated, check.Kept, nil},
		{"refresh/scope-not-demanded", "refused for something else", refresh("c", same, 400, no("invalid_grant", "expired")), check.NotSeen, nil},
		{"refresh/bound-to-client", "another client", refresh("d", same, 200, issued("t2", "")), check.Broken, []int{6, 7}},
		{"refresh/bound-to-client", "refused", refresh("d", same, 400, no("invalid_grant", "")), check.Kept, nil},
		{"refresh/bound-to-client", "its client", rotated, check.Kept, nil},
		{"refresh/scope-as-granted", "wider", refresh("c", same, 200, issued("t2", `,"scope":"read write"`)), check.Broken, []int{6, 7}},
		{"refresh/scope-as-granted", "the same", refresh("c", same, 200, issued("t2", `,"scope":"read"`)), check.Kept, nil},
		{"refresh/replaced-token-refused", "taken again", func(f *judgetest.Flow) { rotated(f); f.Refresh("r", "c", same, 200, issued("t3", "")) }, check.Broken, []int{7, 8}},
		{"refresh/replaced-token-refused", "refused", func(f *judgetest.Flow) { rotated(f); f.Refresh("r", "c", same, 400, no("invalid_grant", "")) }, check.Kept, nil},
		{"refresh/replaced-token-refused", "never replaced", func(f *judgetest.Flow) {
			refresh("c", same, 200, issued("t2", ""))(f)
			f.Refresh("r", "c", same, 200, issued("t3", ""))
		}, check.NotSeen, nil},
		{"refresh/family-revoked", "lives on", func(f *judgetest.Flow) {
			rotated(f)
			f.Refresh("r", "c", same, 400, no("invalid_grant", ""))
			f.Refresh("r2", "c", same, 200, issued("t3", ""))
		}, check.Broken, []int{8, 9}},
		{"refresh/family-revoked", "revoked", func(f *judgetest.Flow) {
			rotated(f)
			f.Refresh("r", "c", same, 400, no("invalid_grant", ""))
			f.Refresh("r2", "c", same, 400, no("invalid_grant", ""))
		}, check.Kept, nil},
	}
}

func accessScenes() []scene {
	demanded := func(f *judgetest.Flow) { f.MCP("tools/call", "", 401, judgetest.Challenge, "") }
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	expiring := func(after time.Duration) string { return jwt(fmt.Sprintf(`"exp":%d`, at.Add(after).Unix())) }
	expired := func(after time.Duration, status int, answer string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.Rec.Started = at
			demanded(f)
			f.MCP("tools/call", expiring(after), status, "", answer)
		}
	}
	session := func(status int, answer string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			demanded(f)
			f.MCP("tools/call", "t", 200, "", judgetest.Result)
			f.MCP("tools/call", "", status, "", answer).Request.Header.Set("Mcp-Session-Id", "s")
		}
	}
	query := func(open bool, status int, answer string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			if !open {
				demanded(f)
			}
			f.MCP("tools/list", "t", 200, "", judgetest.Result)
			f.MCP("tools/call", "", status, "", answer).Request.URL += "?access_token=t"
		}
	}
	lived := func(after time.Duration, challenge string) func(f *judgetest.Flow) {
		return func(f *judgetest.Flow) {
			f.In(judgetest.WithToken)
			f.MCP("tools/call", "t", 200, "", judgetest.Result).At = after
			if challenge == "" {
				f.Rec.Exchanges[0].Response.Status = 200
			}
		}
	}
	bound := jwt(`"cnf":{"jkt":"k"}`)
	return []scene{
		{"call/served", "500", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 500, "", "") }, check.Broken, []int{1}},
		{"call/served", "401", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 401, "", "") }, check.Kept, nil},
		{"call/invalid-token-status", "403", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 403, `Bearer error="invalid_token"`, "") }, check.Broken, []int{1}},
		{"call/invalid-token-status", "403 for the end of a session", func(f *judgetest.Flow) {
			f.MCP("tools/call", "t", 403, `Bearer error="invalid_token"`, "").Request.Method = "DELETE"
		}, check.Broken, []int{1}},
		{"call/invalid-token-status", "401", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 401, `Bearer error="invalid_token"`, "") }, check.Kept, nil},
		{"call/invalid-token-status", "for lack of scope", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 403, `Bearer error="insufficient_scope"`, "") }, check.NotSeen, nil},
		{"step-up/status", "401", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 401, `Bearer error="insufficient_scope"`, "") }, check.Broken, []int{1}},
		{"step-up/status", "403", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 403, `Bearer error="insufficient_scope"`, "") }, check.Kept, nil},
		{"step-up/status", "401 for another reason", func(f *judgetest.Flow) { f.MCP("tools/call", "t", 401, `Bearer error="invalid_token"`, "") }, check.NotSeen, nil},
		{"call/expired-token-refused", "served", expired(-time.Hour, 200, judgetest.Result), check.Broken, []int{1, 2}},
		{"call/expired-token-refused", "refused", expired(-time.Hour, 401, ""), check.Kept, nil},
		{"call/expired-token-refused", "opaque, by its lifetime", lived(3*time.Hour, judgetest.Challenge), check.Broken, []int{1, 7}},
		{"call/expired-token-refused", "opaque, still good", lived(65*time.Minute, judgetest.Challenge), check.NotSeen, nil},
		{"call/expired-token-refused", "opaque, and nobody needs one", lived(3*time.Hour, ""), check.NotSeen, nil},
		{"call/expired-token-refused", "clocks differ", expired(-time.Minute, 200, judgetest.Result), check.NotSeen, nil},
		{"call/query-token-refused", "served", query(false, 200, judgetest.Result), check.Broken, []int{1, 3}},
		{"call/query-token-refused", "refused", query(false, 401, ""), check.Kept, nil},
		{"call/query-token-refused", "public", query(true, 200, judgetest.Result), check.NotSeen, nil},
		{"call/session-is-no-token", "served", session(200, judgetest.Result), check.Broken, []int{1, 3}},
		{"call/session-is-no-token", "refused", session(401, ""), check.Kept, nil},
		{"call/session-is-no-token", "Authorization left out", func(f *judgetest.Flow) {
			f.Rec.Creator = "Firefox"
			session(200, judgetest.Result)(f)
			f.Rec.Exchanges[1].Request.Header.Del("Authorization")
		}, check.NotSeen, nil},
		{"call/bound-token-needs-proof", "as Bearer", func(f *judgetest.Flow) { demanded(f); f.MCP("tools/call", bound, 200, "", judgetest.Result) }, check.Broken, []int{2}},
		{"call/bound-token-needs-proof", "refused", func(f *judgetest.Flow) { demanded(f); f.MCP("tools/call", bound, 401, "", "") }, check.Kept, nil},
		{"call/bound-token-needs-proof", "with its proof", func(f *judgetest.Flow) {
			demanded(f)
			x := f.MCP("tools/call", bound, 200, "", judgetest.Result)
			x.Request.Header.Set("Authorization", "DPoP "+bound)
			x.Request.Header.Set("DPoP", "masked.9.0123456789ab")
		}, check.NotSeen, nil},
	}
}
