package scenarios_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// seen is a run of one released client at one deployment.
type seen struct {
	cell report.Cell
	view *reading.View
}

// finding is something that was seen when released clients were driven by hand,
// and that a run has to find again by itself.
type finding struct {
	says string
	// client is an id, with a version where there are several and with the
	// condition of a row that has one.
	client, deployment string
	// found returns what was seen instead, "" where it was found again.
	found func(seen) string
}

// check expects a finding of the judge's.
func check(id string, want report.Verdict) func(seen) string {
	return func(s seen) string {
		for _, scenario := range s.cell.Scenarios {
			for _, f := range scenario.Findings {
				if f.Check == id {
					if f.Verdict == want {
						return ""
					}
					return fmt.Sprintf("%s: %s: %s", id, f.Verdict, f.Observed)
				}
			}
		}
		return id + " was not judged"
	}
}

// feature expects a value among the features of the wire.
func feature(path, want string) func(seen) string {
	return func(s seen) string {
		i := slices.IndexFunc(s.cell.Features, func(f report.Feature) bool { return f.Path == path })
		switch {
		case i < 0:
			return path + " was not seen"
		case s.cell.Features[i].Value != want:
			return path + ": " + s.cell.Features[i].Value
		}
		return ""
	}
}

// breaksAt expects that the client never reached a tool result.
func breaksAt(stage string) func(seen) string {
	return func(s seen) string {
		if s.cell.Connected || s.cell.Stage != stage {
			return fmt.Sprintf("connected: %t, broke at %q: %s", s.cell.Connected, s.cell.Stage, s.cell.Summary)
		}
		return ""
	}
}

// connects expects a tool result.
func connects(s seen) string {
	if !s.cell.Connected {
		return "broke at " + s.cell.Stage + ": " + s.cell.Summary
	}
	return ""
}

// all expects each of several.
func all(each ...func(seen) string) func(seen) string {
	return func(s seen) string {
		var words []string
		for _, found := range each {
			if instead := found(s); instead != "" {
				words = append(words, instead)
			}
		}
		return strings.Join(words, "; ")
	}
}

// anyOf expects a request of which the list need only hold one such.
func anyOf[T any](of func(*reading.View) []T, words string, is func(T) bool) func(seen) string {
	return func(s seen) string {
		list := of(s.view)
		if slices.ContainsFunc(list, is) {
			return ""
		}
		return fmt.Sprintf("none of %d %s", len(list), words)
	}
}

// findings are those of the recordings of 2026-11-21 that concern how clients
// behave; testdata/recordings holds what was recorded of them.
func findings() []finding {
	registrations := func(v *reading.View) []reading.Registration { return v.Registrations }
	return []finding{
		// Nobody forbids it, so that it is a warning. Where a refresh token is good
		// for one use only, its own requests cost it its login first.
		{
			"a token for 200 s is renewed without end", "vscode+web", "short-lived-tokens-with-grace",
			check("refresh/no-storm", report.Warn),
		},
		{
			"each request renews a token for 200 s, and together they lose the login", "vscode+web", "short-lived-tokens",
			check("refresh/rotated-token-used", report.Fail),
		},
		{
			"iss is demanded although the server does not promise it", "gemini-cli", "iss-not-advertised-not-sent",
			all(breaksAt("callback"), check("issuer/absent-iss-accepted", report.Fail)),
		},
		{
			"one refresh token is used several times at once", "gemini-cli", "short-lived-tokens",
			check("refresh/rotated-token-used", report.Fail),
		},
		{
			"a client without redirect URIs is registered when a token is refused", "gemini-cli", "reference",
			anyOf(registrations, "registrations is without redirect URIs", func(g reading.Registration) bool {
				uris, ok := g.Body["redirect_uris"].([]any)
				return ok && len(uris) == 0
			}),
		},
		// It is its command line that asks again after a denial (codex mcp add); the
		// adapter drives its app server, which does not.
		{"denied consent ends the login", "codex", "dcr-only", check("errors/denial-respected", report.Pass)},
		// Two different ones come with its setting oauth_resource, which the adapter
		// does not make and the emulated codex+oauth-resource does.
		{
			"one resource is named, the URL that was typed in", "codex", "dcr-only",
			all(feature("resource.authorize", "url"), feature("resource.token", "url")),
		},
		{
			"the step-up is a refresh without scope", "opencode", "reference",
			all(feature("stepUp.response", "refreshes"), feature("refresh.scope", "none")),
		},
		{
			"the step-up is a refresh without scope", "cline", "reference",
			all(feature("stepUp.response", "refreshes"), feature("refresh.scope", "none")),
		},
		// It asks for all that the metadata of the resource name; a step-up is needed
		// where they name nothing.
		{
			"the step-up is a refresh without scope", "mcp-inspector", "scopes-only-in-challenges",
			all(feature("stepUp.response", "refreshes"), feature("refresh.scope", "none")),
		},
		{"the step-up asks for the missing scope alone", "vscode+web", "reference", feature("stepUp.scope", "challenge")},
		{
			"the step-up asks for the missing scope alone", "typescript-sdk@1.32.2", "no-refresh-token",
			feature("stepUp.scope", "challenge"),
		},
		// It asks for the union where that is not all that the resource has.
		{"the step-up asks for the first scope again", "mcp-remote", "reference", feature("stepUp.scope", "same")},
		{"the step-up asks for the union", "typescript-sdk@2.4.0", "reference", feature("stepUp.scope", "union")},
		{"the step-up asks for the union", "go-sdk", "reference", feature("stepUp.scope", "union")},
		{"it registers anew instead of refreshing", "go-sdk", "reference", feature("refresh.onUnauthorized", "register")},
		{"metadata at the root is never looked for", "mcp-go", "prm-root-only", all(breaksAt("registration"), feature("discovery.resourceMetadata", "path"))},
		{"a refused token is answered with a new login", "mcp-go", "reference", feature("refresh.onUnauthorized", "authorize")},
		{
			"the registration endpoint is looked for at the root alone", "qwen-code", "path-issuer-oauth-inserted",
			breaksAt("registration"),
		},
		{"the registration holds a code challenge method", "qwen-code", "reference", feature("registration.dynamic.extra", "code_challenge_method")},
		{"a wrong iss is accepted", "qwen-code", "hostile-wrong-iss", check("issuer/response-iss-validated", report.Fail)},
		{"no state is sent", "typescript-sdk@1.32.2", "reference", feature("state.form", "none")},
		{
			"every login registers anew", "codex", "dcr-only",
			func(s seen) string {
				if logins, n := len(s.view.Authorizations), len(s.view.Registrations); n < logins {
					return fmt.Sprintf("%d registrations for %d logins", n, logins)
				}
				return ""
			},
		},
		{"offline_access comes with prompt=consent", "claude-code", "keycloak-open-registration", feature("authorize.prompt", "consent")},
		{"the scope of the challenge is not asked for", "claude-code", "reference", feature("scope.order", "resource-metadata")},
		{"the newest messages are tried first", "claude-code", "reference", feature("discovery.start", "server/discover, metadata")},
		{"the newest messages are tried first", "copilot-cli@1.0.102", "reference", feature("discovery.start", "server/discover, metadata")},
		{"no scope is registered", "copilot-cli+headless", "reference", feature("scope.registration", "none")},
		// One of the same origin it takes, as was seen by hand; this is of another.
		{
			"metadata of a foreign resource are not taken", "copilot-cli+headless", "hostile-foreign-resource",
			check("discovery/metadata-resource-validated", report.Pass),
		},
		{"a client is registered as public whatever the server takes", "cline", "reference", feature("registration.dynamic.tokenEndpointAuthMethod", "none")},
		{"a short-lived token does no harm", "claude-code", "short-lived-tokens", all(connects, check("refresh/no-storm", report.Pass))},
		{"a short-lived token does no harm", "mcp-remote", "short-lived-tokens", all(connects, check("refresh/no-storm", report.Pass))},
		{"a short-lived token does no harm", "codex", "short-lived-tokens", all(connects, check("refresh/no-storm", report.Pass))},
	}
}

// Every cell is measured once, with all scenarios.
func TestReleasedClientsAreFoundToDoWhatWasSeen(t *testing.T) {
	t.Parallel()
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{Clients: programs(), DeploymentDirs: []string{"testdata/deployments"}})
	if err != nil {
		t.Fatal(err)
	}
	store, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	byCell := map[string][]finding{}
	var order []string
	for _, f := range findings() {
		name := f.client + "/" + f.deployment
		if byCell[name] == nil {
			order = append(order, name)
		}
		byCell[name] = append(byCell[name], f)
	}
	for _, name := range order {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := measureReleased(t, c, scenarios.Stage{Documents: store}, byCell[name][0])
			for _, f := range byCell[name] {
				if instead := f.found(s); instead != "" {
					t.Errorf("%s: not found again: %s", f.says, instead)
				}
			}
		})
	}
}

// measureReleased runs the cell of a finding, with a released program or an SDK.
func measureReleased(t *testing.T, c *scenarios.Catalogue, stage scenarios.Stage, f finding) seen {
	t.Helper()
	name, condition, _ := strings.Cut(f.client, "+")
	plan, err := c.Select(scenarios.Selection{Clients: []string{name}, Deployments: []string{f.deployment}})
	if err != nil {
		t.Fatal(err)
	}
	plan.Cells = slices.DeleteFunc(plan.Cells, func(s scenarios.CellSpec) bool {
		id := s.Client.Identity()
		return id.Basis != "real" && id.Basis != "sdk" || id.Condition != condition
	})
	switch {
	case len(plan.Cells) == 0:
		t.Skipf("needs an adapter for %s, which there is none of", f.client)
	case len(plan.Cells) > 1:
		t.Fatalf("%s names %d clients", f.client, len(plan.Cells))
	}
	if err := plan.Cells[0].Client.Available(t.Context()); err != nil {
		t.Skipf("needs %s (REAL=1 installs it): %s", f.client, err)
	}
	out := t.TempDir()
	res, err := scenarios.Run(t.Context(), plan, scenarios.RunOptions{
		Stage: stage, Book: c.Book(), Consent: scenarios.ConsentHTTP, Parallel: 1, Seed: 1, Features: true, Out: out,
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(out, res.Cells[0].Recording))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rec, err := trace.ReadRecording(file, file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return seen{res.Cells[0], reading.NewView(rec)}
}
