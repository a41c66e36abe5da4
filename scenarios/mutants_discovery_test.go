package scenarios_test

import "github.com/mcpcompat/mcpcompat/clients/mutant"

func quirks(pathsAndValues ...string) []mutant.Break {
	var out []mutant.Break
	for i := 0; i < len(pathsAndValues); i += 2 {
		out = append(out, mutant.Quirk(pathsAndValues[i], pathsAndValues[i+1]))
	}
	return out
}

func discoveryFaults() []fault {
	return []fault{
		{
			check:  "discovery/challenge-on-401",
			server: []string{"mcpServer.challenge.status=403"},
			door:   "challenge", culprit: "mcp-server",
		},
		{
			check:  "discovery/challenge-points-to-metadata",
			scene:  []string{"mcpServer.metadata.path=/oauth/resource", "mcpServer.metadata.root=off"},
			server: []string{"mcpServer.challenge.resourceMetadata=omitted"},
			door:   "resource-metadata", culprit: "mcp-server",
		},
		{
			check:  "discovery/challenge-names-scope",
			server: []string{"mcpServer.challenge.scope=omitted"},
		},
		{
			check:  "discovery/uses-resource-metadata",
			client: quirks("discovery.resourceMetadata", "[nowhere]", "discovery.legacy", "metadata"),
			door:   "as-metadata", culprit: "client",
		},
		{
			check:   "discovery/challenge-url-first",
			client:  quirks("discovery.resourceMetadata", "[root]"),
			culprit: "client",
		},
		{
			check:  "discovery/challenge-url-first",
			scene:  []string{"mcpServer.metadata.path=/oauth/resource", "mcpServer.metadata.root=off"},
			client: quirks("discovery.resourceMetadata", "[path, root]"),
			door:   "resource-metadata", culprit: "client",
		},
		{
			check:  "discovery/challenge-sought",
			scene:  []string{"mcpServer.metadata.path=/oauth/resource", "mcpServer.metadata.root=off"},
			client: quirks("discovery.start", "metadata", "discovery.resourceMetadata", "[path, root]"),
			door:   "resource-metadata", culprit: "client",
		},
		{
			check:   "discovery/well-known-order",
			scene:   []string{"mcpServer.challenge.resourceMetadata=omitted"},
			client:  quirks("discovery.resourceMetadata", "[root]"),
			culprit: "client",
		},
		{
			check:  "discovery/well-known-order",
			scene:  []string{"mcpServer.challenge.resourceMetadata=omitted", "mcpServer.metadata.path=off"},
			client: quirks("discovery.resourceMetadata", "[path]"),
			door:   "resource-metadata", culprit: "client",
		},
		{
			check:  "discovery/metadata-names-authorization-server",
			server: []string{"mcpServer.metadata.authorizationServers=omitted"},
			door:   "as-metadata", culprit: "mcp-server",
		},
		{
			check:  "discovery/metadata-resource-matches",
			server: []string{"mcpServer.metadata.resource=foreign"},
			door:   "as-metadata", culprit: "mcp-server",
		},
		{
			check:  "discovery/metadata-resource-validated",
			scene:  []string{"mcpServer.metadata.resource=foreign"},
			client: quirks("discovery.resourceMismatch", "server-url"),
			door:   "", culprit: "client",
		},
		{
			check:  "discovery/no-offline-access",
			server: []string{"mcpServer.metadata.scopesSupported=offline-access"},
		},
		{
			check:  "discovery/both-metadata-kinds",
			scene:  []string{"authServer.metadata.rfc8414=off"},
			client: quirks("discovery.serverMetadata", "[oauth]"),
			door:   "as-metadata", culprit: "client",
		},
		{
			check:   "discovery/as-metadata-order",
			client:  quirks("discovery.serverMetadata", "[openid, oauth]"),
			culprit: "client",
		},
		{
			check:  "discovery/as-metadata-order",
			scene:  []string{"authServer.metadata.rfc8414=off", "authServer.metadata.oidc=appended", "issuerPath=/tenant"},
			client: quirks("discovery.serverMetadata", "[oauth, openid]"),
			door:   "as-metadata", culprit: "client",
		},
		{
			check:  "discovery/as-metadata-order",
			scene:  []string{"issuerPath=/tenant", "authServer.metadata.rfc8414=off"},
			client: quirks("discovery.serverMetadata", "[oauth-root]"),
			door:   "as-metadata", culprit: "client",
			with:    []string{"discovery/both-metadata-kinds"},
			because: "the only place that it knows is one of RFC 8414",
		},
		{
			check:  "discovery/as-metadata-order",
			scene:  []string{"authServer.metadata.firstWellKnownStatus=503"},
			client: quirks("discovery.serverMetadata", "[oauth]"),
			door:   "as-metadata", culprit: "client",
		},
		{
			check:  "discovery/as-metadata-published",
			server: []string{"authServer.metadata.rfc8414=off", "authServer.metadata.oidc=off"},
			door:   "as-metadata", culprit: "authorization-server",
		},
		{
			check:  "discovery/metadata-issuer-matches",
			server: []string{"authServer.metadata.trailingSlash=added"},
			door:   "as-metadata", culprit: "authorization-server",
		},
		{
			check:  "discovery/metadata-names-issuer",
			server: []string{"mcpServer.metadata.authorizationServers=trailing-slash"},
			door:   "as-metadata", culprit: "mcp-server",
		},
		{
			check:   "discovery/metadata-issuer-validated",
			scene:   []string{"authServer.metadata.issuer=https://as.other.example", "authServer.iss.send=omitted", "authServer.iss.advertise=omitted"},
			client:  quirks("discovery.metadataIssuer", "ignored"),
			culprit: "client",
			with:    []string{"issuer/response-iss-sent"},
			because: "the scene's server sends none, which is seen only behind the door that must stay shut",
		},
		{
			check:  "network/private-addresses-refused",
			scene:  []string{"mcpServer.challenge.resourceMetadataUrl=https://10.255.255.1/metadata"},
			client: quirks("network.addresses", "unchecked"),
		},
		{
			check:  "network/redirects-checked",
			scene:  []string{"authServer.metadata.redirect=other-origin"},
			client: quirks("network.redirects", "followed"),
		},
		{
			check:  "network/answers-bounded",
			scene:  []string{"authServer.metadata.paddingBytes=25165824"},
			client: []mutant.Break{gulps()},
		},
		{
			check:  "pkce/advertised",
			server: []string{"authServer.pkce.advertise=omitted"},
			door:   "as-metadata", culprit: "authorization-server",
		},
		{
			check:   "pkce/support-verified",
			scene:   []string{"authServer.pkce.advertise=omitted"},
			client:  quirks("pkce.advertised", "omitted"),
			culprit: "client",
		},
	}
}
