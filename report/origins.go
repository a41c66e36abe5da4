package report

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// NameOrigins replaces the addresses of a recording's servers in a text by
// their names: http://127.0.0.1:41001/authorize becomes
// {authorization-server}/authorize. The ports of an embedded deployment differ
// from run to run, and a summary or an observation must not.
func NameOrigins(text string, rec *trace.Recording) string { return originNames(rec).Replace(text) }

// originNames replaces the addresses of a recording's servers.
func originNames(rec *trace.Recording) *strings.Replacer {
	names := map[string]string{}
	add := func(u string, name trace.Actor) {
		if o := origin(u); o != "" && names[o] == "" {
			names[o] = "{" + string(name) + "}"
		}
	}
	add(rec.Setting.MCPURL, trace.MCPServer)
	add(rec.Setting.Issuer, trace.AuthorizationServer)
	// A server that does not know how clients reach it may call itself so.
	if o := origin(rec.Setting.MCPURL); strings.HasPrefix(o, "https:") {
		names["http:"+strings.TrimPrefix(o, "https:")] = "http:{" + string(trace.MCPServer) + "}"
	}
	for _, e := range rec.Exchanges {
		if slices.Contains([]trace.Actor{trace.MCPServer, trace.AuthorizationServer}, e.To) {
			add(e.Request.URL, e.To)
		}
	}
	// The longest first, for one address can be the beginning of another.
	origins := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	var pairs []string
	for _, o := range origins {
		pairs = append(pairs, o, names[o], url.QueryEscape(o), names[o])
	}
	// An attacker writes the address in capitals, or the name for the number.
	for _, o := range origins {
		_, host, _ := strings.Cut(o, "://")
		if _, port, ok := strings.Cut(host, ":"); ok {
			place := strings.TrimSuffix(names[o], "}")
			pairs = append(pairs, host, place+" host}", "localhost:"+port, "localhost:"+place+" port}")
		}
	}
	return strings.NewReplacer(pairs...)
}

// NameOrigins replaces the addresses of the recording's servers in everything
// that the cell says, see the function [NameOrigins].
func (c *Cell) NameOrigins(rec *trace.Recording) {
	if rec == nil {
		return
	}
	names := originNames(rec)
	name := func(s *string) { *s = names.Replace(*s) }
	name(&c.Summary)
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		name(&s.Reason)
		for j := range s.Findings {
			name(&s.Findings[j].Expected)
			name(&s.Findings[j].Observed)
		}
	}
}

func origin(u string) string {
	p, err := url.Parse(u)
	if err != nil || p.Host == "" {
		return ""
	}
	return p.Scheme + "://" + p.Host
}
