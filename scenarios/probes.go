package scenarios

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/fixtures/container"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/embedded"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/probe"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// The cell of a deployment's own servers.
const (
	ProbeClient = "servers@probe"
	ProbeBasis  = "probe"
)

// servers is the row of the deployments' own servers. It is no program that
// could be started: its cells are measured by Probe.
type servers struct{}

func (servers) Identity() clients.Identity {
	id, version, _ := strings.Cut(ProbeClient, "@")
	return clients.Identity{ID: id, Name: "The servers themselves", Version: version, Basis: ProbeBasis}
}

func (servers) Registration() clients.Registration { return clients.Registration{} }

func (servers) Available(context.Context) error { return nil }

func (servers) Start(context.Context, clients.Facts) (clients.Session, error) {
	return nil, fmt.Errorf("%w: %s is a row, not a client", clients.ErrUnavailable, ProbeClient)
}

// Probe exercises the servers of a deployment once and judges them. What goes
// wrong in the harness is a verdict of its own. Of the options it uses Stage,
// Book, Out, Revision and Seed.
func Probe(ctx context.Context, d deployment.Deployment, o RunOptions) report.Cell {
	start := time.Now()
	o.Revision = cmp.Or(o.Revision, requirement.Newest())
	rec, err := o.Stage.probe(ctx, d, o.Revision, o.Seed)
	var c report.Cell
	if rec != nil {
		if err != nil {
			rec.Incomplete = err.Error()
		}
		c = judge.Servers(rec, judge.Options{Book: o.Book, Revision: o.Revision})
		judge.Steady(&c, rec)
	}
	c.Client, c.ClientName, c.Basis = ProbeClient, servers{}.Identity().Name, ProbeBasis
	c.Deployment, c.DeploymentKind = d.ID, string(cmp.Or(d.Kind, deployment.Legal))
	c.Provider = string(cmp.Or(d.Provider, deployment.Embedded))
	c.Consent = ConsentHTTP
	c.DurationMS = float64(time.Since(start).Microseconds()) / 1000
	if err == nil {
		c.Recording, err = keepRecording(o.Out, probeFolder(d), rec)
	}
	if err != nil {
		c.Verdict, c.Culprit, c.Summary = report.HarnessError, report.TheHarness, err.Error()
	}
	return c
}

func probeFolder(d deployment.Deployment) string { return "cells/" + d.ID + "/" + ProbeBasis }

// probe opens the World of a deployment and sends the prober there.
func (s Stage) probe(ctx context.Context, d deployment.Deployment, revision string, seed int64) (rec *trace.Recording, err error) {
	facts := probe.Facts{Revision: revision, StepUpTool: "write"}
	if d.Credentials == issued {
		facts.Registered = operatorsClients()
	}
	world, err := s.openForProbe(ctx, d, &facts, seed)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", ProbeClient, d.ID, err)
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	script, err := useragent.Find(cmp.Or(world.ConsentScript, "reference"))
	if err != nil {
		return nil, err
	}
	browser, err := useragent.NewHTTP(useragent.Options{Script: script, Recorder: world.Recorder, RootCAs: world.RootCAs})
	if err != nil {
		return nil, err
	}
	facts.UserAgent, facts.Decide = browser, func(allow bool) {
		browser.SetDecision(map[bool]useragent.Decision{true: useragent.Allow, false: useragent.Deny}[allow])
	}
	facts.MCPURL, facts.Recorder, facts.Control = world.MCPURL, world.Recorder, world.Control
	facts.BearerToken = world.BearerToken
	if world.RootCAs != nil {
		facts.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: world.RootCAs, MinVersion: tls.VersionTLS12}}
	}
	err = errors.Join(probe.Run(ctx, facts), world.Close())
	if err != nil {
		err = fmt.Errorf("%s/%s: %w", ProbeClient, d.ID, err)
	}
	return world.Recorder.Snapshot(), err
}

// openForProbe starts the World. Only in this process can the prober play the
// host of its own documents.
func (s Stage) openForProbe(ctx context.Context, d deployment.Deployment, facts *probe.Facts, seed int64) (*fixtures.World, error) {
	setting := trace.Setting{Client: ProbeClient, Revision: facts.Revision}
	if why := s.unavailable(ctx, d); why != "" {
		return nil, errors.New(why)
	}
	if d.Provider == deployment.Container {
		return s.Containers.Start(ctx, d, container.WorldOptions{
			Registered: facts.Registered, Setting: setting, Documents: s.copies(),
		})
	}
	facts.Documents = &probe.Documents{}
	return embedded.Start(ctx, d, embedded.Options{
		Registered: facts.Registered, Setting: setting, Documents: s.Documents, Seed: seed,
		DocumentTransport: facts.Documents,
	})
}

// operatorsClients are the prober's clients where the operator registers
// clients by hand: two public ones and one with a secret.
func operatorsClients() []fixtures.RegisteredClient {
	public := fixtures.RegisteredClient{ClientID: "prober", Name: "mcpcompat prober", RedirectURIs: []string{probe.Redirect}}
	stranger, secretly := public, public
	stranger.ClientID = "prober-stranger"
	secretly.ClientID, secretly.ClientSecret, secretly.AuthMethod = "prober-secretly", "a-secret-of-the-prober", "client_secret_basic"
	return []fixtures.RegisteredClient{public, stranger, secretly}
}
