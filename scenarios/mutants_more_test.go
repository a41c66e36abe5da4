package scenarios_test

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
)

// moreFaults are about what goes into requests and documents.
func moreFaults() []fault {
	return []fault{
		{
			check: "registration/metadata-document-advertised",
			scene: []string{noDocuments},
			client: []mutant.Break{
				mutant.Authorize(func(p *mutant.Params) { p.Set("client_id", "https://conformant.example.com/client.json") }),
			},
			door: "authorize", culprit: "client",
		},
		{
			check:   "registration/metadata-document-secretless",
			answer:  clientDocument(func(m map[string]any) { m["token_endpoint_auth_method"] = "client_secret_basic" }),
			culprit: "client",
		},
		{
			check: "authorize/resource-absolute",
			client: []mutant.Break{
				mutant.Authorize(func(p *mutant.Params) { p.Set("resource", p.Get("resource")+"#here") }),
			},
			door: "authorize", culprit: "client",
			with:    []string{"authorize/resource-identifies-server"},
			because: "a URI with a fragment identifies no resource",
		},
		{
			check: "authorize/resource-most-specific",
			scene: []string{"authServer.resource.handling=ignored", "mcpServer.tokens.audience=unchecked"},
			client: []mutant.Break{
				mutant.Authorize(func(p *mutant.Params) { p.Set("resource", strings.TrimSuffix(p.Get("resource"), "/mcp")) }),
				mutant.Form(mutant.Token, func(p *mutant.Params) { p.Set("resource", strings.TrimSuffix(p.Get("resource"), "/mcp")) }),
			},
		},
	}
}
