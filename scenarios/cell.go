package scenarios

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/patience"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Bounds of waits, on the clock of package patience.
const (
	// attemptTime is how long an attempt may go on without a request at the servers.
	// The emulated clients need milliseconds; the slowest released client seen needs
	// twelve seconds to start. It is more than adapters take for a hang, which know
	// better what they have waited for.
	attemptTime = 45 * time.Second
	// attemptTimes is how many times longer an attempt may take in all.
	attemptTimes = 4
	// settleTime bounds the wait for answers that are under way at the end.
	settleTime = 2 * time.Second
)

// secondSession is what the second session of an installation is told to do: to
// connect, or to call a tool.
const secondSession = "second-session"

// otherHome is added to the home of a client for that of another user.
const otherHome = "-other"

// cell is one client at one deployment while it runs.
type cell struct {
	spec        CellSpec
	world       *fixtures.World
	user        *user
	facts       clients.Facts
	session     clients.Session
	second      clients.Session
	onlyBrowser bool
	// stuck says that the client did not come back when its token expired.
	stuck bool
	// out says that the last call did not succeed: the client has no login.
	out bool
}

// play attempts the scenarios in one World, in the order in which a user would
// come to them, and returns the recording, and how consent was given. The error is
// one of the harness.
func (r *runner) play(ctx context.Context, spec CellSpec) (rec *trace.Recording, consent string, err error) {
	world, credentials, err := r.Stage.open(ctx, spec, r.Revision, r.Seed)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	script, err := useragent.Find(cmp.Or(world.ConsentScript, "reference"))
	if err != nil {
		return nil, "", err
	}
	u, err := newUser(r.browser(spec), useragent.Options{
		Script: script, Recorder: world.Recorder, RootCAs: world.RootCAs, ScreenshotDir: r.screenshots(spec),
	})
	if err != nil {
		return nil, "", err
	}
	c := &cell{spec: spec, world: world, user: u, onlyBrowser: r.Consent == ConsentBrowser, facts: clients.Facts{
		MCPURL: world.MCPURL, Home: r.home(), Credentials: credentials, UserAgent: u,
		Revision: r.Revision, RootCAs: world.RootCAs, Seed: r.Seed, Permit: permit(*spec.Deployment, world.Recorder),
		Served: func() (int, bool) { return served(ctx, world.Recorder) },
	}}
	defer forget(spec.Client, c.facts.Home)
	err = errors.Join(c.script(ctx, r.scenarios), c.close())
	c.settle(ctx)
	err = errors.Join(err, world.Close(), ctx.Err())
	if err != nil {
		err = fmt.Errorf("%s: %w", spec.Name(), err)
	}
	return world.Recorder.Snapshot(), u.consent(), err
}

// forget has a client that keeps its installations in memory drop those of a
// cell: one client plays hundreds of cells.
func forget(c clients.Client, home string) {
	if f, ok := c.(interface{ Forget(home string) }); ok {
		f.Forget(home)
		f.Forget(home + otherHome)
	}
}

// settle waits until the servers are done with what they answered: a client
// that has read an answer may go on before the recorder has seen its end.
// Streams that a client keeps open end with the World.
func (c *cell) settle(ctx context.Context) {
	ctx, cancel := patience.Context(ctx, patience.Limits{Quiet: settleTime}, clients.ErrTimedOut)
	defer cancel()
	_ = c.world.Recorder.Wait(ctx, func(rec *trace.Recording) bool { // what is open then stays so on the recording
		return !slices.ContainsFunc(rec.Exchanges, func(x trace.Exchange) bool {
			return x.Took == 0 && x.Request.Method != http.MethodGet
		})
	})
}

// script is what the user does. Everything after the first tool result is left
// out when there is none; the judge then sees nothing of it, and says so.
func (c *cell) script(ctx context.Context, scenarios []string) error {
	wanted := func(id string) bool { return slices.Contains(scenarios, id) }
	var err error
	if c.session, err = c.spec.Client.Start(ctx, c.facts); err != nil {
		return err
	}
	c.begin("C.1")
	connected := c.told(ctx, "connect", "", c.session.Connect) == clients.OK
	c.begin("C.8")
	if !connected || c.call(ctx, "echo") != clients.OK || c.spec.Deployment.Kind == deployment.Hostile {
		return ctx.Err() // a client that came into a hostile deployment has shown enough
	}
	c.user.browser = c.user.browser && c.onlyBrowser
	for _, act := range []struct {
		id string
		do func(context.Context) error
	}{
		{"C.6", c.expire}, {"C.7", c.stepUp}, {"C.9", c.errors}, {"C.10", c.persistence},
	} {
		if !wanted(act.id) || ctx.Err() != nil {
			continue
		}
		c.begin(act.id)
		if err := act.do(ctx); err != nil {
			return fmt.Errorf("scenario %s: %w", act.id, err)
		}
	}
	return ctx.Err()
}

func (c *cell) begin(id string) {
	c.world.Recorder.Event(trace.ScenarioBegins, map[string]string{"id": id})
}

// told has the client do something and records what it answers. One that is
// interrupted stays unanswered on the recording.
func (c *cell) told(ctx context.Context, action, tool string, do func(context.Context) clients.Outcome) clients.Status {
	detail := map[string]string{"action": action}
	if tool != "" {
		detail["tool"] = tool
	}
	c.world.Recorder.Event(trace.Told, detail)
	out := inTime(ctx, c.world.Recorder, attemptTime, strings.TrimSpace(action+" "+tool), do)
	if ctx.Err() != nil && out.Status != clients.OK {
		return clients.Failed
	}
	c.world.Recorder.Event(trace.Answered, map[string]string{
		"status": string(out.Status), "words": c.world.Recorder.Masker().Text(out.Words),
	})
	return out.Status
}

func (c *cell) call(ctx context.Context, tool string) clients.Status {
	status := c.callIn(ctx, c.session, "call", tool)
	c.out = status != clients.OK
	return status
}

func (c *cell) callIn(ctx context.Context, s clients.Session, action, tool string) clients.Status {
	return c.told(ctx, action, tool, func(ctx context.Context) clients.Outcome {
		return s.Call(ctx, tool, map[string]any{"text": "hello"})
	})
}

// expire is C.6: the access token expires between two calls.
func (c *cell) expire(ctx context.Context) error {
	if ok, err := c.switched(c.world.Control.ExpireAccessTokens(ctx)); !ok {
		return err
	}
	c.stuck = c.call(ctx, "echo") != clients.OK
	return nil
}

// stepUp is C.7: a tool that needs more scope.
func (c *cell) stepUp(ctx context.Context) error {
	c.call(ctx, "write")
	return nil
}

// errors is C.9: the grants are revoked, and a new user denies consent.
func (c *cell) errors(ctx context.Context) error {
	if ok, err := c.switched(c.world.Control.RevokeGrants(ctx)); err != nil {
		return err
	} else if ok {
		c.call(ctx, "echo")
	}
	c.decide(useragent.Deny, reading.SwitchDeny)
	defer c.decide(useragent.Allow, reading.SwitchAllow)
	facts := c.facts
	facts.Home += otherHome
	return c.beside(ctx, facts, "connect", nil)
}

// persistence is C.10: a restart, a second session at once whose port is
// taken and which shares its token with the first, another authorization server.
func (c *cell) persistence(ctx context.Context) error {
	c.restart(ctx)
	facts := c.facts
	facts.PortsInUse = append(slices.Clone(facts.PortsInUse), c.callbackPorts()...)
	if err := c.beside(ctx, facts, secondSession, c.renewInTurn); err != nil {
		return err
	}
	if c.facts.Credentials != nil {
		// The operator has not registered the client at another server, so
		// there is nothing that it could rightly do there.
		return nil
	}
	if _, err := c.world.Control.MigrateIssuer(ctx); err != nil {
		_, err := c.switched(err)
		return err
	}
	c.call(ctx, "echo")
	return nil
}

// restart ends the client and starts it again. One that had no login before has
// one afterwards, and only then a restart shows what it had stored.
func (c *cell) restart(ctx context.Context) {
	for range 2 {
		without := c.out
		c.told(ctx, "restart", "", c.session.Restart)
		if c.call(ctx, "echo") != clients.OK || !without {
			return
		}
	}
}

// beside runs a second session beside the first. When it has connected it does
// what then says; nil means nothing.
func (c *cell) beside(ctx context.Context, facts clients.Facts, action string, then func(context.Context) error) error {
	s, err := c.spec.Client.Start(ctx, facts)
	if err != nil {
		return err
	}
	c.second = s
	if c.told(ctx, action, "", s.Connect) == clients.OK && then != nil {
		err = then(ctx)
	}
	c.second = nil
	return errors.Join(err, s.Close())
}

// renewInTurn has the token expire that two sessions of an installation share,
// and both call in turn: what the first does about it must not cost the second
// its login. A client that does not survive an expiry alone is spared.
func (c *cell) renewInTurn(ctx context.Context) error {
	if c.stuck {
		return nil
	}
	if ok, err := c.switched(c.world.Control.ExpireAccessTokens(ctx)); !ok {
		return err
	}
	c.call(ctx, "echo")
	c.callIn(ctx, c.second, secondSession, "echo")
	return nil
}

// switched reports whether a switch of the control plane took. A provider
// without it is no error: the judge will find the scenario untested.
func (c *cell) switched(err error) (bool, error) {
	if errors.Is(err, fixtures.ErrNoControl) {
		c.world.Recorder.Event(trace.Note, map[string]string{"text": err.Error()})
		return false, nil
	}
	return err == nil, err
}

func (c *cell) decide(d useragent.Decision, as string) {
	c.user.decide(d)
	c.world.Recorder.Event(trace.Switched, map[string]string{"action": as})
}

// callbackPorts are the loopback ports to which the client had itself called
// back so far.
func (c *cell) callbackPorts() []int {
	var ports []int
	for _, x := range c.world.Recorder.Snapshot().Exchanges {
		if x.From != trace.UserAgent || x.To != trace.Client {
			continue
		}
		if u, err := url.Parse(x.Request.URL); err == nil {
			if p, err := strconv.Atoi(u.Port()); err == nil && !slices.Contains(ports, p) {
				ports = append(ports, p)
			}
		}
	}
	return ports
}

func (c *cell) close() error {
	var errs []error
	for _, s := range []clients.Session{c.second, c.session} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
