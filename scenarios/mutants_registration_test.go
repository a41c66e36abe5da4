package scenarios_test

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
)

// dynamicOnly is a scene in which a client must register dynamically.
const noDocuments = "authServer.registration.clientIdMetadataDocuments=off"

func registrationFaults() []fault {
	return []fault{
		{
			check:  "registration/client-id-before-authorize",
			client: []mutant.Break{mutant.Authorize(func(p *mutant.Params) { p.Del("client_id") })},
			door:   "authorize", culprit: "client",
			with:    []string{"authorize/required-parameters"},
			because: "client_id is a required parameter",
		},
		{
			check:  "registration/configured-client-used",
			issued: true,
			client: quirks("registration.order", "[dynamic]"),
		},
		{
			check:  "registration/configured-client-used",
			issued: true,
			scene:  []string{noDocuments, "authServer.registration.dynamic=off"},
			client: quirks("registration.order", "[dynamic]"),
			door:   "registration", culprit: "client",
		},
		{
			check:   "registration/application-type-sent",
			scene:   []string{noDocuments},
			client:  quirks("registration.dynamic.applicationType", "omitted"),
			culprit: "client",
		},
		{
			check:  "registration/application-type-sent",
			scene:  []string{noDocuments, "authServer.registration.applicationType=enforced"},
			client: quirks("registration.dynamic.applicationType", "omitted"),
			door:   "registration", culprit: "client",
		},
		{
			check:  "registration/application-type-suits",
			scene:  []string{noDocuments},
			client: quirks("registration.dynamic.applicationType", "web"),
		},
		{
			check:  "registration/application-type-suits",
			scene:  []string{noDocuments, "authServer.registration.applicationType=enforced"},
			client: quirks("registration.dynamic.applicationType", "web"),
			door:   "registration", culprit: "client",
		},
		{
			check:   "registration/redirect-uris-safe",
			scene:   []string{noDocuments},
			client:  quirks("redirect.uri", "com.example.client:/callback"),
			culprit: "client",
		},
		{
			check: "registration/redirect-uris-sent",
			scene: []string{noDocuments},
			client: []mutant.Break{mutant.Sends(mutant.Registration, func(r *trace.Request) {
				mutant.Object(&r.Body, func(m map[string]any) { m["redirect_uris"] = []string{} })
			})},
			door: "registration", culprit: "client",
		},
		{
			check:  "registration/refresh-grant-declared",
			scene:  []string{noDocuments, "authServer.scope.offlineAccess=granted"},
			client: quirks("registration.dynamic.grantTypes", "[authorization_code]"),
		},
		{
			check:  "registration/refusal-handled",
			scene:  []string{noDocuments, "authServer.registration.dynamic=forbidden"},
			client: []mutant.Break{mutant.Repeats(mutant.Registration, 6, func(x *trace.Exchange) bool { return x.Response.Status == 403 })},
			door:   "registration", culprit: report.Neither,
		},
		{
			check:  "registration/response-complete",
			scene:  []string{noDocuments},
			server: []string{"authServer.registration.echoRedirectUris=omitted"},
		},
		{
			check:  "registration/response-complete",
			scene:  []string{noDocuments},
			server: []string{"authServer.registration.echoRedirectUris=without-port"},
			door:   "authorize", culprit: "authorization-server",
		},
		{
			check:  "registration/response-complete",
			scene:  []string{noDocuments},
			server: []string{"authServer.registration.status=200"},
		},
		{
			check:  "registration/metadata-document-used",
			client: quirks("registration.order", "[preregistered, dynamic]"),
		},
		{
			check:  "registration/metadata-document-used",
			scene:  []string{"authServer.registration.dynamic=off"},
			client: quirks("registration.order", "[preregistered, dynamic]"),
			door:   "registration", culprit: "client",
		},
		{
			check:  "registration/metadata-document-url",
			client: quirks("registration.clientIdMetadataDocument", "https://conformant.example.com"),
			door:   "authorize", culprit: "client",
		},
		{
			check:   "registration/metadata-document-valid",
			answer:  clientDocument(func(m map[string]any) { m["client_id"] = "https://other.example.com/client.json" }),
			culprit: "client",
			with:    []string{"authorize/document-content-judged"},
			because: "the server let it pass",
		},
		{
			check:   "registration/metadata-document-valid",
			answer:  clientDocument(func(m map[string]any) { delete(m, "redirect_uris") }),
			culprit: "client",
			with:    []string{"authorize/document-content-judged"},
			because: "the server let it pass",
		},
		{
			check:  "registration/metadata-document-fetched",
			scene:  []string{noDocuments},
			answer: advertiseDocuments,
			door:   "authorize", culprit: "authorization-server",
		},
	}
}

// advertiseDocuments makes an authorization server claim a support that it does
// not have.
func advertiseDocuments(x *trace.Exchange) {
	if strings.Contains(x.Request.URL, "/.well-known/o") && x.Response.Status == 200 {
		mutant.Object(&x.Response.Body, func(m map[string]any) {
			if m["token_endpoint"] != nil {
				m["client_id_metadata_document_supported"] = true
			}
		})
	}
}

// clientDocument edits the client ID metadata document that the authorization
// server fetched, as if it had not looked at it closely.
func clientDocument(edit func(map[string]any)) func(*trace.Exchange) {
	return func(x *trace.Exchange) {
		if x.To == trace.MetadataHost {
			mutant.Object(&x.Response.Body, edit)
		}
	}
}
