package emulated

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wire writes requests as lines of text from which everything is gone that
// differs between two runs of the same program.
func wire(tb testing.TB, requests []seen, mcp, as string, rename *strings.Replacer) [][]string {
	tb.Helper()
	hash := hashed("{url-hash}", "http://"+mcp+"/mcp")
	var out [][]string
	for _, r := range requests {
		place := strings.NewReplacer(mcp, "MCP", as, "AS", url.QueryEscape(mcp), "MCP", url.QueryEscape(as), "AS")
		lines := []string{fmt.Sprintf("%s %s %s", r.server, r.method, r.url.Path)}
		switch {
		case r.url.Path == "/authorize":
			lines = append(lines, parameters(tb, r.url.RawQuery, place)...)
		case r.header.Get("Content-Type") == "application/x-www-form-urlencoded":
			lines = append(lines, parameters(tb, r.body, place)...)
		case r.url.Path == "/register":
			lines = append(lines, ports.ReplaceAllString(r.body, "$1:0"))
		case r.method == "POST":
			lines = append(lines, rpc(tb, r.body))
		}
		if r.url.Path != "/authorize" {
			for _, name := range []string{"User-Agent", "Accept", "Content-Type", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name", "Accept-Language", "Sec-Fetch-Mode"} {
				if v := r.header.Get(name); v != "" {
					lines = append(lines, name+": "+v)
				}
			}
			switch scheme, _, _ := strings.Cut(r.header.Get("Authorization"), " "); scheme {
			case "":
			case "Basic":
				lines = append(lines, "with client_secret_basic")
			default:
				lines = append(lines, "with token")
			}
		}
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], hash, "<hash of the MCP URL>")
			if rename != nil {
				lines[i] = rename.Replace(lines[i])
			}
			lines[i] = strings.ReplaceAll(lines[i], "(lab)", "(mcp-server)")
		}
		out = append(out, lines)
	}
	return out
}

// settleTail sorts what follows the handshake: released programs send the
// notification, the GET stream and the list without waiting for each other.
func settleTail(lines [][]string) {
	inTail := func(l []string) bool {
		return strings.HasPrefix(l[0], "mcp-server GET /mcp") && slices.Contains(l, "with token") ||
			len(l) > 1 && (l[1] == "notifications/initialized" || l[1] == "tools/list")
	}
	for i := 0; i < len(lines); i++ {
		end := i
		for end < len(lines) && inTail(lines[end]) {
			end++
		}
		slices.SortFunc(lines[i:end], func(a, b []string) int { return slices.Compare(a[:2], b[:2]) })
		i = max(i, end-1)
	}
}

var ports = regexp.MustCompile(`(localhost|127\.0\.0\.1):\d+`)

// parameters writes a query or form, one parameter a line, in its order.
func parameters(tb testing.TB, raw string, place *strings.Replacer) []string {
	tb.Helper()
	var out []string
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		value, err := url.QueryUnescape(value)
		if err != nil {
			tb.Fatal(err)
		}
		switch name {
		case "state":
			value = shape(value)
		case "code_verifier":
			value = fmt.Sprintf("<%d characters>", len(value))
		case "code", "code_challenge", "refresh_token", "client_secret", "token":
			value = "<secret>"
		case "client_id":
			if strings.HasPrefix(value, "dyn_") {
				value = "<registered>"
			}
		case "redirect_uri":
			value = ports.ReplaceAllString(value, "$1:0")
		}
		out = append(out, name+"="+place.Replace(value))
	}
	return out
}

// shape is what a state looks like.
func shape(s string) string {
	for name, form := range map[string]string{
		"uuid":                       `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"64 hex digits":              `^[0-9a-f]{64}$`,
		"24 characters of base64":    `^[A-Za-z0-9+/]{22}==$`,
		"43 characters of base64url": `^[A-Za-z0-9_-]{43}$`,
		"22 characters of base64url": `^[A-Za-z0-9_-]{22}$`,
		"32 characters of base64url": `^[A-Za-z0-9_-]{32}$`,
		"26 characters of base32":    `^[A-Z2-7]{26}$`,
		"the address of a web page":  `^http://127\.0\.0\.1(:\d+)?/.*callback\?vscode-reqid%3D\d+%26.*%253D[0-9a-f]{32}$`,
	} {
		if regexp.MustCompile(form).MatchString(s) {
			return "<" + name + ">"
		}
	}
	return s
}

// rpc is what a JSON-RPC body is about.
func rpc(tb testing.TB, body string) string {
	tb.Helper()
	var m struct {
		Method string `json:"method"`
		Params struct {
			Name            string `json:"name"`
			ProtocolVersion string `json:"protocolVersion"`
			ClientInfo      struct {
				Name  string `json:"name"`
				Title string `json:"title"`
			} `json:"clientInfo"`
		} `json:"params"`
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		tb.Fatal(err)
	}
	return strings.Join(strings.Fields(m.Method+" "+m.Params.Name+" "+m.Params.ProtocolVersion+" "+m.Params.ClientInfo.Name+" "+m.Params.ClientInfo.Title), " ")
}
