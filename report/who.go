package report

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Who returns what the client called itself, each with where it said so, in
// the order of first appearance.
func Who(rec *trace.Recording) []string {
	var out []string
	for _, e := range rec.Exchanges {
		for _, line := range selfDescriptions(e) {
			if line = clip(oneLine(line), 160); !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// selfDescriptions is what one exchange says about the client.
func selfDescriptions(e trace.Exchange) []string {
	var out []string
	// The authorization request is sent by the user agent, for the client.
	if id := reading.QueryOf(e).Get("client_id"); strings.HasPrefix(id, "https://") {
		out = append(out, "client ID metadata document: "+id)
	}
	if e.From != trace.Client {
		return out
	}
	if m, ok := reading.RPCOf(e); ok {
		for _, i := range []*reading.ClientInfo{m.Params.ClientInfo, m.Params.Meta.ClientInfo} {
			if i != nil && i.Name != "" {
				out = append(out, "MCP clientInfo: "+i.Name+" "+i.Version)
			}
		}
	}
	registration := reading.Object(e.Request.Body.Text)
	if name := reading.Text(registration, "client_name"); name != "" && registration["redirect_uris"] != nil {
		out = append(out, "registered as: "+name)
	}
	if agent := e.Request.Header.Get("User-Agent"); agent != "" {
		out = append(out, "User-Agent: "+agent)
	}
	return out
}
