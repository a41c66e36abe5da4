package scenarios_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// expectation is what is right to say of a cell.
type expectation struct {
	client, deployment string
	door               string   // "" means any
	culprits           []string // one of them; nil means any
	laws               []string // one of them is the reason; nil means any
	never              []string // none of them is the reason
}

// Pairs of a client and a deployment, each made of a public report, whose fault
// was once given to the wrong party.
func TestWhoseFaultReportedCellsAre(t *testing.T) {
	t.Parallel()
	const client, as, rs = "client", "authorization-server", "mcp-server"
	for folder, cells := range map[string][]expectation{
		"gateway-nothing-passed": {
			{"claude-code", "b24b-gateway-strips-no-prm", "", []string{rs}, []string{"MCP-DISC-5", "MCP-DISC-2", "RFC6750-3", "RFC9110-15.5.2"}, nil},
			{"vscode", "b24b-gateway-strips-no-prm", "", []string{rs}, []string{"MCP-DISC-5", "MCP-DISC-2", "RFC6750-3", "RFC9110-15.5.2"}, nil},
			{"codex", "b24b-gateway-strips-no-prm", "", []string{rs}, []string{"MCP-DISC-5", "MCP-DISC-2", "RFC6750-3", "RFC9110-15.5.2"}, nil},
			{"conformant", "b24b-gateway-strips-no-prm", "", []string{rs}, []string{"MCP-DISC-5", "MCP-DISC-2", "RFC6750-3", "RFC9110-15.5.2"}, nil},
		},
		"https-localhost": {
			{
				"p04-https-localhost", "b17-loopback-refused-at-registration", "registration",
				[]string{client, report.Neither, report.NotKnown},
				nil,
				[]string{"MCP-CIMD-1", "RFC8252-7.3", "MCP-REDIR-2"},
			},
		},
		"iss-promised": {
			{"codex", "b27-iss-advertised-not-sent", "callback", []string{as}, []string{"RFC9207-2.3", "RFC9207-2"}, nil},
			{"conformant", "b27-iss-advertised-not-sent", "callback", []string{as}, []string{"RFC9207-2.3", "RFC9207-2"}, nil},
		},
		"origin-with-slash": {
			{"p03b-origin-slash", "reference", "authorize", []string{client}, []string{"MCP-RES-4", "MCP-RES-2"}, nil},
			{"p03-refresh-origin-slash", "reference", "", []string{client}, []string{"MCP-RES-4", "MCP-RES-2"}, nil},
		},
		"prm-resource-slash": {
			{"conformant", "b39-prm-resource-slash", "", []string{rs}, []string{"RFC9728-3.3"}, nil},
			{"go-sdk", "b39-prm-resource-slash", "", []string{rs}, []string{"RFC9728-3.3"}, nil},
		},
		"registered-method-not-enforced": {
			{"p01-basic-always", "b09-secret-post-for-none", "token", []string{client}, []string{"RFC7591-3.2.1-client", "RFC7591-2-client"}, nil},
			{"p06-post-always", "b10-secret-basic-for-none", "token", []string{client}, []string{"RFC7591-3.2.1-client", "RFC7591-2-client"}, nil},
		},
		"registration-not-400": {
			{"conformant", "b33-registration-422-dcr-only", "registration", []string{as, report.Neither, report.NotKnown}, nil, nil},
			{"conformant", "b34-registration-403-dcr-only", "registration", []string{as, report.Neither, report.NotKnown}, nil, nil},
			{"p16-no-scope", "b33-registration-422-dcr-only", "registration", []string{as, report.Neither, report.NotKnown}, nil, nil},
			{"p16-no-scope", "b34-registration-403-dcr-only", "registration", []string{as, report.Neither, report.NotKnown}, nil, nil},
		},
	} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			for _, want := range cells {
				got := runOwnCell(t, filepath.Join("testdata", "cells", folder), want.client, want.deployment)
				law := ""
				if _, f, ok := got.Telling(); ok {
					law = f.Requirement
				}
				if want.door != "" && got.Stage != want.door || want.culprits != nil && !slices.Contains(want.culprits, got.Culprit) ||
					want.laws != nil && !slices.Contains(want.laws, law) || slices.Contains(want.never, law) {
					t.Errorf("%s at %s: door %q, culprit %q, law %q; want %q, %v, %v and not %v\n%s",
						want.client, want.deployment, got.Stage, got.Culprit, law, want.door, want.culprits, want.laws, want.never, got.Summary)
				}
			}
		})
	}
}

// runOwnCell runs one cell with the profiles and deployments of a folder.
func runOwnCell(t *testing.T, folder, client, deployment string) report.Cell {
	t.Helper()
	var o scenarios.CatalogueOptions
	if dir := filepath.Join(folder, "profiles"); isFolder(dir) {
		o.ProfileDirs = []string{dir}
	}
	if dir := filepath.Join(folder, "deployments"); isFolder(dir) {
		o.DeploymentDirs = []string{dir}
	}
	cat, err := scenarios.NewCatalogue(o)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := cat.Select(scenarios.Selection{Clients: []string{client}, Deployments: []string{deployment}, Basis: "emulated"})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Cells) == 0 {
		t.Fatalf("%s at %s selects nothing", client, deployment)
	}
	plan.Cells = plan.Cells[:1]
	got, err := scenarios.Run(t.Context(), plan, scenarios.RunOptions{
		Book: lawBook(t), Seed: 1, Stage: scenarios.Stage{Documents: cat.Documents()}, Consent: scenarios.ConsentHTTP, Parallel: 1, Out: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return got.Cells[0]
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// A word that is no issuer is refused where it stands.
func TestAnIssuerIsAWordThatIsKnownOrAURL(t *testing.T) {
	t.Parallel()
	_, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{DeploymentDirs: []string{filepath.Join("testdata", "cells", "issuer-word", "deployments")}})
	if err == nil || !strings.Contains(err.Error(), "b06-issuer-path-dropped.yaml:") || !strings.Contains(err.Error(), "origin") {
		t.Errorf("%v, want the file and the line of a word that is not known", err)
	}
}
