package reading

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOtherLoginsAreNoneOfTheFlow(t *testing.T) {
	t.Parallel()
	plain := importSteps(t, "proxy", login()...)
	want := shape(NewView(plain))
	for name, steps := range map[string][]step{
		"before":        slices.Concat(other(), login()),
		"after":         slices.Concat(login(), other()),
		"in the middle": slices.Concat(login()[:5], other(), login()[5:]),
		"preflights":    slices.Concat([]step{{line: "OPTIONS https://as.test/register -> 204"}, {line: "OPTIONS " + home + " -> 204"}}, login()),
		"same server": slices.Concat(login(), []step{
			{line: "GET https://as.test/authorize?response_type=code&client_id=intranet&redirect_uri=https%3A%2F%2Fintra.test%2Fcb&state=three-3 -> 200"},
		}),
	} {
		rec := importSteps(t, "proxy", steps...)
		flows := Flows(rec)
		if len(flows) != 1 || len(flows[0].Exchanges) != len(login()) || rec.Setting.MCPURL != home || rec.Setting.Issuer != "https://as.test" {
			t.Errorf("%s: %+v of %s at %s", name, flows, rec.Setting.MCPURL, rec.Setting.Issuer)
		}
		if diff := cmp.Diff(want, shape(NewView(rec))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// shape is how much of each kind a view has.
func shape(v *View) []int {
	return []int{
		len(v.MCP), len(v.ResourceMetadata), len(v.ServerMetadata), len(v.Registrations), len(v.Authorizations), len(v.Tokens), len(v.Exchanges),
	}
}

func TestFlowsOfSeveral(t *testing.T) {
	t.Parallel()
	second := func(pairs ...string) []step {
		var out []step
		for _, s := range login() {
			r := strings.NewReplacer(pairs...)
			s.line, s.body, s.answer = r.Replace(s.line), r.Replace(s.body), r.Replace(s.answer)
			for _, m := range []map[string]string{s.header, s.reply} {
				for name, value := range m {
					m[name] = r.Replace(value)
				}
			}
			out = append(out, s)
		}
		return out
	}
	marked := func(steps []step, agent string) []step {
		for i := range steps {
			if steps[i].header == nil {
				steps[i].header = map[string]string{}
			}
			if !strings.Contains(steps[i].line, "/authorize?") && !strings.Contains(steps[i].line, back) {
				steps[i].header["User-Agent"] = agent
			}
		}
		return steps
	}
	others := []string{"secret-1", "secret-9", "state-one-1", "state-nine-9", "c1", "c9", `"one"`, `"nine"`}
	for name, test := range map[string]struct {
		steps   []step
		clients []string
	}{
		"two servers": {
			slices.Concat(login(), second(append(others, "mcp.test", "mcp.other", "as.test", "as.other")...)),
			[]string{"one@1 https://mcp.test/mcp 10", "nine@1 https://mcp.other/mcp 10"},
		},
		"two servers, one authorization server": {
			slices.Concat(login(), second(append(others, "mcp.test", "mcp.other")...)),
			[]string{"one@1 https://mcp.test/mcp", "nine@1 https://mcp.other/mcp"},
		},
		"two servers, one of which is not asked on the file": {
			slices.Concat(login(), second(append(others, "mcp.test", "mcp.other", "as.test", "as.other")...)[1:7]),
			[]string{"one@1 https://mcp.test/mcp 10", " https://mcp.other/mcp"},
		},
		"two clients": {
			slices.Concat(marked(login(), "one/1"), marked(second(others...), "nine/1")),
			[]string{"one@1 https://mcp.test/mcp 10", "nine@1 https://mcp.test/mcp 10"},
		},
		"one client that logs in twice": {
			slices.Concat(marked(login(), "one/1"), marked(second("secret-1", "secret-9", "state-one-1", "state-nine-9", "c1", "c9"), "one/1")),
			[]string{"one@1 https://mcp.test/mcp 20"},
		},
	} {
		rec := importSteps(t, "proxy", test.steps...)
		flows := Flows(rec)
		if len(flows) != len(test.clients) {
			t.Errorf("%s: %d flows: %+v", name, len(flows), flows)
			continue
		}
		for i, f := range flows {
			count := " " + map[int]string{10: "10", 20: "20"}[len(f.Exchanges)]
			if got := f.Client + " " + f.Resource + count; !strings.HasPrefix(got, test.clients[i]) {
				t.Errorf("%s: flow %q, want %q", name, got, test.clients[i])
			}
			v := ViewOf(rec, f)
			if v.Rec.Setting.MCPURL != f.Resource || len(v.Authorizations) == 0 || v.Progress(v.Whole()).Broken != "" || f.Says == "" {
				t.Errorf("%s: %s: %d authorizations, broken at %q", name, f.Says, len(v.Authorizations), v.Progress(v.Whole()).Broken)
			}
			if v.Rec.Setting.Client != f.Client || v.Rec.Setting.Issuer == "" || len(v.Alone().Exchanges) != len(f.Exchanges) {
				t.Errorf("%s: %s: setting %+v, %d exchanges alone", name, f.Says, v.Rec.Setting, len(v.Alone().Exchanges))
			}
		}
	}
}

func TestResourceWithoutMCP(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		steps []step
		want  string
	}{
		"the document's word":    {login()[1:7], home},
		"the path of the URL":    {[]step{{line: "GET https://mcp.test/.well-known/oauth-protected-resource/a/b -> 404"}}, "https://mcp.test/a/b"},
		"the root has no path":   {[]step{{line: "GET https://mcp.test/.well-known/oauth-protected-resource -> 404"}}, ""},
		"another host's word":    {[]step{{line: "GET https://mcp.test/.well-known/oauth-protected-resource -> 200", answer: `{"resource":"https://evil.test/mcp"}`}}, ""},
		"the browser's leg only": {login()[4:6], ""},
		"another protocol":       {[]step{{line: "POST https://chain.test/rpc -> 200", body: `{"jsonrpc":"2.0","id":1,"method":"eth_call"}`}}, ""},
	} {
		if got := importSteps(t, "proxy", test.steps...).Setting.MCPURL; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// A token that goes elsewhere is part of the flow that issued it.
func TestStrayTokenIsInTheFlow(t *testing.T) {
	t.Parallel()
	rec := importSteps(t, "proxy", append(login(), step{line: "GET https://third.test/x -> 200", header: header("X-Token", "Bearer access-secret-1")},
		step{line: "GET https://third.test/y -> 200", header: header("Authorization", "Bearer access-secret-1")})...)
	if v := NewView(rec); v.LastID() != len(login())+2 || len(v.MCP) != 4 {
		t.Errorf("last %d, %d MCP requests", v.LastID(), len(v.MCP))
	}
}
