package scenarios_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// attack is a hostile deployment and a client that falls for it.
type attack struct {
	deployment string
	client     []mutant.Break
	// why is the check that says so, connected whether the client gets in.
	why       string
	connected bool
}

func attacks() []attack {
	careless := quirks("issuer.response", "ignored")
	anywhere := quirks("network.addresses", "unchecked", "network.redirects", "followed")
	return []attack{
		{"hostile-mix-up", careless, "issuer/response-iss-validated", true},
		{"hostile-wrong-iss", careless, "issuer/response-iss-validated", true},
		{"hostile-iss-slash", quirks("issuer.comparison", "slash-tolerant"), "issuer/response-iss-validated", true},
		{"hostile-iss-case", careless, "issuer/response-iss-validated", true},
		{"hostile-iss-missing", careless, "issuer/response-iss-validated", true},
		{
			"hostile-foreign-issuer", quirks("discovery.metadataIssuer", "ignored", "issuer.response", "ignored"),
			"discovery/metadata-issuer-validated", true,
		},
		{"hostile-foreign-resource", quirks("discovery.resourceMismatch", "server-url"), "discovery/metadata-resource-validated", true},
		{"hostile-javascript-url", quirks("network.authorizationUrl", "unchecked"), "authorize/safe-authorization-url", false},
		{"hostile-plain-http", quirks("network.authorizationUrl", "unchecked"), "authorize/safe-authorization-url", false},
		{"hostile-redirect-origin", anywhere, "network/redirects-checked", true},
		{"hostile-redirect-private", anywhere, "network/private-addresses-refused", false},
		{"hostile-private-prm", anywhere, "network/private-addresses-refused", false},
		{"hostile-private-issuer", anywhere, "network/private-addresses-refused", false},
		{"hostile-huge-metadata", []mutant.Break{gulps()}, "network/answers-bounded", true},
		{"hostile-endless-metadata", []mutant.Break{gulps()}, "network/answers-bounded", true},
	}
}

// gulps is a client that reads far more of a metadata document than any has,
// and makes sense of the beginning.
func gulps() mutant.Break {
	return mutant.Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(req)
		if err != nil || !strings.Contains(req.URL.Path, "/.well-known/oauth-authorization-server") {
			return res, err
		}
		defer res.Body.Close()
		const enough = 24 << 20 // the endless document goes on, but slowly
		body, err := io.ReadAll(io.LimitReader(res.Body, enough))
		if err != nil {
			return nil, err
		}
		if begin, _, padded := bytes.Cut(body, []byte(`,"padding":"`)); padded {
			body = slices.Concat(begin, []byte("}"))
		}
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return res, nil
	})
}

func hostileDeployments(t *testing.T) map[string]deployment.Deployment {
	t.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]deployment.Deployment{}
	for _, d := range all {
		if d.Kind == deployment.Hostile {
			out[d.ID] = d
		}
	}
	return out
}

// judgedAs finds the verdict of a cell and its scenarios at odds.
func judgedAs(t *testing.T, c report.Cell, want report.Verdict) {
	t.Helper()
	if c.Verdict != want {
		t.Errorf("verdict %s, want %s\n%s", c.Verdict, want, tell(c))
	}
	answers := 0
	for _, s := range c.Scenarios {
		switch {
		case s.Verdict == want:
			answers++
		case s.Verdict != report.NotApplicable:
			t.Errorf("%s is %s beside %s", s.ID, s.Verdict, want)
		}
		if s.Reason == "" {
			t.Errorf("%s is %s without a reason", s.ID, s.Verdict)
		}
	}
	if answers != 2 {
		t.Errorf("%d scenarios are %s, want the door's and C.8\n%s", answers, want, tell(c))
	}
}

func TestHostileDeploymentsAreRefusedByTheConformantClientAlone(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	hostile := hostileDeployments(t)
	tried := map[string]bool{}
	for _, a := range attacks() {
		tried[a.deployment] = true
		d := hostile[a.deployment]
		t.Run(a.deployment, func(t *testing.T) {
			t.Parallel()
			good := measure(t, newMutant(t, "none"), d, book).cell
			judgedAs(t, good, report.RefusedRight)
			if good.Connected || good.Stage != "" || good.Culprit != "" || !strings.Contains(good.Summary, "at "+d.RefuseAt+": ") {
				t.Errorf("connected %t, broken at %q by %q: %s", good.Connected, good.Stage, good.Culprit, good.Summary)
			}
			fell := measure(t, newMutant(t, "careless", a.client...), d, book).cell
			judgedAs(t, fell, report.Fail)
			if fell.Connected != a.connected || fell.Stage != d.RefuseAt || fell.Culprit != string(requirement.Client) || fell.Why != a.why {
				t.Errorf("connected %t, broken at %q by %q, because of %q: %s", fell.Connected, fell.Stage, fell.Culprit, fell.Why, fell.Summary)
			}
		})
	}
	for id := range hostile {
		if !tried[id] {
			t.Errorf("no client falls for %s", id)
		}
	}
}

// A client that did not meet the attack, that fell over at it or that lies
// about it has not refused.
func TestHostileDeploymentsAreNotRefusedBySilence(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	d := hostileDeployments(t)["hostile-wrong-iss"]
	stops := func(door string) clients.Client {
		c, err := mutant.StopAt(door)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, tt := range map[string]struct {
		client clients.Client
		want   report.Verdict
		reason string
	}{
		"null":              {mutant.Null(), report.Untested, "not seen"},
		"boaster":           {mutant.Boaster(), report.Untested, "not seen"},
		"silent":            {mutant.Silent(), report.Untested, "not seen"},
		"stops before":      {stops("authorize"), report.Untested, "not seen"},
		"stops and boasts":  {stops("callback"), report.Fail, "claims success"},
		"falls over":        {newMutant(t, "falls-over", append(quirks("issuer.response", "ignored"), crashes())...), report.Untested, "without saying"},
		"fails much before": {newMutant(t, "blind", quirks("discovery.serverMetadata", "[oauth-root]", "pkce.advertised", "omitted", "registration.order", "[preregistered]")...), report.Untested, "not seen"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := measure(t, tt.client, d, book).cell
			judgedAs(t, got, tt.want)
			if !strings.Contains(got.Summary, tt.reason) {
				t.Errorf("%q does not say %q", got.Summary, tt.reason)
			}
		})
	}
}

// crashes is a client that goes down when it is to redeem a code.
func crashes() mutant.Break {
	return mutant.Wire(func(req *http.Request, next http.RoundTripper) (*http.Response, error) {
		if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/token") {
			return nil, io.ErrUnexpectedEOF
		}
		return next.RoundTrip(req)
	})
}

// The law that is named is one of the revision: comparing iss is a MUST of MCP
// since 2026-07-28, and what RFC 9700 advises before.
func TestHostileDeploymentsAreJudgedByTheRevision(t *testing.T) {
	t.Parallel()
	o := scenarios.RunOptions{Book: lawBook(t), Seed: 1, Revision: "2025-06-18"}
	d := hostileDeployments(t)["hostile-wrong-iss"]
	got := measureIn(t, o, newMutant(t, "old", quirks("issuer.response", "ignored")...), d).cell
	judgedAs(t, got, report.Fail)
	if got.Culprit != string(requirement.Client) || !strings.Contains(got.Summary, "RFC9700-2.1-iss") {
		t.Errorf("culprit %q: %s", got.Culprit, got.Summary)
	}
}

func TestHostileDeploymentsAreMeasuredOnlyWhereNamed(t *testing.T) {
	t.Parallel()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs()})
	if err != nil {
		t.Fatal(err)
	}
	usual, err := c.Select(scenarios.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range usual.Cells {
		if spec.Deployment.Kind == deployment.Hostile {
			t.Errorf("%s is selected by default", spec.Name())
		}
	}
	suite, err := c.Select(scenarios.Selection{Suite: "hostile"})
	if err != nil {
		t.Fatal(err)
	}
	var measured []string
	for _, spec := range suite.Cells {
		if !slices.Contains(measured, spec.Deployment.ID) {
			measured = append(measured, spec.Deployment.ID)
		}
	}
	for id := range hostileDeployments(t) {
		if !slices.Contains(measured, id) {
			t.Errorf("the suite lacks %s", id)
		}
	}
	if len(measured) != len(hostileDeployments(t)) {
		t.Errorf("the suite has %v", measured)
	}
}
