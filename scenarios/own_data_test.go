package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios"
)

const ownProfile = `id: my-client
name: My client
variants:
- versions: "*"
  version: current
  current: true
  registration: {order: [client-id-metadata-document], clientIdMetadataDocument: "https://my.example.com/client.json"}
  evidence:
  - {claims: [registration], source: "my/client#1", date: 2026-11-21, basis: issue}
`

const ownDocument = `url: https://my.example.com/client.json
captured: 2026-11-21
source: written for this test
body: '{"client_id":"https://my.example.com/client.json","client_name":"My client","redirect_uris":["http://127.0.0.1/callback"]}'
`

const ownDeployment = `id: my-deployment
name: Mine
description: Nothing is odd about it.
kind: legal
`

func ownFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A row and a column of one's own need neither Go nor another program.
func TestClientsAndDeploymentsOfTheUsersOwn(t *testing.T) {
	t.Parallel()
	profiles := ownFiles(t, map[string]string{"my-client.yaml": ownProfile, "documents/my-client.yaml": ownDocument})
	deployments := ownFiles(t, map[string]string{"my-deployment.yaml": ownDeployment})
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{ProfileDirs: []string{profiles}, DeploymentDirs: []string{deployments}})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.Select(scenarios.Selection{Clients: []string{"my-client", "conformant"}, Deployments: []string{"my-deployment"}})
	if err != nil || len(plan.Cells) != 2 {
		t.Fatalf("%d cells, %v", len(plan.Cells), err)
	}
	if _, _, ok := c.Documents().Document("https://my.example.com/client.json"); !ok {
		t.Error("its metadata document is not there")
	}
}

func TestFaultyDataOfTheUsersOwn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		profiles map[string]string
		want     string
	}{
		"a faulty profile":     {map[string]string{"x.yaml": ownProfile + "more: 1\n"}, "x.yaml:10: unknown key"},
		"no metadata document": {map[string]string{"x.yaml": ownProfile}, "no copy of https://my.example.com/client.json"},
		"a faulty document": {
			map[string]string{"x.yaml": ownProfile, "documents/d.yaml": ownDocument + "more: 1\n"}, "d.yaml:5:1: unknown key",
		},
		"an id that is taken": {map[string]string{"x.yaml": strings.Replace(ownProfile, "my-client", "vscode", 1)}, `"vscode" is taken by vscode.yaml`},
		"no profile":          {map[string]string{"x.txt": ""}, "no *.yaml file in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{ProfileDirs: []string{ownFiles(t, tt.profiles)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
			if c == nil || len(c.Profiles()) < 10 {
				t.Error("the good data are lost")
			}
			if strings.Contains(err.Error(), "suites/") {
				t.Errorf("suites are accused too: %v", err)
			}
		})
	}
	if _, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{ProfileDirs: []string{"no/such/directory"}}); err == nil {
		t.Error("a directory that is not there is passed over")
	}
}
