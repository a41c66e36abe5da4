package real_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	programs "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// released returns a client of that id, installed if that is allowed here.
func released(t *testing.T, id string) clients.Client {
	t.Helper()
	all := programs.All(optionsOf(t))
	i := slices.IndexFunc(all, func(c clients.Client) bool { return c.Identity().ID == id })
	if i < 0 {
		t.Fatalf("no adapter for %s", id)
	}
	return present(t, all[i])
}

// optionsOf lets programs be installed if that is allowed here.
func optionsOf(t *testing.T) programs.Options {
	t.Helper()
	return programs.Options{Install: programs.Asked(os.Getenv(programs.EnvInstall)), Progress: func(s string) { t.Log(s) }}
}

// present skips the test where the program is missing.
func present(t *testing.T, c clients.Client) clients.Client {
	t.Helper()
	if err := c.Available(t.Context()); err != nil {
		t.Skip("needs " + c.Identity().ID + " (REAL=1 installs it): " + err.Error())
	}
	return c
}

// world opens a deployment of the catalogue at which the client is registered
// where the operator does that by hand.
func world(t *testing.T, id string, c clients.Client) (*fixtures.World, *clients.Credentials) {
	t.Helper()
	d := deploymentOf(t, id)
	if d.Credentials == "" {
		return open(t, d), nil
	}
	registered := fixtures.RegisteredClient{ClientID: "by-hand", RedirectURIs: c.Registration().RedirectURIs}
	return open(t, d, registered), &clients.Credentials{ClientID: registered.ClientID}
}

// deploymentOf finds a deployment of the catalogue.
func deploymentOf(t *testing.T, id string) deployment.Deployment {
	t.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	if i < 0 {
		t.Fatalf("no deployment %s", id)
	}
	return all[i]
}

// open opens a deployment at which these clients are registered by hand.
func open(t *testing.T, d deployment.Deployment, registered ...fixtures.RegisteredClient) *fixtures.World {
	t.Helper()
	known, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	w, err := embedded.Start(t.Context(), d, embedded.Options{Documents: known, Registered: registered})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// start begins a session with a user agent that plays the reference script.
func start(t *testing.T, c clients.Client, w *fixtures.World, f clients.Facts) (clients.Session, *useragent.HTTP) {
	t.Helper()
	ua, err := useragent.NewHTTP(useragent.Options{Recorder: w.Recorder})
	if err != nil {
		t.Fatal(err)
	}
	f.MCPURL, f.UserAgent = w.MCPURL, ua
	if f.Home == "" {
		f.Home = t.TempDir()
	}
	s, err := c.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, ua
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := patience.Context(t.Context(), patience.Limits{Quiet: 40 * time.Second}, clients.ErrTimedOut)
	t.Cleanup(cancel)
	return ctx
}

func wantOK(t *testing.T, what string, out clients.Outcome) {
	t.Helper()
	if out.Status != clients.OK {
		t.Fatalf("%s: %s: %s", what, out.Status, out.Words)
	}
}

// paths lists the requests of the client, as method and path.
func paths(w *fixtures.World) []string {
	var out []string
	for _, e := range w.Recorder.Snapshot().Exchanges {
		u, err := url.Parse(e.Request.URL)
		if err == nil && e.From == trace.Client {
			out = append(out, e.Request.Method+" "+u.Path)
		}
	}
	return out
}

// visits lists the authorization requests, as path and scope.
func visits(w *fixtures.World) []string {
	var out []string
	for _, e := range w.Recorder.Snapshot().Exchanges {
		u, err := url.Parse(e.Request.URL)
		if err == nil && e.From == trace.UserAgent && u.Path == "/authorize" {
			out = append(out, u.Path+" scope="+u.Query().Get("scope"))
		}
	}
	return out
}

func count(list []string, want string) int {
	n := 0
	for _, s := range list {
		if s == want {
			n++
		}
	}
	return n
}

// running counts the processes whose home it is.
func running(t *testing.T, home string) int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("needs /proc to look for processes")
	}
	n := 0
	for _, file := range files {
		if env, err := os.ReadFile(file); err == nil && slices.Contains(strings.Split(string(env), "\x00"), "HOME="+home) {
			n++
		}
	}
	return n
}
