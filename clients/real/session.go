//go:build unix

package real

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// maxWords is how many of a program's last lines an outcome holds.
const maxWords = 40

// session is one run of a program that is an MCP server to its host and a
// client to the remote server.
type session struct {
	name    string
	facts   clients.Facts
	path    string
	args    []string
	release func() // nil: nothing to give back
	// noise is what differs between two runs that are the same, in each line
	// of the program's words; nil means nothing.
	noise *regexp.Regexp
	// installed is the folder of the program.
	installed string

	masker  *trace.Masker
	browser *browser
	taken   []net.Listener

	mu     sync.Mutex
	host   *host // nil while the program does not run
	closed bool
}

// prepare makes the browser shim and takes the ports that are said to be in
// use. It sends nothing.
func (s *session) prepare() (*session, error) {
	s.masker = trace.NewMasker()
	var err error
	if s.browser, err = openBrowser(s.facts.Home, s.facts.UserAgent); err != nil {
		if s.release != nil {
			s.release()
		}
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	for _, port := range s.facts.PortsInUse {
		// A port that cannot be taken is in use as it should be.
		var lc net.ListenConfig
		l, err := lc.Listen(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			s.taken = append(s.taken, l)
		}
	}
	return s, nil
}

// Connect implements clients.Session.
func (s *session) Connect(ctx context.Context) clients.Outcome {
	h, err := s.launch() //nolint:contextcheck // the program outlives the attempt that starts it
	if err != nil {
		return clients.Outcome{Status: clients.Failed, Words: s.masker.Text(err.Error())}
	}
	if err := h.connect(ctx); err != nil {
		out := s.failure(h, err)
		s.quit()
		return out
	}
	return clients.Outcome{Status: clients.OK}
}

// clean makes a line of the program fit to be shown: no secrets, nothing of
// this machine.
func (s *session) clean(line string) string {
	line = strings.NewReplacer(s.installed, s.name, s.facts.Home, "~").Replace(line)
	if s.noise != nil {
		line = s.noise.ReplaceAllString(line, "")
	}
	return s.masker.Text(line)
}

// launch starts the program. It lives until quit, however long the attempt
// that launched it may take.
func (s *session) launch() (*host, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New(s.name + ": the session is closed")
	}
	if s.host != nil {
		return nil, errors.New(s.name + ": it runs already")
	}
	h := newHost(s.browser)
	ready := make(chan struct{})
	process, err := proc.Start(context.Background(), proc.Options{
		Path: s.path, Args: s.args, Home: s.facts.Home, Env: s.browser.environment(), Mask: s.clean,
		Stdout: func(line string) {
			<-ready
			h.receive(line)
		},
	})
	if err != nil {
		return nil, err
	}
	h.process = process
	close(ready)
	s.host = h
	return h, nil
}

// Call implements clients.Session.
func (s *session) Call(ctx context.Context, tool string, arguments map[string]any) clients.Outcome {
	s.mu.Lock()
	h := s.host
	s.mu.Unlock()
	if h == nil {
		return clients.Outcome{Status: clients.Failed, Words: s.name + " does not run"}
	}
	var result toolResult
	err := h.call(ctx, "tools/call", map[string]any{"name": tool, "arguments": arguments}, &result)
	if err != nil {
		return s.failure(h, err)
	}
	if result.IsError {
		return clients.Outcome{Status: clients.Failed, Words: s.masker.Text(result.text())}
	}
	return clients.Outcome{Status: clients.OK, Text: result.text()}
}

// Restart implements clients.Session.
func (s *session) Restart(ctx context.Context) clients.Outcome {
	s.quit()
	return s.Connect(ctx)
}

// Close implements clients.Session.
func (s *session) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return nil
	}
	s.quit()
	for _, l := range s.taken {
		_ = l.Close() // it only kept others away
	}
	if s.release != nil {
		s.release()
	}
	return s.browser.close()
}

// quit ends the program, if it runs.
func (s *session) quit() {
	s.mu.Lock()
	h := s.host
	s.host = nil
	s.mu.Unlock()
	if h != nil {
		h.process.Close() //nolint:errcheck // it always returns nil
	}
}

// refusals are the words by which programs say that they decline what a server
// offers, as opposed to not getting what they need.
var refusals = regexp.MustCompile(`IssuerMismatchError|AuthorizationServerMismatchError|InsecureTokenEndpointError` +
	`|does not match expected|does not support code challenge method`)

// stackFrame is a line that only the program's authors can read.
var stackFrame = regexp.MustCompile(`^\s+at `)

// failure is the outcome of an attempt that did not succeed, in the program's
// own words.
func (s *session) failure(h *host, err error) clients.Outcome {
	var answer *rpcError
	status := clients.Failed
	lines := slices.DeleteFunc(h.process.Tail(2*maxWords), func(line string) bool {
		return line == "" || stackFrame.MatchString(line)
	})
	lines = lines[max(0, len(lines)-maxWords+1):]
	if slices.ContainsFunc(lines, refusals.MatchString) {
		status = clients.Refused
	}
	if errors.As(err, &answer) && status == clients.Failed {
		lines = nil // the answer says it all
	}
	lines = append(lines, s.masker.Text(err.Error()))
	return clients.Outcome{Status: status, Words: strings.Join(lines, "\n")}
}
