package emulated

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

// cuttingServer speaks 2025-11-25 and ends the stream of a call before the
// answer.
type cuttingServer struct {
	call  string   // the stream that the call is answered with
	later []string // what each attempt to take it up again is answered with; "" is 405

	mu   sync.Mutex
	seen []string // Last-Event-ID of each attempt
}

func (c *cuttingServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	stream := func(text string) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, text)
	}
	if r.Method == http.MethodGet {
		c.seen = append(c.seen, r.Header.Get("Last-Event-Id"))
		if len(c.seen) > len(c.later) || c.later[len(c.seen)-1] == "" {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		stream(c.later[len(c.seen)-1])
		return
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch m.Method {
	case "initialize":
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25"}}`, m.ID)
	case "tools/list":
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"tools":[]}}`, m.ID)
	case "tools/call":
		stream(c.call)
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func TestAStreamIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	const (
		cut    = "id: 7\nretry: 1\ndata: \n\n"
		answer = "data: {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"late\"}]}}\n\n"
	)
	for _, tt := range []struct {
		name  string
		call  string
		later []string
		text  string
		words string
		seen  []string
	}{
		{"at once", answer, nil, "late", "", nil},
		{"after one attempt", cut, []string{answer}, "late", "", []string{"7"}},
		{"after two", cut, []string{"id: 8\nretry: 1\n\n", answer}, "late", "", []string{"7", "8"}},
		{"not offered", cut, []string{""}, "", "the server answers 405", []string{"7"}},
		{"never", cut, []string{cut, cut, cut, answer}, "", "ended without an answer", []string{"7", "7", "7"}},
		{"without numbers", "retry: 1\ndata: \n\n", []string{answer}, "", "ended without an answer", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &cuttingServer{call: tt.call, later: tt.later}
			server := httptest.NewServer(c)
			t.Cleanup(server.Close)
			session, err := New(clients.Identity{ID: "x", Version: "1"}, Behaviour{}).Start(t.Context(),
				clients.Facts{MCPURL: server.URL, Revision: "2025-11-25"})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if out := session.Connect(t.Context()); out.Status != clients.OK {
				t.Fatal(out.Words)
			}
			out := session.Call(t.Context(), "slow", nil)
			if out.Text != tt.text || !strings.Contains(out.Words, tt.words) || (out.Status == clients.OK) != (tt.words == "") {
				t.Errorf("%+v", out)
			}
			if !slices.Equal(c.seen, tt.seen) {
				t.Errorf("it asked for what came after %q, want %q", c.seen, tt.seen)
			}
		})
	}
}
