package emulated

import (
	"context"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// stage is a World with one client in it.
type stage struct {
	world   *fixtures.World
	browser *useragent.HTTP
	client  *Client
	session clients.Session
	facts   clients.Facts
}

func find(tb testing.TB, selector string) *Client {
	tb.Helper()
	ps, err := All()
	if err != nil {
		tb.Fatal(err)
	}
	cs, err := ps.Find(selector)
	if err != nil {
		tb.Fatal(err)
	}
	return cs[0]
}

// named is a deployment of the catalogue with settings changed: path and value
// in turns.
func named(tb testing.TB, id string, settings ...string) deployment.Deployment {
	tb.Helper()
	all, err := deployment.Catalogue()
	if err != nil {
		tb.Fatal(err)
	}
	at := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == id })
	if at < 0 {
		tb.Fatalf("no deployment %s", id)
	}
	d := all[at]
	for i := 0; i < len(settings); i += 2 {
		if d, err = d.With(settings[i], settings[i+1]); err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

// enter opens the deployment for the client, as an operator who registers it
// by hand where the deployment wants that.
func enter(tb testing.TB, c *Client, d deployment.Deployment) *stage {
	tb.Helper()
	store, err := documents.All()
	if err != nil {
		tb.Fatal(err)
	}
	o := embedded.Options{Documents: store, Setting: trace.Setting{Client: c.Identity().String()}}
	facts := clients.Facts{Home: tb.Name(), Seed: 1}
	if d.Credentials != "" {
		r := c.Registration()
		registered := fixtures.RegisteredClient{
			ClientID: "registered-by-hand", Name: r.Name, RedirectURIs: r.RedirectURIs, ApplicationType: r.ApplicationType,
		}
		if r.AuthMethod != "" {
			registered.AuthMethod, registered.ClientSecret = r.AuthMethod, "a-secret-of-32-characters-or-more"
		}
		o.Registered = []fixtures.RegisteredClient{registered}
		facts.Credentials = &clients.Credentials{ClientID: registered.ClientID, ClientSecret: registered.ClientSecret}
	}
	w, err := embedded.Start(context.Background(), d, o)
	if err != nil {
		tb.Fatal(err)
	}
	browser, err := useragent.NewHTTP(useragent.Options{Recorder: w.Recorder})
	if err != nil {
		tb.Fatal(err)
	}
	facts.MCPURL, facts.UserAgent = w.MCPURL, browser
	session, err := c.Start(context.Background(), facts)
	if err != nil {
		tb.Fatal(err)
	}
	s := &stage{world: w, browser: browser, client: c, session: session, facts: facts}
	tb.Cleanup(s.close)
	return s
}

func (s *stage) close() {
	_ = s.session.Close()
	_ = s.world.Close()
}

func (s *stage) connect(tb testing.TB) {
	tb.Helper()
	want(tb, s.session.Connect(context.Background()), clients.OK)
}

func (s *stage) call(tb testing.TB, tool string) clients.Outcome {
	tb.Helper()
	return s.session.Call(context.Background(), tool, map[string]any{"text": "hello"})
}

func want(tb testing.TB, o clients.Outcome, status clients.Status) {
	tb.Helper()
	if o.Status != status {
		tb.Fatalf("%s: %s; want %s", o.Status, o.Words, status)
	}
}
