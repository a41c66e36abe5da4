package probe

import (
	"context"
	"net/url"
	"strings"
)

// otherPort is [Redirect] but for its port.
const otherPort = "http://127.0.0.1:43118/callback"

func redirectAttempts() []attempt {
	edited := func(name string, edit func(*url.URL)) attempt {
		return asking("probe/redirect-exact", name, func(r request) request {
			u, err := url.Parse(r.params.Get("redirect_uri"))
			if err != nil {
				return r
			}
			edit(u)
			return r.with("redirect_uri", u.String())
		})
	}
	stays := func(name string, change func(r request) request) attempt {
		return asking("probe/errors-stay", name, change)
	}
	return []attempt{
		edited("another path", func(u *url.URL) { u.Path = "/elsewhere" }),
		edited("a longer path", func(u *url.URL) { u.Path += "/more" }),
		edited("a slash at the end", func(u *url.URL) { u.Path += "/" }),
		edited("the path in capitals", func(u *url.URL) { u.Path = strings.ToUpper(u.Path) }),
		edited("dot segments", func(u *url.URL) { u.Path += "/../elsewhere" }),
		edited("a query", func(u *url.URL) { u.RawQuery = "more=1" }),
		edited("a fragment", func(u *url.URL) { u.Fragment = "here" }),
		edited("a user part", func(u *url.URL) { u.User = url.User("prober") }),
		edited("another host", func(u *url.URL) { u.Host = "prober.mcpcompat.invalid" }),
		edited("the host as a subdomain", func(u *url.URL) { u.Host = u.Hostname() + ".prober.mcpcompat.invalid" }),
		edited("the host as a user part", func(u *url.URL) { u.User, u.Host = url.User(u.Host), "prober.mcpcompat.invalid" }),
		edited("https for http", func(u *url.URL) { u.Scheme = "https" }),
		asking("probe/redirect-exact", "javascript:", func(r request) request {
			return r.with("redirect_uri", "javascript:alert(1)//"+r.params.Get("redirect_uri"))
		}),
		{"probe/loopback-port", "another port on loopback", func(ctx context.Context, p *prober) error {
			if err := p.in(); err != nil {
				return err
			}
			u, err := url.Parse(p.client.redirect())
			if err != nil || u.Hostname() != "127.0.0.1" {
				return untested("the prober's client has no loopback redirect URI")
			}
			_, err = p.ask(ctx, p.authorization(p.client).with("redirect_uri", otherPort))
			return err
		}},
		stays("an unregistered redirect URI, and an unknown response_type", func(r request) request {
			return r.with("redirect_uri", "https://prober.mcpcompat.invalid/callback").with("response_type", "nonsense")
		}),
		stays("an unknown client", func(r request) request {
			return r.with("client_id", "nobody-"+r.params.Get("state")).with("redirect_uri", "https://prober.mcpcompat.invalid/callback")
		}),
		stays("no client", func(r request) request {
			return r.with("client_id").with("redirect_uri", "https://prober.mcpcompat.invalid/callback")
		}),
	}
}
