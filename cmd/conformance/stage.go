package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/loopback"
)

// reference opens the reference pair of servers.
func reference(ctx context.Context, registered ...fixtures.RegisteredClient) (*fixtures.World, error) {
	all, err := deployment.Catalogue()
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(d deployment.Deployment) bool { return d.ID == "reference" })
	if at < 0 {
		return nil, errors.New("there is no deployment reference")
	}
	store, err := documents.All()
	if err != nil {
		return nil, err
	}
	return embedded.Start(ctx, all[at], embedded.Options{Documents: store, Registered: registered, Seed: 1})
}

// login has the conformant client log in and returns the credentials that it
// then sends with every request.
func login(ctx context.Context, w *fixtures.World) (authorization string, err error) {
	profiles, err := emulated.All()
	if err != nil {
		return "", err
	}
	found, err := profiles.Find("conformant")
	if err != nil {
		return "", err
	}
	seen := &lastAuthorization{}
	client := found[0].WithTransport(func(next http.RoundTripper) http.RoundTripper { return seen.over(next, w.MCPURL) })
	agent, err := useragent.NewHTTP(useragent.Options{})
	if err != nil {
		return "", err
	}
	session, err := client.Start(ctx, clients.Facts{MCPURL: w.MCPURL, UserAgent: agent, Seed: 1})
	if err != nil {
		return "", err
	}
	if out := session.Connect(ctx); out.Status != clients.OK {
		err = fmt.Errorf("the conformant client cannot log in: %s", out.Words)
	}
	return seen.value, errors.Join(err, session.Close())
}

// lastAuthorization notes the Authorization header that goes to the MCP server.
type lastAuthorization struct {
	mu    sync.Mutex
	value string
}

func (l *lastAuthorization) over(next http.RoundTripper, mcpURL string) http.RoundTripper {
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		if value := req.Header.Get("Authorization"); value != "" && req.URL.String() == mcpURL {
			l.mu.Lock()
			l.value = value
			l.mu.Unlock()
		}
		return next.RoundTrip(req)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// adapter is the MCP server as a client sees it that is logged in: the suite's
// server mode sends no token, so the adapter adds one to each request and
// changes nothing else.
type adapter struct {
	// URL is where the suite finds the MCP server.
	URL    string
	server *loopback.Server
	world  *fixtures.World
}

func openAdapter(ctx context.Context) (*adapter, error) {
	world, err := reference(ctx)
	if err != nil {
		return nil, err
	}
	a := &adapter{world: world}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, world.Close())
	}
	return a, nil
}

func (a *adapter) open(ctx context.Context) error {
	authorization, err := login(ctx, a.world)
	if err != nil {
		return err
	}
	target, err := url.Parse(a.world.MCPURL)
	if err != nil {
		return err
	}
	listener, err := loopback.Listen(ctx)
	if err != nil {
		return err
	}
	own := listener.Addr().String()
	a.URL = "http://" + own + target.Path
	a.server = loopback.Serve(listener, &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			r.Out.Host = r.In.Host // a foreign Host is what some checks are about
			if r.In.Host == own {
				r.Out.Host = target.Host
			}
			r.Out.Header.Set("Authorization", authorization)
		},
		FlushInterval: -1, // streams go on as they come
	})
	return nil
}

// Close ends the adapter and the servers behind it.
func (a *adapter) Close() error { return errors.Join(a.server.Close(), a.world.Close()) }
