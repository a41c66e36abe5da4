package judge

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Steady takes out of everything that a cell says what differs from one run to
// the next: the addresses of the servers become {mcp-server} and
// {authorization-server}, and loopback ports, states, client_ids that were
// issued and paths made of a hash become ‹port›, ‹state›, ‹client_id› and
// ‹hash›. It goes by the values of the recording, not by what a value looks
// like; a port that an operator registered stays.
func Steady(c *report.Cell, rec *trace.Recording) {
	if rec == nil {
		return
	}
	r := steadier(rec)
	do := func(texts ...*string) {
		for _, s := range texts {
			*s = r.Replace(*s)
		}
	}
	do(&c.Summary, &c.Missing, &c.Says)
	if o := c.Obstacle; o != nil {
		do(&o.Words, &o.Sent, &o.Asked)
	}
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		do(&s.Reason)
		for j := range s.Findings {
			do(&s.Findings[j].Expected, &s.Findings[j].Observed)
		}
	}
}

// steadier replaces what varies in a recording by what it is.
func steadier(rec *trace.Recording) *strings.Replacer {
	names := originNames(rec)
	values := varying(rec)
	maps.DeleteFunc(values, func(value, _ string) bool { return len(value) < 4 }) // no text is safe from a shorter one
	// The longest first, for one can be the beginning of another.
	longest := func(m map[string]string) []string {
		return slices.SortedFunc(maps.Keys(m), func(a, b string) int {
			return cmp.Or(len(b)-len(a), strings.Compare(a, b))
		})
	}
	var pairs []string
	add := func(value, name string) {
		pairs = append(pairs, value, name)
		if q := url.QueryEscape(value); q != value {
			pairs = append(pairs, q, url.QueryEscape(name))
		}
	}
	for _, o := range longest(names) {
		pairs = append(pairs, o, names[o], url.QueryEscape(o), names[o])
	}
	// An attacker writes the address in capitals, or the name for the number.
	for _, o := range longest(names) {
		_, host, _ := strings.Cut(o, "://")
		if _, port, ok := strings.Cut(host, ":"); ok {
			place := strings.TrimSuffix(names[o], "}")
			pairs = append(pairs, host, place+" host}", "localhost:"+port, "localhost:"+place+" port}")
		}
	}
	for _, v := range longest(values) {
		add(v, values[v])
	}
	return strings.NewReplacer(pairs...)
}

// originNames are the addresses of a recording's servers, and their names.
func originNames(rec *trace.Recording) map[string]string {
	names := map[string]string{}
	add := func(u string, name trace.Actor) {
		if o := originOf(u); o != "" && names[o] == "" {
			names[o] = "{" + string(name) + "}"
		}
	}
	add(rec.Setting.MCPURL, trace.MCPServer)
	add(rec.Setting.Issuer, trace.AuthorizationServer)
	// A server that does not know how clients reach it may call itself so.
	if o := originOf(rec.Setting.MCPURL); strings.HasPrefix(o, "https:") {
		names["http:"+strings.TrimPrefix(o, "https:")] = "http:{" + string(trace.MCPServer) + "}"
	}
	for _, x := range rec.Exchanges {
		if x.To == trace.MCPServer || x.To == trace.AuthorizationServer {
			add(x.Request.URL, x.To)
		}
	}
	return names
}

// varying are the values of a recording that the next one has not, and what
// each of them is.
func varying(rec *trace.Recording) map[string]string {
	out := map[string]string{}
	fixed := fixedPorts(rec)
	redirect := func(uri string) {
		if u, err := url.Parse(uri); err == nil && u.Port() != "" && reading.KindOf(uri) == reading.OnLoopback && !fixed[u.Port()] {
			out[u.Host] = u.Hostname() + ":‹port›"
		}
	}
	sum := sha256.Sum256([]byte(rec.Setting.MCPURL))
	out[base64.RawURLEncoding.EncodeToString(sum[:9])] = "‹hash›"
	for _, x := range rec.Exchanges {
		if x.To == trace.Client {
			redirect(x.Request.URL)
		}
		q := reading.QueryOf(x)
		redirect(q.Get("redirect_uri"))
		if s := q.Get("state"); s != "" {
			out[s] = "‹state›"
		}
		if x.From != trace.Client || x.Request.Method != http.MethodPost || !strings.Contains(x.Request.Body.Text, "redirect_uris") {
			continue
		}
		for _, uri := range reading.Texts(reading.Object(x.Request.Body.Text), "redirect_uris") {
			redirect(uri)
		}
		if x.Response != nil {
			if id := reading.Text(reading.Object(x.Response.Body.Text), "client_id"); id != "" {
				out[id] = "‹client_id›"
			}
		}
	}
	for _, e := range rec.Events {
		redirect(e.Detail["url"])
	}
	return out
}

// fixedPorts are the ports that operators have registered.
func fixedPorts(rec *trace.Recording) map[string]bool {
	out := map[string]bool{}
	for _, c := range rec.Setting.Registered {
		for _, uri := range slices.Concat(c.RedirectURIs, c.Asked) {
			if u, err := url.Parse(uri); err == nil {
				out[u.Port()] = true
			}
		}
	}
	return out
}

func originOf(u string) string {
	p, err := url.Parse(u)
	if err != nil || p.Host == "" {
		return ""
	}
	return p.Scheme + "://" + p.Host
}
