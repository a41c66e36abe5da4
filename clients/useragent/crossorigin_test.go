package useragent

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
)

// What a client that runs in a web page, such as the web form of MCP Inspector,
// gets to see of each deployment.
func TestClientsInAWebPageNeedCORS(t *testing.T) {
	t.Parallel()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	browser := oneBrowser(t)
	for id, want := range map[string]struct{ mcp, resourceMetadata, serverMetadata bool }{
		"reference":             {true, true, true},
		"cors-closed":           {false, false, false},
		"keycloak":              {true, true, false},
		"keycloak-cors-gateway": {true, true, true},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
			if i < 0 {
				t.Fatalf("no deployment %s", id)
			}
			w, err := embedded.Start(t.Context(), all[i], embedded.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			})
			origin := strings.TrimSuffix(w.MCPURL, "/mcp")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			seen, err := browser.CrossOrigin(ctx,
				PageRequest{
					Method: "POST", URL: w.MCPURL, Body: `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, Header: map[string]string{
						"Content-Type": "application/json", "MCP-Protocol-Version": "2026-07-28", "Authorization": "Bearer nonsense",
					},
				},
				PageRequest{URL: origin + "/.well-known/oauth-protected-resource/mcp"},
				PageRequest{URL: w.Issuer + "/.well-known/openid-configuration"})
			if err != nil {
				t.Fatal(err)
			}
			if got := seen[0].Status == http.StatusUnauthorized && strings.HasPrefix(seen[0].Challenge, "Bearer "); got != want.mcp {
				t.Errorf("the MCP server's challenge: %+v", seen[0])
			}
			for n, want := range map[int]bool{1: want.resourceMetadata, 2: want.serverMetadata} {
				if got := seen[n].Status == http.StatusOK; got != want || got == (seen[n].Error != "") {
					t.Errorf("request %d: %+v", n, seen[n])
				}
			}
		})
	}
}

func TestACrossOriginPageThatCannotBeShown(t *testing.T) {
	t.Parallel()
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := oneBrowser(t).CrossOrigin(ctx, PageRequest{URL: silent.URL}); err == nil {
		t.Error("a request without end came back")
	}
}
