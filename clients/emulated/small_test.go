package emulated

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestChallenges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		header []string
		scheme string
		params map[string]string
	}{
		{header: []string{`Bearer`}, scheme: "bearer", params: map[string]string{}},
		{
			header: []string{`Bearer scope="a b", error=invalid_token, error_description="say \"no\", friend"`},
			scheme: "bearer", params: map[string]string{"scope": "a b", "error": "invalid_token", "error_description": `say "no", friend`},
		},
		{header: []string{`Negotiate, BEARER realm="x"`}, scheme: "bearer", params: map[string]string{"realm": "x"}},
		{header: []string{`Basic realm="x"`, `Bearer scope=a`}, scheme: "bearer", params: map[string]string{"scope": "a"}},
		{header: []string{`DPoP algs="ES256", Bearer a = b`}, scheme: "bearer", params: map[string]string{"a": "b"}},
		{header: []string{`DPoP algs="ES256"`}, scheme: "dpop", params: map[string]string{"algs": "ES256"}},
		{header: []string{`Bearer scope="a", scope="b"`}, scheme: "bearer", params: map[string]string{"scope": "a"}},
		{header: []string{`Bearer scope="open`}, scheme: "bearer", params: map[string]string{"scope": "open"}},
		{header: []string{`=,;=`}},
		{header: nil},
	}
	for _, test := range tests {
		c := chooseChallenge(http.Header{"Www-Authenticate": test.header}, false)
		if c == nil {
			if test.scheme != "" {
				t.Errorf("%q: none found", test.header)
			}
			continue
		}
		if diff := cmp.Diff(test.params, c.params); c.scheme != test.scheme || diff != "" {
			t.Errorf("%q: %s %s", test.header, c.scheme, diff)
		}
	}
}

func FuzzParseChallenges(f *testing.F) {
	f.Add(`Bearer scope="a b", resource_metadata="https://x/"`)
	f.Add(`DPoP error="use_dpop_nonce", Basic`)
	f.Add("\x00=\"\\")
	f.Fuzz(func(t *testing.T, value string) {
		for _, c := range parseChallenges(value) {
			if c.scheme == "" {
				t.Errorf("a challenge without a scheme in %q", value)
			}
		}
	})
}

func TestEventStreams(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, stream, result string
	}{
		{"the answer", "event: message\ndata: {\"id\":3,\"result\":{\"a\":1}}\n\n", `{"a":1}`},
		{"in two lines", "data: {\"id\":3,\ndata: \"result\":{}}\n\n", `{}`},
		{"after others", ": hello\n\ndata: {\"method\":\"notifications/progress\"}\n\ndata:{\"id\":2,\"result\":{}}\n\ndata: {\"id\":3,\"result\":[]}\n\n", `[]`},
		{"never", "data: {\"id\":2,\"result\":{}}\n\n", ""},
		{"cut off", "data: {\"id\":3,\"result\":{}}", ""},
	}
	for _, test := range tests {
		m, err := readEvents(strings.NewReader(test.stream), 3)
		if string(m.Result) != test.result || (err == nil) != (test.result != "") {
			t.Errorf("%s: %s, %v", test.name, m.Result, err)
		}
	}
}

func TestResourcesAreComparedAsTheRFCSays(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		same bool
	}{
		{"https://x/mcp", "https://x/mcp", true},
		{"HTTPS://X/mcp", "https://x/mcp", true},
		{"https://x", "https://x/", true},
		{"https://x/mcp/", "https://x/mcp", false},
		{"https://x/MCP", "https://x/mcp", false},
		{"https://x/mcp?a", "https://x/mcp", false},
		{"", "https://x/mcp", false},
	}
	for _, test := range tests {
		if got := sameResource(test.a, test.b); got != test.same {
			t.Errorf("%s and %s: %t", test.a, test.b, got)
		}
	}
	u := &url.URL{Scheme: "https", Host: "x", Path: "/a/mcp"}
	for resource, parent := range map[string]bool{"https://x/": true, "https://x": true, "https://x/a": true, "https://x/a/mcp/b": false, "https://x/am": false, "https://y/": false} {
		if got := isParent(resource, u); got != parent {
			t.Errorf("%s above %s: %t", resource, u, got)
		}
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()
	start := func(port string, busy ...int) (redirect, error) {
		c := New(clients.Identity{ID: "x", Version: "1"}, Behaviour{Redirect: Redirect{Port: port, WhenBusy: BusyFails}})
		s, err := c.Start(t.Context(), clients.Facts{MCPURL: "http://127.0.0.1:42101/mcp", PortsInUse: busy, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		session, ok := s.(*Session)
		if !ok {
			t.Fatal("not our session")
		}
		return session.redirectAt(&serverMetadata{}, DynamicMethod)
	}
	tests := []struct {
		port string
		busy []int
		want int // 0: fails
	}{
		{port: "4000", want: 4000},
		{port: "4000", busy: []int{4000}},
		{port: "4000-4002", busy: []int{4000}, want: 4001},
		{port: "4000-4002", busy: []int{4000, 4001, 4002}},
		{port: "url-hash", want: 29345}, // as mcp-remote@0.15.1 chose it
		{port: "url-hash", busy: []int{29345}, want: 29346},
	}
	for _, test := range tests {
		got, err := start(test.port, test.busy...)
		if got.port != test.want || (err == nil) != (test.want != 0) {
			t.Errorf("%s with %v taken: %d, %v", test.port, test.busy, got.port, err)
		}
	}
	first, err := start("")
	if err != nil || first.port < ephemeralLow {
		t.Fatalf("ephemeral: %d, %v", first.port, err)
	}
	if again, err := start(""); err != nil || again.port != first.port {
		t.Errorf("the same seed gave %d and %d, %v", first.port, again.port, err)
	}
	if other, err := start("", first.port); err != nil || other.port == first.port {
		t.Errorf("a taken port was used: %d, %v", other.port, err)
	}
}

func TestAForeignResponseIsDropped(t *testing.T) {
	t.Parallel()
	from := readRecording(t, "claude-code@2.1.329/dcr")
	state := follower{change: func(q url.Values) { q.Set("state", "foreign") }}
	o := connectOnce(t, Behaviour{}, newLab(t, from).mcp.URL+"/mcp", state)
	if o.Status != clients.Refused || !strings.Contains(o.Words, "state") {
		t.Errorf("%s: %s", o.Status, o.Words)
	}
	o = connectOnce(t, Behaviour{State: State{Mismatch: StateUnchecked}}, newLab(t, from).mcp.URL+"/mcp", state)
	want(t, o, clients.OK)
	nothing := follower{change: func(q url.Values) { q.Del("code") }}
	o = connectOnce(t, Behaviour{}, newLab(t, from).mcp.URL+"/mcp", nothing)
	if o.Status != clients.Refused || !strings.Contains(o.Words, "neither code nor error") {
		t.Errorf("%s: %s", o.Status, o.Words)
	}
	hostile := follower{change: func(q url.Values) {
		q.Set("iss", "https://evil.example.com")
		q.Set("error", "server_error")
		q.Set("error_description", "call 555-1234")
	}}
	o = connectOnce(t, Behaviour{}, newLab(t, from).mcp.URL+"/mcp", hostile)
	if o.Status != clients.Refused || strings.Contains(o.Words, "555-1234") {
		t.Errorf("the words of a foreign issuer are shown: %s: %s", o.Status, o.Words)
	}
}

func TestRefreshFormsAreThoseOfTheRecordings(t *testing.T) {
	t.Parallel()
	for client, recording := range map[string]string{
		"claude-code@2.1.329": "claude-code@2.1.329/refresh",
		"vscode@1.139.1":      "vscode@1.139.1/refresh",
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			from := readRecording(t, recording)
			l := newLab(t, from)
			from.lifetime = 299 // less than VS Code keeps in reserve
			c := find(t, client)
			s, err := c.Start(t.Context(), clients.Facts{MCPURL: l.mcp.URL + "/mcp", UserAgent: follower{}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			want(t, s.Connect(t.Context()), clients.OK)
			l.expire()
			want(t, s.Call(t.Context(), "echo", nil), clients.OK)
			last := func(requests []seen, mcp, as string) []string {
				var out []string
				for _, lines := range wire(t, requests, mcp, as, nil) {
					if len(lines) > 2 && strings.Contains(strings.Join(lines, "&"), "grant_type=refresh_token") {
						out = lines
					}
				}
				return out
			}
			got := last(l.seen(), l.mcp.Listener.Addr().String(), l.as.Listener.Addr().String())
			want := last(from.requests, from.hosts["mcp-server"], from.hosts["authorization-server"])
			if diff := cmp.Diff(want, got); diff != "" || want == nil {
				t.Errorf("recording (-) and emulation (+) differ:\n%s", diff)
			}
		})
	}
}
