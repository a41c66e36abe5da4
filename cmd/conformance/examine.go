package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
)

// examination is all runs of the plan.
type examination struct {
	program string // absolute path
	out     string // absolute path
	say     func(format string, args ...any)
	suites  map[string]suite
}

// result is what came of one run.
type result struct {
	run

	scenarios []scenario // by name
}

func (e *examination) all(ctx context.Context) ([]result, error) {
	e.suites = map[string]suite{}
	var out []result
	for i, r := range plan() {
		s, installed := e.suites[r.release]
		if !installed {
			var err error
			if s, err = install(ctx, r.release, func(words string) { e.say("%s", words) }); err != nil {
				return nil, err
			}
			e.suites[r.release] = s
		}
		dir := filepath.Join(e.out, fmt.Sprintf("%02d-%s-%s", i+1, r.release, r.mode))
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		scenarios, err := e.one(ctx, s, r, dir)
		if err != nil {
			return nil, fmt.Errorf("%s %s, %s: %w", r.release, r.mode, r.what, err)
		}
		res := result{run: r, scenarios: scenarios}
		e.say("%s %s, %s: %s", r.release, r.mode, r.what, tally([]result{res}))
		out = append(out, res)
	}
	return out, nil
}

// one makes one run and reads what it left behind.
func (e *examination) one(ctx context.Context, s suite, r run, dir string) ([]scenario, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	marks := map[string]bool{}
	listen := func(line string) { readMark(line, marks) }
	results := filepath.Join(dir, "results")
	args := append([]string{r.mode}, r.args...)
	args = append(args, "--output-dir", results)
	var err error
	switch r.mode {
	case modeClient:
		err = s.call(ctx, dir, append(args, "--command", e.drive(r)), listen)
	case modeServer:
		err = atServer(ctx, func(mcpURL string) error { return s.call(ctx, dir, append(args, "--url", mcpURL), listen) })
	default:
		err = atAuthorizationServer(ctx, r.public, func(more []string, line func(string)) error {
			return s.call(ctx, dir, append(args, more...), func(text string) { listen(text); line(text) })
		})
	}
	if err != nil {
		return nil, err
	}
	return readResults(results, r.mode, marks)
}

// drive is the command for the client under test. The suite splits it at
// blanks and adds the URL. It is the same for every scenario of a run.
func (e *examination) drive(r run) string {
	command := []string{e.program, "drive", "--consent", "http", "--metadata-document", documentURL}
	if r.revision != "" {
		command = append(command, "--revision", r.revision)
	}
	return strings.Join(append(command, "conformant"), " ")
}

func atServer(ctx context.Context, do func(mcpURL string) error) error {
	a, err := openAdapter(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(a.URL), a.Close())
}

// atAuthorizationServer has the reference authorization server examined. The
// suite prints an authorization URL and waits for a person with a browser,
// whom our user agent plays.
func atAuthorizationServer(ctx context.Context, public bool, do func(args []string, line func(string)) error) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	client := fixtures.RegisteredClient{
		ClientID: "the-official-suite", Name: "The official suite",
		RedirectURIs: []string{"http://127.0.0.1:" + port + "/callback"},
	}
	if !public {
		client.ClientSecret, client.AuthMethod = "a-secret-of-the-official-suite", "client_secret_basic"
	}
	world, err := reference(ctx, client)
	if err != nil {
		return err
	}
	agent, err := useragent.NewHTTP(useragent.Options{})
	if err != nil {
		return errors.Join(err, world.Close())
	}
	args := []string{"--url", world.Issuer, "--resource", world.MCPURL, "--client-id", client.ClientID, "--port", port}
	if !public {
		args = append(args, "--client-secret", client.ClientSecret)
	}
	person := &person{ctx: ctx, agent: agent, issuer: world.Issuer}
	err = do(args, person.read)
	return errors.Join(err, person.err, world.Close())
}

// person reads the suite's output and opens the page when somebody is there to
// receive the callback.
type person struct {
	ctx    context.Context //nolint:containedctx // lines arrive without one
	agent  clients.UserAgent
	issuer string
	page   string
	err    error
}

func (p *person) read(line string) {
	if strings.HasPrefix(line, p.issuer) && strings.Contains(line, "response_type=code") {
		p.page = line
	}
	if p.page == "" || !strings.HasPrefix(line, "Callback server started") {
		return
	}
	landing, err := p.agent.Open(p.ctx, clients.Visit{URL: p.page})
	if err == nil && !landing.Delivered {
		err = fmt.Errorf("the browser stopped at %s: %s", landing.URL, landing.Page)
	}
	p.page, p.err = "", errors.Join(p.err, err)
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}
