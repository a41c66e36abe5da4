package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
	"github.com/mcpcompat/mcpcompat/scenarios/nightly"
)

// What is proposed can be applied by git, also where a file gets several edits, and
// what comes out is a profile.
func TestProposalsApply(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("needs git")
	}
	at := []string{"reference"}
	night := nightly.Night{Date: "2026-11-22", Drift: []drift.Difference{
		{Client: "mcp-inspector@2.13.0", Profile: "mcp-inspector@2.12.0", Path: "redirect.path", Says: "/oauth/callback", Sent: "/cb", Deployments: at},
		{Client: "mcp-inspector@2.13.0+web", Profile: "mcp-inspector@2.12.0+web", Path: "stepUp.scope", Says: "union", Sent: "challenge", Deployments: at},
		{Client: "mcp-inspector@2.13.0+web", Profile: "mcp-inspector@2.12.0+web", Path: "token.extra", Says: "none", Sent: "audience", Deployments: at},
		{Client: "codex@0.169.0", Profile: "codex@0.169.0", Path: "redirect.path", Says: "/callback", Sent: "/cb", Deployments: at},
	}}
	patch, err := proposals(night)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, id := range []string{"mcp-inspector", "codex"} {
		file, text, err := emulated.ProfileText(id)
		if err != nil {
			t.Fatal(err)
		}
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	apply := exec.CommandContext(t.Context(), git, "apply", "--whitespace=error-all", "-")
	apply.Dir, apply.Stdin = dir, strings.NewReader(patch)
	apply.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, patch)
	}
	profiles, err := emulated.LoadDir(filepath.Join(dir, emulated.ProfilesDir))
	if err != nil {
		t.Fatalf("what comes out is no profile: %v\n%s", err, patch)
	}
	names := map[string]bool{}
	for _, c := range profiles.Clients() {
		names[c.Identity().String()] = true
	}
	for _, name := range []string{"mcp-inspector@2.13.0", "mcp-inspector@2.13.0+web", "mcp-inspector@2.12.0+web", "codex@0.169.0"} {
		if !names[name] {
			t.Errorf("%s is not among %v", name, names)
		}
	}
	const remark = "# redirect.path: the profile says /callback, the release sent /cb\n"
	if !strings.Contains(patch, "+    "+remark) {
		t.Errorf("the profile of the same release has no remark:\n%s", patch)
	}
}
