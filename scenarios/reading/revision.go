package reading

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Revision is the revision of MCP by which the recording is judged, and why in a
// short sentence: that of the setting, else what the server's answer names, else
// what the requests name, else what the client offered, else the newest.
func (v *View) Revision() (revision, why string) {
	if r := v.Rec.Setting.Revision; r != "" {
		return r, "the recording says so"
	}
	for _, source := range []struct {
		find func(MCPRequest) string
		why  string
	}{
		{answeredRevision, "the MCP server answered with %"},
		{func(m MCPRequest) string { return m.Request.Header.Get("MCP-Protocol-Version") }, "requests have MCP-Protocol-Version: %"},
		{metaRevision, "requests name % in _meta"},
		{askedRevision, "the client asks for % in initialize"},
	} {
		// The last one counts: what came before may be an attempt that failed.
		for _, m := range slices.Backward(v.MCP) {
			named := source.find(m)
			if known, ok := knownRevision(named); ok {
				why := strings.Replace(source.why, "%", named, 1)
				if known != named {
					why += ", for which " + known + " stands"
				}
				return known, why
			}
		}
	}
	return requirement.Newest(), "no message names a revision, so the newest counts"
}

// knownRevision is the newest revision that is not younger than a date. What is
// older than all that have a chapter about authorization is judged by the first
// of them.
func knownRevision(named string) (string, bool) {
	if !isDate(named) {
		return "", false
	}
	all := requirement.Revisions()
	out := all[0]
	for _, r := range all {
		if r <= named {
			out = r
		}
	}
	return out, true
}

func isDate(s string) bool {
	const form = "2025-03-26"
	if len(s) != len(form) {
		return false
	}
	for i := range len(s) {
		if isDash := i == 4 || i == 7; isDash != (s[i] == '-') || !isDash && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// answeredRevision is what an answer names: the protocolVersion of an initialize
// result, or the newest of the versions that server/discover lists.
func answeredRevision(m MCPRequest) string {
	if m.Response == nil || !strings.Contains(m.Response.Body.Text, "rotocolVersion") && !strings.Contains(m.Response.Body.Text, "upportedVersions") {
		return ""
	}
	for _, answer := range answers(m.Response.Body.Text) {
		result, _ := answer["result"].(map[string]any)
		if named := Text(result, "protocolVersion"); named != "" {
			return named
		}
		for _, member := range []string{"supportedVersions", "protocolVersions", "supportedProtocolVersions"} {
			if list := Texts(result, member); len(list) > 0 {
				return agreed(list, metaRevision(m))
			}
		}
	}
	return ""
}

// agreed is the version of a list that the request named, else the newest.
func agreed(list []string, asked string) string {
	if slices.Contains(list, asked) {
		return asked
	}
	return slices.Max(list)
}

// metaRevision is the version in the _meta of a request, which has it since
// 2026-07-28.
func metaRevision(m MCPRequest) string {
	for _, message := range messages(m.Request.Body.Text) {
		params, _ := message["params"].(map[string]any)
		meta, _ := params["_meta"].(map[string]any)
		if named := Text(meta, "io.modelcontextprotocol/protocolVersion"); named != "" {
			return named
		}
	}
	return ""
}

// askedRevision is what a client asks for in initialize.
func askedRevision(m MCPRequest) string {
	for _, message := range messages(m.Request.Body.Text) {
		if params, ok := message["params"].(map[string]any); ok && Text(message, "method") == "initialize" {
			return Text(params, "protocolVersion")
		}
	}
	return ""
}
