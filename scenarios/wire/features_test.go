package wire_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

const recordings = "../../testdata/recordings"

func features(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(recordings, filepath.FromSlash(name)+".har"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := reading.Import(f, name)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, feature := range wire.Features(rec) {
		if _, twice := out[feature.Path]; twice {
			t.Errorf("%s: %s is there twice", name, feature.Path)
		}
		out[feature.Path] = feature.Value
	}
	return out
}

// What is known of the released programs must be read from their recordings.
func TestFeaturesOfRecordings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		recording string
		want      map[string]string
	}{
		{"claude-code@2.1.329/dcr", map[string]string{
			"discovery.start": "metadata", "registration.order": "dynamic", "redirect.host": "localhost", "redirect.path": "/callback",
			"registration.dynamic.applicationType": "native", "resource.authorize": "url", "authorize.prompt": "consent",
			"scope.order": "resource-metadata+offline_access", "tokenAuth.method": "none", "pkce.method": "S256",
		}},
		{"claude-code@2.1.329/cimd", map[string]string{
			"registration.order":                    "client-id-metadata-document",
			"registration.clientIdMetadataDocument": "https://claude.ai/oauth/claude-code-client-metadata",
		}},
		{"mcp-remote@0.15.1/dcr-refresh-stepup", map[string]string{
			"discovery.start": "GET, metadata", "refresh.onUnauthorized": "refreshes", "refresh.discovery": "full", "refresh.scope": "sent",
			"resource.refresh": "url", "stepUp.response": "authorize", "stepUp.scope": "union", "redirect.path": "/oauth/callback",
		}},
		{"vscode@1.139.1/loopback-dcr", map[string]string{
			"redirect.host": "127.0.0.1", "redirect.path": "/", "headers.userAgent": "node", "protocol.stream": "opened",
		}},
		{"opencode@1.18.33/stepup", map[string]string{"stepUp.response": "refreshes"}},
		{"gemini-cli@0.61.0/dcr", map[string]string{"discovery.start": "initialize, HEAD, metadata", "scope.order": "resource-metadata+offline_access"}},
		{"codex@0.169.0/refresh", map[string]string{"refresh.scope": "sent"}},
		{"codex@0.169.0/prereg", map[string]string{"redirect.path": "/callback/{url-hash}"}},
	}
	for _, test := range tests {
		t.Run(test.recording, func(t *testing.T) {
			t.Parallel()
			all := features(t, test.recording)
			got := map[string]string{}
			for path := range test.want {
				got[path] = all[path]
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

// Nothing that differs from run to run may be in a value.
func TestFeaturesHoldNothingThatVaries(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(recordings, "*", "*.har"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		name, err := filepath.Rel(recordings, strings.TrimSuffix(file, ".har"))
		if err != nil {
			t.Fatal(err)
		}
		for path, value := range features(t, filepath.ToSlash(name)) {
			for _, bad := range []string{"127.0.0.1:", "localhost:", "masked.", "dyn_"} {
				if i := strings.Index(value, bad); i >= 0 && !strings.Contains(value[i:], "‹port›") {
					t.Errorf("%s: %s: %s", name, path, value)
				}
			}
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	was := []report.Feature{{Path: "a", Value: "1"}, {Path: "b", Value: "2"}, {Path: "c", Value: "3"}}
	is := []report.Feature{{Path: "a", Value: "1"}, {Path: "b", Value: "4"}, {Path: "d", Value: "5"}}
	if got, want := wire.Diff(was, is, false), []wire.Difference{{Path: "b", Was: "2", Is: "4"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := wire.Diff(was, is, true); len(got) != 3 {
		t.Errorf("with the missing ones: %v", got)
	}
	if got := wire.Diff(was, was, true); got != nil {
		t.Errorf("a list differs from itself: %v", got)
	}
}
