package emulated

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
)

// openServer is an MCP server of 2026-07-28 that asks nobody for a token.
type openServer struct {
	tools string // the member tools of the listing
	// rejects is the error data of the first answer; "" means that nothing is
	// rejected.
	rejects string

	mu    sync.Mutex
	asked int
	call  http.Header // of the last tools/call
}

func (o *openServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	w.Header().Set("Content-Type", "application/json")
	if o.rejects != "" && o.asked == 1 {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32022,"message":"no","data":%s}}`, m.ID, o.rejects)
		return
	}
	result := `{"supportedVersions":["2026-07-28"]}`
	switch m.Method {
	case "tools/list":
		result = `{"tools":` + o.tools + `}`
	case "tools/call":
		o.call = r.Header.Clone()
		result = `{"content":[{"type":"text","text":"done"}]}`
	}
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, result)
}

// visit connects a client of no particular behaviour.
func (o *openServer) visit(t *testing.T, b Behaviour) (*Session, clients.Outcome) {
	t.Helper()
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	started, err := New(clients.Identity{ID: "x", Version: "1"}, b).Start(t.Context(), clients.Facts{MCPURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	session, ok := started.(*Session)
	if !ok {
		t.Fatalf("%T", started)
	}
	t.Cleanup(func() { _ = session.Close() }) // before the server, which waits for its connections
	out := session.Connect(t.Context())
	return session, out
}

func names(tools []clients.Tool) string {
	out := make([]string, len(tools))
	for i, t := range tools {
		out[i] = t.Name
	}
	return strings.Join(out, " ")
}

const annotated = `[
 {"name":"query","annotations":{"readOnlyHint":true,"destructiveHint":false},"inputSchema":{"type":"object","properties":{
   "region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},
   "dry":{"type":"boolean","x-mcp-header":"Dry"},"where":{"type":"object","properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}},
   "sql":{"type":"string"}}}},
 {"name":"broken","inputSchema":{"type":"object","properties":{"a":{"type":"number","x-mcp-header":"A"}}}},
 {"name":"plain"}]`

func TestArgumentsAreMirroredIntoHeaders(t *testing.T) {
	t.Parallel()
	o := &openServer{tools: annotated}
	session, out := o.visit(t, Behaviour{})
	if out.Status != clients.OK {
		t.Fatal(out.Words)
	}
	if got := names(session.Tools()); got != "query plain" {
		t.Errorf("tools %q", got)
	}
	if hints := session.Tools()[0]; hints.ReadOnly == nil || !*hints.ReadOnly || hints.Destructive == nil || *hints.Destructive {
		t.Errorf("hints %+v", hints)
	}
	for _, tt := range []struct {
		arguments map[string]any
		want      map[string]string
	}{
		{nil, map[string]string{}},
		{
			map[string]any{"region": "us west", "count": 42.0, "dry": false, "where": map[string]any{"zone": ""}, "sql": "SELECT 1"},
			map[string]string{"Region": "us west", "Count": "42", "Dry": "false", "Zone": ""},
		},
		{map[string]any{"region": nil, "count": 7, "where": "nowhere"}, map[string]string{"Count": "7"}},
		{map[string]any{"region": " padded"}, map[string]string{"Region": "=?base64?IHBhZGRlZA==?="}},
		{map[string]any{"region": "a\r\nb"}, map[string]string{"Region": "=?base64?YQ0KYg==?="}},
		{map[string]any{"region": "Zürich"}, map[string]string{"Region": "=?base64?WsO8cmljaA==?="}},
		{map[string]any{"region": "=?base64?x?="}, map[string]string{"Region": "=?base64?PT9iYXNlNjQ/eD89?="}},
	} {
		if out := session.Call(t.Context(), "query", tt.arguments); out.Status != clients.OK {
			t.Fatalf("%v: %s", tt.arguments, out.Words)
		}
		got := map[string]string{}
		for name := range o.call {
			if short, ok := strings.CutPrefix(name, mirrorPrefix); ok {
				got[short] = o.call.Get(name)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.arguments, diff)
		}
	}
	o.call = nil
	if out := session.Call(t.Context(), "broken", nil); out.Status != clients.Refused || o.call != nil {
		t.Errorf("the tool with an invalid annotation: %+v", out)
	}
}

// Before 2026-07-28 the annotation means nothing.
func TestLegacyArgumentsStayInTheBody(t *testing.T) {
	t.Parallel()
	conn := &connection{listed: json.RawMessage(`{"tools":` + annotated + `}`)}
	if headers, err := conn.mirrored("query", map[string]any{"region": "x"}); err != nil || len(headers) > 0 {
		t.Errorf("%v, %v", headers, err)
	}
	if headers, err := conn.mirrored("broken", nil); err != nil || len(headers) > 0 {
		t.Errorf("%v, %v", headers, err)
	}
}

func TestInvalidMirrorsAreRejected(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]string{
		`{"properties":{"a":{"type":"string","x-mcp-header":""}}}`:                                           "is no name",
		`{"properties":{"a":{"type":"string","x-mcp-header":"A b"}}}`:                                        "is no name",
		`{"properties":{"a":{"type":"string","x-mcp-header":"A\r\nB: c"}}}`:                                  "is no name",
		`{"properties":{"a":{"type":"string","x-mcp-header":7}}}`:                                            "is no name",
		`{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}`:                                          "neither string nor integer",
		`{"properties":{"a":{"x-mcp-header":"A"}}}`:                                                          "neither string nor integer",
		`{"type":"string","x-mcp-header":"A"}`:                                                               "can be reached",
		`{"properties":{"a":{"items":{"type":"string","x-mcp-header":"A"}}}}`:                                "can be reached",
		`{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}`:                              "can be reached",
		`{"$defs":{"a":{"type":"string","x-mcp-header":"A"}}}`:                                               "can be reached",
		`{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}`: "twice",
		`{"x-mcp-header"`: "its schema",
	} {
		if _, err := readMirrors(json.RawMessage(schema)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", schema, err)
		}
	}
	// A property of that name, and values that look like schemas, are none.
	mirrors, err := readMirrors(json.RawMessage(
		`{"properties":{"x-mcp-header":{"type":"string","default":{"x-mcp-header":"D"},"enum":[{"x-mcp-header":"E"}]}}}`))
	if err != nil || len(mirrors) > 0 {
		t.Errorf("%v, %v", mirrors, err)
	}
}

// A server that rejects the version of the first request and names the same
// version among those it speaks is asked once more.
func TestARejectedVersionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rejects string
		asked   int
		status  clients.Status
	}{
		{`{"supported":["2026-07-28"],"requested":"2026-07-28"}`, 3, clients.OK},
		{`{"supported":["2027-01-01"]}`, 1, clients.Failed},
		{`{"supported":"2026-07-28"}`, 1, clients.Failed},
	} {
		o := &openServer{tools: `[]`, rejects: tt.rejects}
		session, out := o.visit(t, Behaviour{Protocol: Protocol{Era: ModernOnly}})
		if out.Status != tt.status || o.asked != tt.asked {
			t.Errorf("%s: %+v after %d requests", tt.rejects, out, o.asked)
		}
		if len(session.Tools()) > 0 {
			t.Errorf("tools %q", names(session.Tools()))
		}
	}
}

func TestAnotherMetadataDocument(t *testing.T) {
	t.Parallel()
	var b Behaviour
	b.Registration.ClientIDMetadataDocument = "https://vendor.example.com/client.json"
	client := New(clients.Identity{ID: "x", Version: "1"}, b)
	other := client.WithMetadataDocument("https://me.example.com/client.json")
	if got := other.Behaviour().Registration.ClientIDMetadataDocument; got != "https://me.example.com/client.json" {
		t.Errorf("it uses %s", got)
	}
	if got := client.Behaviour().Registration.ClientIDMetadataDocument; got != b.Registration.ClientIDMetadataDocument {
		t.Errorf("the first client now uses %s", got)
	}
}
