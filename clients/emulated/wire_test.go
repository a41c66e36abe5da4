package emulated

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
)

// The wire of an emulation is held against the recording of the released
// client: which requests in which order, and field by field what is in them.
func TestTheWireIsThatOfTheRecording(t *testing.T) {
	t.Parallel()
	// code-server was recorded in place of the desktop program, which has
	// another name for itself.
	codeServer := strings.NewReplacer("code-server/1.139.1", "Visual Studio Code/1.139.1", `"code-server"`, `"Visual Studio Code"`)
	tests := []struct {
		client, recording string
		configured        *clients.Credentials
		// calls are tools; "!" expires the tokens.
		calls []string
		// glance is how many requests at the beginning are compared by their
		// place only: the program sends them by other means than the rest.
		glance int
		// without names requests of the recording that the emulation does not
		// send, by position, with the reason beside it.
		without []int
		// mine rewrites what the recording has another name for.
		mine *strings.Replacer
	}{
		{client: "claude-code@2.1.329", recording: "claude-code@2.1.329/dcr"},
		{client: "claude-code@2.1.329", recording: "claude-code@2.1.329/cimd"},
		{
			client: "claude-code@2.1.329", recording: "claude-code@2.1.329/prereg",
			configured: &clients.Credentials{ClientID: "pre-1"},
		},
		{
			client: "claude-code@2.1.197", recording: "claude-code@2.1.197/dcr",
			without: []int{6, 7}, // both metadata documents once more, before the token request
		},
		{
			client: "mcp-remote@0.15.1", recording: "mcp-remote@0.15.1/dcr-refresh-stepup", glance: 4,
			calls:   []string{"echo", "!", "echo", "admin_write", "echo"},
			without: []int{13, 14, 15}, // the handshake of the program behind the bridge
		},
		{client: "mcp-inspector@2.12.0", recording: "mcp-inspector@2.12.0/cli-dcr", calls: []string{"echo"}},
		{
			client: "mcp-inspector@2.12.0", recording: "mcp-inspector@2.12.0/cli-prereg", calls: []string{"echo"},
			configured: &clients.Credentials{ClientID: "pre-public"},
			mine:       strings.NewReplacer("/cb", "/oauth/callback"), // --callback-url of the recording
		},
		{
			client: "mcp-inspector@2.12.0+web", recording: "mcp-inspector@2.12.0/web-dcr", calls: []string{"echo"},
			mine: strings.NewReplacer("127.0.0.1:0/oauth", "localhost:0/oauth"), // HOST was set
		},
		{client: "vscode@1.139.1", recording: "vscode@1.139.1/loopback-dcr", mine: codeServer},
		{client: "vscode@1.139.1", recording: "vscode@1.139.1/loopback-cimd", mine: codeServer, calls: []string{"echo"}},
	}
	for _, test := range tests {
		t.Run(test.recording, func(t *testing.T) {
			t.Parallel()
			from := readRecording(t, test.recording)
			l := newLab(t, from)
			c := find(t, test.client)
			s, err := c.Start(t.Context(), clients.Facts{
				MCPURL: l.mcp.URL + "/mcp", UserAgent: follower{}, Credentials: test.configured, Seed: 7,
			})
			if err != nil {
				t.Fatal(err)
			}
			want(t, s.Connect(t.Context()), clients.OK)
			for _, tool := range test.calls {
				if tool == "!" {
					l.expire()
					continue
				}
				want(t, s.Call(t.Context(), tool, map[string]any{"text": "hi"}), clients.OK)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			var theirs []seen
			for i, r := range from.requests {
				if !slices.Contains(test.without, i) {
					theirs = append(theirs, r)
				}
			}
			got := wire(t, l.seen(), l.mcp.Listener.Addr().String(), l.as.Listener.Addr().String(), nil)
			want := wire(t, theirs, from.hosts["mcp-server"], from.hosts["authorization-server"], test.mine)
			for i := range test.glance {
				got[i], want[i] = got[i][:1], want[i][:1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("recording (-) and emulation (+) differ:\n%s", diff)
			}
		})
	}
}

// wire writes requests as lines of text from which everything is gone that
// differs between two runs of the same program.
func wire(tb testing.TB, requests []seen, mcp, as string, rename *strings.Replacer) [][]string {
	tb.Helper()
	var out [][]string
	for _, r := range requests {
		place := strings.NewReplacer(mcp, "MCP", as, "AS", url.QueryEscape(mcp), "MCP", url.QueryEscape(as), "AS")
		lines := []string{fmt.Sprintf("%s %s %s", r.server, r.method, r.url.Path)}
		switch {
		case r.url.Path == "/authorize":
			lines = append(lines, parameters(tb, r.url.RawQuery, place)...)
		case r.url.Path == "/token":
			lines = append(lines, parameters(tb, r.body, place)...)
		case r.url.Path == "/register":
			lines = append(lines, ports.ReplaceAllString(r.body, "$1:0"))
		case r.method == "POST":
			lines = append(lines, rpc(tb, r.body))
		}
		if r.url.Path != "/authorize" {
			for _, name := range []string{"User-Agent", "Accept", "Content-Type", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name", "Sec-Fetch-Mode"} {
				if v := r.header.Get(name); v != "" {
					lines = append(lines, name+": "+v)
				}
			}
			if r.header.Get("Authorization") != "" {
				lines = append(lines, "with token")
			}
		}
		for i := range lines {
			if rename != nil {
				lines[i] = rename.Replace(lines[i])
			}
			lines[i] = strings.ReplaceAll(lines[i], "(lab)", "(mcp-server)")
		}
		out = append(out, lines)
	}
	settleTail(out)
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
		case "code", "code_verifier", "code_challenge", "refresh_token":
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
		} `json:"params"`
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		tb.Fatal(err)
	}
	return strings.Join(strings.Fields(m.Method+" "+m.Params.Name+" "+m.Params.ProtocolVersion), " ")
}
