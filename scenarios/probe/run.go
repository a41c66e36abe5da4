package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// attempt is one thing that is tried for one probe.
type attempt struct {
	probe string // the id, which is that of the check that judges it
	name  string // what is special about it, in words
	do    func(ctx context.Context, p *prober) error
}

// attempts lists everything in the order in which it is tried: the way in
// comes first, and what ends grants and tokens comes last.
func attempts() []attempt {
	return slices.Concat(
		discoveryAttempts(), registrationAttempts(), flowAttempts(), tokenAttempts(), accessAttempts(),
		authorizeAttempts(), redirectAttempts(), codeAttempts(), resourceAttempts(), clientAttempts(),
		documentAttempts(), proxyAttempts(), corsAttempts(), refreshAttempts(), operationAttempts(), proofAttempts(), boundTokenAttempts(),
		controlAttempts(),
	)
}

// Probes lists the ids of all probes, in the order in which they are tried.
func Probes() []string {
	var out []string
	for _, a := range attempts() {
		if !slices.Contains(out, a.probe) {
			out = append(out, a.probe)
		}
	}
	return out
}

// prober is one visit.
type prober struct {
	Facts

	http *http.Client
	// What the way in brought, nil or zero until then.
	metadata metadata
	client   *client // the one that got in
	stranger *client // another one, for what is bound to a client
	secretly *client // one with a secret
	scopes   []string
	tokens   tokens // of the conformant flow, with a working access token
	speaks   string // the MCP revision that the server answered to
	address  string // of the MCP endpoint: MCPURL, or where it redirects to
	session  string // Mcp-Session-Id, before 2026-07-28

	noClient, noTokens, noAccess string // why not, in words
}

// Run makes every attempt. What the servers answer is on the recording; the
// error is one of the harness.
func Run(ctx context.Context, f Facts) error {
	if err := f.validate(); err != nil {
		return err
	}
	p := &prober{Facts: f, address: f.MCPURL}
	transport := f.Transport
	if transport == nil {
		transport = &http.Transport{}
	}
	p.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer p.http.CloseIdleConnections()
	for _, a := range attempts() {
		if err := p.try(ctx, a); err != nil {
			return fmt.Errorf("probe %s (%s): %w", a.probe, a.name, err)
		}
	}
	return nil
}

// lacking is why an attempt was not made.
type lacking struct{ status, why string }

func (l lacking) Error() string { return l.why }

// untested is for what could not be tried here.
func untested(format string, args ...any) error {
	return lacking{reading.ProbeUntested, fmt.Sprintf(format, args...)}
}

// notOffered is for an optional feature that the deployment does not have.
func notOffered(why string) error {
	return lacking{reading.ProbeNotOffered, why}
}

// try makes one attempt between its two events. A server that does not answer
// has been tried; the end of the whole visit is an error of the harness.
func (p *prober) try(ctx context.Context, a attempt) error {
	p.Recorder.Event(trace.Told, map[string]string{"action": reading.ActionProbe, "probe": a.probe, "case": a.name})
	err := a.do(ctx, p)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var l lacking
	var silent *noAnswerError
	detail := map[string]string{"status": reading.ProbeTried}
	switch {
	case err == nil:
	case errors.As(err, &l):
		detail["status"], detail["words"] = l.status, l.why
	case errors.As(err, &silent):
		detail["words"] = silent.Error()
	default:
		return err
	}
	p.Recorder.Event(trace.Answered, detail)
	return nil
}

// control asks for a switch of the control plane.
func (p *prober) control(do func(fixtures.Control) error) error {
	if p.Control == nil {
		return untested("there is no control plane")
	}
	err := do(p.Control)
	if errors.Is(err, fixtures.ErrNoControl) {
		return untested("%v", err)
	}
	return err
}
