package probe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// deviant is a deployment that breaks one rule.
type deviant struct {
	check string
	// scene are settings, path=value, that hold with and without the break.
	scene []string
	// set are the settings that break the rule.
	set []string
	// with are checks that fall too, necessarily; because says why.
	with    []string
	because string
}

func deviants() []deviant {
	return slices.Concat(deviantDiscovery(), deviantRegistration(), deviantAuthorization(), deviantTokens(), deviantAccess())
}

func deviantDiscovery() []deviant {
	return []deviant{
		{
			check: "probe/challenge/status", set: []string{"mcpServer.challenge.status=403"},
			with:    []string{"probe/invalid-token", "probe/forged-token", "probe/expired-token", "probe/session-only"},
			because: "the status is that of every refusal",
		},
		{
			check: "probe/challenge/scheme", set: []string{"mcpServer.challenge.header=omitted"},
			with:    []string{"probe/invalid-token/named", "probe/insufficient-scope/challenge"},
			because: "the header is left out everywhere",
		},
		{
			check: "probe/challenge/scope", set: []string{"mcpServer.challenge.scope=omitted"},
			with: []string{"probe/insufficient-scope/challenge"}, because: "the scope is left out of every challenge",
		},
		{check: "probe/challenge/no-offline-access", set: []string{"mcpServer.metadata.scopesSupported=offline-access"}},
		{
			check: "probe/resource-metadata/findable", set: []string{"mcpServer.metadata.path=off", "mcpServer.metadata.root=off"},
			with: []string{"probe/server-metadata/published"}, because: "without the document nothing names the authorization server",
		},
		{check: "probe/resource-metadata/url", set: []string{"mcpServer.challenge.resourceMetadata=relative"}},
		{
			check: "probe/resource-metadata/resource", set: []string{"mcpServer.metadata.resource=trailing-slash"},
		},
		{
			check: "probe/resource-metadata/authorization-servers", set: []string{"mcpServer.metadata.authorizationServers=omitted"},
			with: []string{"probe/server-metadata/published"}, because: "nothing names the authorization server",
		},
		{check: "probe/server-metadata/published", set: []string{"authServer.metadata.rfc8414=off", "authServer.metadata.oidc=off"}},
		{check: "probe/server-metadata/form", set: []string{"authServer.metadata.contentType=text/plain"}},
		{
			check: "probe/server-metadata/form", scene: []string{"authServer.registration.dynamic=off"},
			set: []string{"authServer.registration.advertise=as-null"},
		},
		{
			check: "probe/server-metadata/issuer", set: []string{"authServer.metadata.trailingSlash=added"},
			with: []string{"probe/iss/value"}, because: "iss is the true issuer",
		},
		{check: "probe/server-metadata/named", set: []string{"mcpServer.metadata.authorizationServers=trailing-slash"}},
		{check: "probe/server-metadata/s256", set: []string{"authServer.pkce.advertise=omitted"}},
		{check: "probe/server-metadata/endpoints", set: []string{"authServer.metadata.authorizationEndpoint=http://as.other.example/authorize"}},
	}
}

func deviantRegistration() []deviant {
	const fetchless = "probe/document"
	return []deviant{
		{check: "probe/registration/status", set: []string{"authServer.registration.status=200"}},
		{check: "probe/registration/response", set: []string{"authServer.registration.echoRedirectUris=first"}},
		{check: "probe/registration-redirects", set: []string{"authServer.flaws.registrationRedirectUri=unchecked"}},
		{check: "probe/registration-errors", set: []string{"authServer.registration.dynamic=unprocessable"}},
		{check: "probe/document/supported", set: []string{"authServer.registration.clientIdMetadataDocuments=off"}},
		{check: fetchless, set: []string{"authServer.flaws.document=refused"}},
		{check: "probe/document-content", set: []string{"authServer.flaws.documentClientId=unchecked"}},
		{check: "probe/document-redirect-uri", set: []string{"authServer.flaws.documentRedirectUri=unchecked"}},
		{check: "probe/document-size", set: []string{"authServer.flaws.documentSize=unchecked"}},
		{check: "probe/document-redirects", set: []string{"authServer.flaws.documentRedirects=followed"}},
		{check: "probe/document-address", set: []string{"authServer.flaws.documentHost=unchecked"}},
		{check: "probe/document-cached", set: []string{"authServer.flaws.documentCache=never"}},
		{check: "probe/document-cached", set: []string{"authServer.flaws.documentCache=always"}},
		{check: "probe/consent-host", set: []string{"authServer.flaws.consentRedirectHost=hidden"}},
	}
}

func deviantAuthorization() []deviant {
	return []deviant{
		{check: "probe/pkce-required", set: []string{"authServer.pkce.require=off"}},
		{check: "probe/pkce-plain", set: []string{"authServer.pkce.plain=accepted"}},
		{check: "probe/state", set: []string{"authServer.flaws.state=truncated"}},
		{
			check: "probe/iss", set: []string{"authServer.iss.send=omitted"},
			with: []string{"probe/iss/promised"}, because: "it is still advertised",
		},
		{
			check: "probe/iss", set: []string{"authServer.iss.send=success-only"},
			with: []string{"probe/iss/promised"}, because: "it is still advertised",
		},
		{check: "probe/iss", set: []string{"authServer.iss.send=omitted"}, scene: []string{"authServer.iss.advertise=omitted"}},
		{check: "probe/authorize-cors", set: []string{"authServer.flaws.authorizeCors=open"}},
		{check: "probe/proxy-consent", scene: []string{"topology=proxy"}, set: []string{"proxy.consent=off"}},
		{check: "probe/iss/advertised", set: []string{"authServer.iss.advertise=omitted"}},
		{check: "probe/iss/value", set: []string{"authServer.iss.value=foreign"}},
		{check: "probe/iss/value", set: []string{"authServer.iss.value=trailing-slash"}},
		{
			check: "probe/iss/promised", set: []string{"authServer.iss.send=omitted"},
			with: []string{"probe/iss"}, because: "sending it is a rule of its own",
		},
		{
			check: "probe/authorize-errors", set: []string{"authServer.flaws.redirectError=page"},
			with: []string{"probe/denial"}, because: "every error is shown as a page",
		},
		{check: "probe/denial", set: []string{"authServer.consent.denial=page"}},
		{check: "probe/redirect-exact", set: []string{"authServer.flaws.redirectUri=prefix"}},
		{
			check: "probe/errors-stay", set: []string{"authServer.flaws.redirectError=sent"},
			with: []string{"probe/redirect-exact"}, because: "an error sent to an unregistered redirect URI is a redirect there",
		},
		{check: "probe/loopback-port", set: []string{"authServer.redirect.loopbackPort=exact"}},
		{check: "probe/loopback-port", set: []string{"authServer.clientIdMetadataDocuments.loopbackPort=exact"}},
		{
			check: "probe/resource-unknown", set: []string{"authServer.resource.handling=ignored"},
			with:    []string{"probe/resource-granted", "probe/token-response/audience"},
			because: "a server that ignores the parameter ignores it everywhere",
		},
		{
			check: "probe/resource-granted", set: []string{"authServer.resource.handling=ignored"},
			with:    []string{"probe/resource-unknown", "probe/token-response/audience"},
			because: "as above",
		},
		{check: "probe/resource-case", set: []string{"authServer.flaws.resourceCase=exact"}},
	}
}

func deviantTokens() []deviant {
	return []deviant{
		{check: "probe/verifier", set: []string{"authServer.flaws.codeVerifier=unchecked"}},
		{check: "probe/code-replay", set: []string{"authServer.flaws.codeReplay=accepted"}},
		{check: "probe/code-replay/revokes", set: []string{"authServer.flaws.codeReplay=refused"}},
		{check: "probe/code-client", set: []string{"authServer.flaws.codeClient=unchecked"}},
		{check: "probe/token-response/cache", set: []string{"authServer.flaws.tokenCache=on"}},
		{check: "probe/token-response/lifetime", set: []string{"authServer.token.lifetime=48h"}},
		{
			check: "probe/token-response/audience", set: []string{"authServer.resource.handling=ignored"},
			with:    []string{"probe/resource-unknown", "probe/resource-granted"},
			because: "a server that ignores the parameter ignores it everywhere",
		},
		{check: "probe/token-response/profile", set: []string{"authServer.token.typ=JWT"}, scene: []string{"mcpServer.tokens.type=unchecked"}},
		{
			check: "probe/token-errors", set: []string{"authServer.flaws.tokenError=text"},
			with: []string{"probe/client-authentication"}, because: "invalid_client is a token error",
		},
		{check: "probe/client-authentication", set: []string{"authServer.flaws.clientSecret=unchecked"}},
		{check: "probe/introspection", set: []string{"authServer.flaws.introspection=open"}},
		{check: "probe/refresh-rotation", set: []string{"authServer.refresh.rotation=off"}},
		{check: "probe/refresh-scope-omitted", set: []string{"authServer.refresh.scope=required"}},
		{check: "probe/refresh-replay", set: []string{"authServer.refresh.replay=grace"}},
		{check: "probe/refresh-replay/family", set: []string{"authServer.refresh.replay=refused"}},
		{check: "probe/refresh-client", set: []string{"authServer.flaws.refreshClient=unchecked"}},
		{check: "probe/refresh-scope", set: []string{"authServer.flaws.refreshScope=unchecked"}},
		{check: "probe/revocation", set: []string{"authServer.flaws.revocation=ignored"}},
		{check: "probe/dpop-proof", set: []string{"authServer.flaws.dpopProof=unchecked"}},
		{check: "probe/dpop-token", set: []string{"authServer.flaws.dpopBinding=off"}},
	}
}

func deviantAccess() []deviant {
	const proofs = "mcpServer.dpop.use=advertised"
	return []deviant{
		{
			check: "probe/invalid-token", set: []string{"mcpServer.challenge.status=403"},
			with:    []string{"probe/challenge/status", "probe/forged-token", "probe/expired-token", "probe/session-only"},
			because: "the status is that of every refusal",
		},
		{
			check: "probe/invalid-token/named", set: []string{"mcpServer.challenge.error=omitted"},
			with: []string{"probe/insufficient-scope/challenge"}, because: "the error is left out of every challenge",
		},
		{
			check: "probe/malformed", set: []string{"mcpServer.flaws.malformed=crash"},
			with: []string{"probe/query-token"}, because: "a token in the query makes a request malformed",
		},
		{check: "probe/query-token", set: []string{"mcpServer.tokens.query=accepted"}},
		{check: "probe/forged-token", set: []string{"mcpServer.flaws.signature=unchecked"}},
		{check: "probe/expired-token", set: []string{"mcpServer.tokens.lifetime=unchecked"}},
		{check: "probe/audience", set: []string{"mcpServer.tokens.audience=unchecked"}},
		{check: "probe/session-only", set: []string{"mcpServer.flaws.session=unchecked"}},
		{
			check: "probe/insufficient-scope/status", set: []string{"mcpServer.scopes.stepUp=tool-error"},
		},
		{
			check: "probe/insufficient-scope/challenge", set: []string{"mcpServer.challenge.error=omitted"},
			with: []string{"probe/invalid-token/named"}, because: "the error is left out of every challenge",
		},
		{
			check: "probe/insufficient-scope/complete", scene: []string{"mcpServer.scopes.write=[tools/write, tools/admin]"},
			set: []string{"mcpServer.scopes.stepUp=one-at-a-time"},
		},
		{check: "probe/dpop-request", scene: []string{proofs}, set: []string{"mcpServer.flaws.dpopProof=unchecked"}},
		{check: "probe/dpop-bearer", scene: []string{proofs}, set: []string{"mcpServer.flaws.dpopBinding=unchecked"}},
	}
}

// unbroken are checks that no setting breaks, each with the reason.
func unbroken() map[string]string {
	return map[string]string{
		"probe/document-time": "it takes as long as the server's own patience",
		"probe/cors":          "it is a permission, which nobody has to use",
	}
}

func TestEveryProbeFindsItsDeviantAndNothingElse(t *testing.T) {
	t.Parallel()
	tried, scenes := map[string]bool{}, map[string]map[string]report.Finding{}
	for _, d := range deviants() {
		tried[d.check] = true
		scene := strings.Join(d.scene, " ")
		if scenes[scene] == nil {
			scenes[scene] = findings(measure(t, named(t, "reference", d.scene...)))
		}
		t.Run(d.check+"/"+strings.Join(d.set, " "), func(t *testing.T) {
			t.Parallel()
			d.play(t, scenes[scene])
		})
	}
	for _, c := range judge.ProbeChecks() {
		if why := unbroken()[c.ID]; why != "" {
			t.Logf("no deployment breaks %s: %s", c.ID, why)
		} else if !tried[c.ID] {
			t.Errorf("no deployment breaks %s", c.ID)
		}
	}
}

// play compares the findings with and without the break.
func (d deviant) play(t *testing.T, before map[string]report.Finding) {
	t.Helper()
	cell := measure(t, named(t, "reference", slices.Concat(d.scene, d.set)...))
	after := findings(cell)
	want := report.Warn
	if requirement.Level(after[d.check].Level).Mandatory() {
		want = report.Fail
	}
	if got := after[d.check]; got.Verdict != want || got.Observed == "" || got.Expected == "" {
		t.Errorf("%s is %s (%s), want %s", d.check, got.Verdict, got.Observed, want)
	}
	if got := before[d.check].Verdict; got != report.Pass && got != report.NotApplicable {
		t.Errorf("%s is %s without the break: %s", d.check, got, before[d.check].Observed)
	}
	for id, f := range after {
		fallen := broken(f) && !broken(before[id])
		if expected := id == d.check || slices.Contains(d.with, id); fallen != expected {
			t.Errorf("%s is %s, was %s: %s", id, f.Verdict, before[id].Verdict, f.Observed)
		}
	}
	if !strings.Contains(cell.Summary, after[d.check].Requirement) {
		t.Errorf("the summary does not name %s: %s", after[d.check].Requirement, cell.Summary)
	}
	if (d.with == nil) != (d.because == "") {
		t.Errorf("falls with %v because %q", d.with, d.because)
	}
}

func broken(f report.Finding) bool { return f.Verdict == report.Fail || f.Verdict == report.Warn }
