package scenarios_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// serverMetadata edits the authorization server's metadata.
func serverMetadata(edit func(map[string]any)) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if x.Response.Status == http.StatusOK && strings.Contains(x.Request.URL, "/.well-known/oauth-authorization-server") {
			mutant.Object(&x.Response.Body, edit)
		}
	}
}

// registered edits answers to dynamic registrations.
func registered(edit func(*trace.Response)) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if x.Request.Method == http.MethodPost && strings.HasSuffix(x.Request.URL, "/register") {
			edit(x.Response)
		}
	}
}

// refusedRegistration is an answer that registers nobody.
func refusedRegistration(status int, body string) func(*trace.Exchange) {
	return registered(func(r *trace.Response) { r.Status, r.Body = status, trace.Body{Text: body, Size: int64(len(body))} })
}

// serverFaults are faults of servers up to the token, in what they answer.
func serverFaults() []fault {
	return []fault{
		{
			check: "discovery/challenge-present",
			answer: refusal(http.StatusUnauthorized, func(r *trace.Response) {
				r.Header.Del("WWW-Authenticate")
			}),
			with:    []string{"call/challenge-names-error"},
			because: "what the challenge would say is missing with it",
		},
		{
			check: "discovery/challenge-scheme",
			answer: func(x *trace.Exchange) {
				if x.Response.Status == http.StatusUnauthorized && x.Request.Header.Get("Authorization") == "" {
					x.Response.Header.Set("WWW-Authenticate", strings.ReplaceAll(x.Response.Header.Get("WWW-Authenticate"), "Bearer", "Basic"))
				}
			},
			with:    []string{"discovery/challenge-names-scope"},
			because: "a challenge of another scheme says nothing of Bearer tokens",
		},
		{
			check:  "discovery/as-metadata-complete",
			answer: serverMetadata(func(m map[string]any) { delete(m, "response_types_supported") }),
		},
		{
			check: "discovery/as-metadata-form",
			answer: func(x *trace.Exchange) {
				if strings.Contains(x.Request.URL, "/.well-known/oauth-authorization-server") {
					x.Response.Header.Set("Content-Type", "text/plain")
				}
			},
		},
		{
			check:  "registration/served",
			scene:  []string{noDocuments},
			answer: refusedRegistration(http.StatusInternalServerError, ""),
			door:   "registration", culprit: "authorization-server",
			with:    []string{"registration/answered"},
			because: "a server error answers no registration",
		},
		{
			check:  "registration/error-form",
			scene:  []string{noDocuments},
			answer: refusedRegistration(http.StatusForbidden, "Forbidden"),
			door:   "registration", culprit: "authorization-server",
		},
		{
			check:  "registration/loopback-accepted",
			scene:  []string{noDocuments},
			answer: refusedRegistration(http.StatusBadRequest, `{"error":"invalid_redirect_uri","error_description":"https only"}`),
			door:   "registration", culprit: "authorization-server",
		},
		{
			check: "registration/secret-expiry",
			scene: []string{noDocuments, "authServer.registration.issueSecret=client_secret_post"},
			answer: registered(func(r *trace.Response) {
				mutant.Object(&r.Body, func(m map[string]any) { delete(m, "client_secret_expires_at") })
			}),
		},
		{
			check: "registration/response-types",
			scene: []string{noDocuments},
			answer: registered(func(r *trace.Response) {
				mutant.Object(&r.Body, func(m map[string]any) { m["client_id_issued_at"] = "0" })
			}),
		},
		{
			check:  "issuer/response-iss-as-advertised",
			server: []string{"authServer.iss.send=off"},
			door:   "callback", culprit: "authorization-server",
			with:    []string{"issuer/response-iss-sent"},
			because: "it is not sent",
		},
		{
			check:  "issuer/response-iss-own",
			server: []string{"authServer.iss.value=mismatch"},
			door:   "callback", culprit: "authorization-server",
		},
		{
			check:    "authorize/response-parameters-once",
			callback: func(u *url.URL) { u.RawQuery += "&state=another" },
			with:     []string{"callback/duplicates-refused"},
			because:  "the client takes the first one",
		},
	}
}

// serverTokenFaults are faults of servers at the token endpoint and after it.
func serverTokenFaults() []fault {
	refresh := func(edit func(*trace.Exchange)) func(*trace.Exchange) {
		return func(x *trace.Exchange) {
			if strings.Contains(x.Request.Body.Text, "grant_type=refresh_token") {
				edit(x)
			}
		}
	}
	no := func(status int, body string) func(*trace.Exchange) {
		return func(x *trace.Exchange) {
			x.Response.Status, x.Response.Body = status, trace.Body{Text: body, Size: int64(len(body))}
		}
	}
	return []fault{
		{
			check:  "token/number-types",
			answer: tokenAnswer(func(m map[string]any) { m["expires_in"] = "3600" }),
			door:   "call", culprit: "authorization-server", // it does not use a token whose answer it cannot read
		},
		{
			check:  "token/lifetime",
			answer: tokenAnswer(func(m map[string]any) { m["expires_in"] = 31536000 }),
		},
		{
			check: "token/served",
			answer: func(x *trace.Exchange) {
				if strings.Contains(x.Request.Body.Text, "grant_type=authorization_code") {
					no(http.StatusBadGateway, "")(x)
				}
			},
			door: "token", culprit: "authorization-server",
		},
		{
			check: "pkce/verifier-compared",
			answer: func(x *trace.Exchange) {
				if strings.Contains(x.Request.Body.Text, "grant_type=authorization_code") {
					no(http.StatusBadRequest, `{"error":"invalid_grant","error_description":"code_verifier does not match"}`)(x)
				}
			},
			door: "token", culprit: "authorization-server",
		},
		{
			check: "token/public-client-accepted",
			scene: []string{noDocuments},
			answer: func(x *trace.Exchange) {
				if strings.Contains(x.Request.Body.Text, "grant_type=authorization_code") {
					no(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"client_secret is missing"}`)(x)
				}
			},
			door: "token", culprit: "authorization-server",
		},
		{
			check:  "refresh/error-fits",
			answer: refresh(no(http.StatusBadRequest, `{"error":"invalid_request"}`)),
		},
		{
			check:  "refresh/scope-not-demanded",
			answer: refresh(no(http.StatusBadRequest, `{"error":"invalid_request","error_description":"scope is required"}`)),
		},
		{
			check:  "refresh/served",
			answer: refresh(no(http.StatusServiceUnavailable, "")),
			door:   "refresh", culprit: "authorization-server",
		},
		{
			check: "call/invalid-token-status",
			answer: func(x *trace.Exchange) {
				if strings.Contains(x.Response.Header.Get("WWW-Authenticate"), "invalid_token") {
					x.Response.Status = http.StatusBadRequest
				}
			},
			door: "refresh", culprit: "mcp-server",
			with:    []string{"call/invalid-token-401"},
			because: "the token had been expired",
		},
	}
}
