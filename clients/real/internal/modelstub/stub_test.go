package modelstub_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/real/internal/modelstub"
)

func start(t *testing.T) *modelstub.Stub {
	t.Helper()
	s, err := modelstub.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// post sends a request and returns the answer.
func post(t *testing.T, url string, body io.Reader) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func ask(t *testing.T, url, body string) string {
	t.Helper()
	status, answer := post(t, url, strings.NewReader(body))
	if status != http.StatusOK {
		t.Fatalf("%d: %s", status, answer)
	}
	return answer
}

const (
	chatTools = `"tools":[{"function":{"name":"write"}},{"function":{"name":"mcp__lab__write"}}]`
	chatUser  = `{"role":"user","content":"go on"}`
)

func TestChatCompletions(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{"true", "false"} {
		s := start(t)
		url := s.URL() + "/v1/chat/completions"
		request := func(tools, messages string) string {
			return `{"model":"m","stream":` + stream + `,` + tools + `"messages":[` + messages + `]}`
		}
		turn := s.Ask("lab", "write", map[string]any{"text": "x"})
		if got := ask(t, url, request("", chatUser)); strings.Contains(got, "tool_calls") || !strings.Contains(got, "Done.") {
			t.Errorf("without tools it says %s", got)
		}
		if r := s.Result(turn); r.CallID != "" {
			t.Errorf("without tools: %+v", r)
		}
		if o := s.Offered(); len(o) != 0 {
			t.Errorf("offered: %q", o)
		}
		// The program has a tool of its own of the same name.
		got := ask(t, url, request(chatTools+",", chatUser))
		if !strings.Contains(got, `"name":"mcp__lab__write"`) || !strings.Contains(got, `"id":"call_1"`) || !strings.Contains(got, `{\"text\":\"x\"}`) {
			t.Errorf("it says %s", got)
		}
		if strings.Contains(got, "[DONE]") != (stream == "true") {
			t.Errorf("stream %s: %s", stream, got)
		}
		if o := s.Offered(); len(o) != 2 {
			t.Errorf("offered: %q", o)
		}
		s.Forget()
		if o := s.Offered(); len(o) != 0 {
			t.Errorf("offered after all was forgotten: %q", o)
		}
		// A second request without the result, as for a title, is not asked again.
		if got := ask(t, url, request(chatTools+",", chatUser)); strings.Contains(got, "tool_calls") {
			t.Errorf("it asks again: %s", got)
		}
		result := `{"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"written"}]}`
		if got := ask(t, url, request(chatTools+",", chatUser+","+result)); !strings.Contains(got, "Done.") {
			t.Errorf("it says %s", got)
		}
		<-turn.Done()
		if r := s.Result(turn); !r.Answered || r.Text != "written" {
			t.Errorf("result: %+v", r)
		}
		// The next turn has an id of its own, and arguments even if it has none.
		next := s.Ask("lab", "write", nil)
		if got := ask(t, url, request(chatTools+",", chatUser+","+result)); !strings.Contains(got, "call_2") || !strings.Contains(got, `"arguments":"{}"`) {
			t.Errorf("it says %s", got)
		}
		ask(t, url, request(chatTools+",", `{"role":"tool","tool_call_id":"call_2","content":"plain"}`))
		if r := s.Result(next); r.Text != "plain" {
			t.Errorf("result: %+v", r)
		}
	}
}

func TestForgetEndsATurnWithoutATool(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.Ask("lab", "write", nil)
	s.Forget()
	if got := ask(t, s.URL()+"/v1/chat/completions", `{"messages":[`+chatUser+`],`+chatTools+`}`); strings.Contains(got, "tool_calls") {
		t.Errorf("it asks for what was forgotten: %s", got)
	}
}

func TestGemini(t *testing.T) {
	t.Parallel()
	const tools = `"tools":[{"functionDeclarations":[{"name":"read_file"},{"name":"mcp_lab_echo"}]}]`
	for _, method := range []string{"streamGenerateContent?alt=sse", "generateContent"} {
		s := start(t)
		url := s.URL() + "/v1beta/models/gemini-2.5-flash:" + method
		turn := s.Ask("lab", "echo", map[string]any{"text": "x"})
		got := ask(t, url, `{"contents":[],`+tools+`}`)
		if !strings.Contains(got, `"name":"mcp_lab_echo"`) || strings.HasPrefix(got, "data: ") != strings.HasPrefix(method, "stream") {
			t.Errorf("it says %s", got)
		}
		got = ask(t, url, `{"contents":[{"parts":[{"functionResponse":{"id":"call_1","name":"mcp_lab_echo","response":{"output":"x"}}}]}],`+tools+`}`)
		if !strings.Contains(got, "Done.") {
			t.Errorf("it says %s", got)
		}
		if r := s.Result(turn); r.Text != "x" {
			t.Errorf("result: %+v", r)
		}
		failed := s.Ask("lab", "echo", nil)
		ask(t, url, `{`+tools+`}`)
		ask(t, url, `{"contents":[{"parts":[{"functionResponse":{"id":"call_2","response":{"other":1}}}]}]}`)
		if r := s.Result(failed); r.Text != `{"other":1}` || r.Failed {
			t.Errorf("result: %+v", r)
		}
		failed = s.Ask("lab", "echo", nil)
		ask(t, url, `{`+tools+`}`)
		ask(t, url, `{"contents":[{"parts":[{"functionResponse":{"id":"call_3","response":{"error":"no"}}}]}]}`)
		if r := s.Result(failed); r.Text != "no" || !r.Failed {
			t.Errorf("result: %+v", r)
		}
		if got := ask(t, s.URL()+"/v1beta/models/gemini-2.5-flash:countTokens", `{}`); !strings.Contains(got, "totalTokens") {
			t.Errorf("it counts %s", got)
		}
	}
}

func TestOnlyToolsOfTheServer(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, name := range []string{"write", "labwrite", "mcp__lab__rewrite", "mcp__other__write", "lab__write2"} {
		turn := s.Ask("lab", "write", nil)
		ask(t, s.URL()+"/v1/chat/completions", `{"tools":[{"function":{"name":"`+name+`"}}]}`)
		if s.Result(turn).CallID != "" {
			t.Errorf("it asked for %s", name)
		}
	}
	for _, name := range []string{"lab_write", "mcp__lab__write", "mcp_lab_write", "lab.write", "lab-write", "lab/write"} {
		turn := s.Ask("lab", "write", nil)
		ask(t, s.URL()+"/v1/chat/completions", `{"tools":[{"function":{"name":"`+name+`"}}]}`)
		if s.Result(turn).CallID == "" {
			t.Errorf("it did not ask for %s", name)
		}
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("served at %s", s.URL())
	}
	for _, path := range []string{"/v1/chat/completions", "/v1beta/models/m:generateContent"} {
		if status, _ := post(t, s.URL()+path, strings.NewReader("{")); status != http.StatusBadRequest {
			t.Errorf("%s: half a request: %d", path, status)
		}
		huge := io.MultiReader(strings.NewReader(`{"model":"`), bytes.NewReader(bytes.Repeat([]byte("x"), 17<<20)), strings.NewReader(`"}`))
		if status, _ := post(t, s.URL()+path, huge); status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: 17 MiB: %d", path, status)
		}
	}
	if status, _ := post(t, s.URL()+"/v1/responses", strings.NewReader("{}")); status != http.StatusNotFound {
		t.Errorf("another API: %d", status)
	}
}
