package client

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// mostMetadata is how much of a metadata document nobody needs to read, in
// bytes. It is more than the buffers on the way can hold, so what was sent
// beyond it was read.
const mostMetadata = 16 << 20

// networkChecks are about where a server's answers may lead a client.
func networkChecks() []check.Check {
	return []check.Check{
		{
			ID: "network/private-addresses-refused", Scenario: "C.1", Stage: reading.DoorResourceMetadata,
			Guards: []reading.Door{reading.DoorResourceMetadata, reading.DoorServerMetadata},
			Needs:  "an address in a private network to which a server points, while the MCP server is not there",
			Judge: func(v *reading.View) check.Result {
				return check.Each(pointers(v), func(p pointer) check.Result {
					if !inward(v, p.url) {
						return check.Unseen()
					}
					if id, ok := followed(v, p); ok {
						return check.Bad("no connection to a private address", "went to "+p.url+", to which "+p.by+" points", p.at, id)
					}
					return check.Good("did not go to "+p.url, p.at)
				})
			},
		},
		{
			ID: "network/redirects-checked", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Guards: []reading.Door{reading.DoorServerMetadata},
			Needs:  "a request for metadata that was redirected to another origin",
			Judge: func(v *reading.View) check.Result {
				return check.Each(pointers(v), func(p pointer) check.Result {
					if !p.redirect || sameOrigin(p.url, v.Exchange(p.at).Request.URL) {
						return check.Unseen()
					}
					if id, ok := followed(v, p); ok {
						return check.Bad("metadata from the place that was asked", "followed the redirect to "+p.url, p.at, id)
					}
					return check.Good("did not follow the redirect to "+p.url, p.at)
				})
			},
		},
		{
			ID: "network/answers-bounded", Scenario: "C.1", Stage: reading.DoorServerMetadata,
			Guards: []reading.Door{reading.DoorServerMetadata},
			Needs:  "a metadata document that is larger than any that is meant",
			Judge: func(v *reading.View) check.Result {
				return check.Each(slices.Concat(v.ResourceMetadata, v.ServerMetadata), func(d reading.Document) check.Result {
					switch {
					case d.Response == nil || !d.Response.Body.Truncated:
						return check.Unseen()
					case d.Response.Body.Size >= mostMetadata:
						return check.Bad("an end to what it reads of a document", "read more than 16 MiB", d.ID)
					}
					return check.Good("stopped reading", d.ID)
				})
			},
		},
	}
}

// pointer is a place to which a server points a client.
type pointer struct {
	at       int // the exchange whose answer points there
	url, by  string
	redirect bool
}

// pointers lists where the servers' answers point during discovery.
func pointers(v *reading.View) []pointer {
	var out []pointer
	for _, m := range v.MCP {
		if u := reading.Resolve(m.Request.URL, m.Challenge.Param("resource_metadata")); u != "" {
			out = append(out, pointer{at: m.ID, url: u, by: "the challenge"})
		}
	}
	for _, d := range v.ResourceMetadata {
		for _, u := range reading.Texts(d.JSON, "authorization_servers") {
			out = append(out, pointer{at: d.ID, url: u, by: "the resource metadata"})
		}
	}
	for _, d := range slices.Concat(v.ResourceMetadata, v.ServerMetadata) {
		if d.Response == nil || d.Status < 300 || d.Status > 399 {
			continue
		}
		if u := reading.Resolve(d.Request.URL, d.Response.Header.Get("Location")); u != "" {
			out = append(out, pointer{at: d.ID, url: u, by: "a redirect", redirect: true})
		}
	}
	return out
}

// inward reports whether a URL leads into a private network, while the MCP
// server is outside of it. Names tell nothing.
func inward(v *reading.View, raw string) bool {
	to, ok := addressOf(raw)
	if !ok || !to.IsPrivate() && !to.IsLinkLocalUnicast() && !to.IsUnspecified() {
		return false
	}
	home, ok := addressOf(v.Rec.Setting.MCPURL)
	return !ok || !home.IsPrivate()
}

// addressOf is the IP literal in a URL; false when there is none.
func addressOf(raw string) (netip.Addr, bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return ip.Unmap(), err == nil
}

// followed reports whether the client went where it was pointed, and the
// exchange that shows it; 0 where it was held back on the way.
func followed(v *reading.View, p pointer) (int, bool) {
	for _, x := range v.Exchanges {
		if x.From != trace.Client || x.ID <= p.at {
			continue
		}
		if x.Request.URL == p.url || !p.redirect && sameOrigin(x.Request.URL, p.url) {
			return x.ID, true
		}
	}
	to, ok := addressOf(p.url)
	return 0, ok && slices.ContainsFunc(v.Rec.Events, func(e trace.Event) bool {
		held, err := netip.ParseAddrPort(e.Detail["address"])
		return e.Kind == trace.HeldBack && e.After >= p.at && err == nil && held.Addr().Unmap() == to
	})
}

func sameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && strings.EqualFold(x.Scheme, y.Scheme) && strings.EqualFold(x.Host, y.Host)
}
