package modelstub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Model is the name of the model that programs are to be configured with.
const Model = "stub"

const (
	// maxRequest bounds what a program may send at once, in bytes: its whole
	// conversation and the schemas of all its tools.
	maxRequest = 16 << 20
	// headerTime bounds how long a request may take to say what it wants.
	headerTime = 10 * time.Second
	// done is all that the model has to say.
	done = "Done."
)

// Stub is a model that is served on a loopback port.
type Stub struct {
	server *http.Server
	url    string
	served chan struct{} // closed when it no longer serves

	mu      sync.Mutex
	turn    *Turn
	calls   int      // tool calls that were asked for
	offered []string // the tools of the last request that had any
}

// Start serves a model that has nothing to ask for yet.
func Start() (*Stub, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("model stub: %w", err)
	}
	s := &Stub{url: "http://" + l.Addr().String(), served: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", s.openAI)
	mux.HandleFunc("GET /v1/models", s.models)
	mux.HandleFunc("POST /v1beta/models/{call}", s.gemini)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: headerTime}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(l) // it always ends with an error, which is that of Close
	}()
	return s, nil
}

// URL is where it is served, without a path. Chat completions have their base
// at URL/v1, and Gemini's API at URL.
func (s *Stub) URL() string { return s.url }

// Close ends it, and every answer that is under way.
func (s *Stub) Close() error {
	err := s.server.Close()
	<-s.served
	return err
}

// Turn is one tool that the model asks for.
type Turn struct {
	server, tool string
	arguments    map[string]any

	// Of the stub, which guards them by its lock:
	id       string // of the tool call; "" until it was asked for
	answered bool
	response response
	done     chan struct{}
}

// Ask begins a turn: the next time that the program offers a tool of that name
// of that MCP server, the model asks for it. A turn that went before is over.
func (s *Stub) Ask(server, tool string, arguments map[string]any) *Turn {
	if arguments == nil {
		arguments = map[string]any{}
	}
	t := &Turn{server: server, tool: tool, arguments: arguments, done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn = t
	return t
}

// Done is closed when the program has sent the result of the tool.
func (t *Turn) Done() <-chan struct{} { return t.done }

// Result is what became of a turn.
type Result struct {
	// CallID is how the program knows the call; "" means that the program did
	// not offer the tool.
	CallID string
	// Answered says that the program sent a result, or an error, which is Text.
	Answered bool
	// Failed says that the program called it an error; in chat completions there
	// is no place for that.
	Failed bool
	Text   string
}

// Result tells what became of the turn by now.
func (s *Stub) Result(t *Turn) Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Result{CallID: t.id, Answered: t.answered, Failed: t.response.failed, Text: t.response.text}
}

// Forget makes Offered begin anew, and ends a turn whose tool nobody has offered.
func (s *Stub) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offered = nil
	if s.turn != nil && s.turn.id == "" {
		s.turn = nil
	}
}

// Offered are the names of the tools in the last request that offered any.
func (s *Stub) Offered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.offered)
}

// call is a tool that the model asks for.
type call struct {
	id, name  string
	arguments map[string]any
}

// response is what a program says of a tool.
type response struct {
	text   string
	failed bool
}

// next decides what the model says to a request that offers these tools and
// brings these results, by the id of the call; nil means that it is done.
func (s *Stub) next(offered []string, results map[string]response) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(offered) > 0 {
		s.offered = offered
	}
	t := s.turn
	if t == nil {
		return nil
	}
	if t.id != "" {
		if r, ok := results[t.id]; ok && !t.answered {
			t.answered, t.response = true, r
			close(t.done)
		}
		return nil
	}
	i := slices.IndexFunc(offered, t.names)
	if i < 0 {
		return nil
	}
	s.calls++
	t.id = fmt.Sprintf("call_%d", s.calls)
	return &call{t.id, offered[i], t.arguments}
}

// names reports whether a program means this tool by that name: programs put the
// server's name before the tool's, with something between.
func (t *Turn) names(name string) bool {
	before, ok := strings.CutSuffix(name, t.tool)
	if !ok {
		return false
	}
	i := strings.LastIndex(before, t.server)
	return i >= 0 && strings.Trim(before[i+len(t.server):], "_-./:") == "" && len(before) > i+len(t.server)
}

// receive reads a request.
func receive(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(into)
	if err == nil {
		return true
	}
	status := http.StatusBadRequest
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, err.Error(), status)
	return false
}

// send answers with one document.
func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(b)
}

// stream answers with server-sent events.
func stream(w http.ResponseWriter, events ...any) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, e := range events {
		data, ok := e.(string)
		if !ok {
			b, _ := json.Marshal(e) //nolint:errchkjson // maps of strings and numbers
			data = string(b)
		}
		_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
	}
}
