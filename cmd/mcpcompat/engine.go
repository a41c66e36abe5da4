package main

import (
	"context"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// engine is what the commands need of the harness.
type engine interface {
	// Catalogue returns everything there is to select from. What is good is
	// returned together with an error that names every bad file. The programs
	// of the clients that somebody named may be installed.
	Catalogue(own ownData, named ...string) (catalogue, error)
	// Run measures a plan. When ctx ends early it returns what was measured
	// so far together with the context's error.
	Run(ctx context.Context, plan scenarios.Plan, o scenarios.RunOptions) (*report.Results, error)
	// Drive takes one client to a server; consent is ConsentBrowser,
	// ConsentHTTP or ConsentAuto.
	Drive(ctx context.Context, client clients.Client, o scenarios.DriveOptions, consent string) (*scenarios.Driven, error)
	// Installed are the releases of a program that are in the cache, oldest
	// first.
	Installed(client string) ([]string, error)
	// Newest asks the registry for the newest release of a program.
	Newest(ctx context.Context, client string) (string, error)
	// Judge judges a flow of a recording.
	Judge(v *reading.View, o judge.Options) report.Cell
}

// catalogue is the part of scenarios.Catalogue that the commands use.
type catalogue interface {
	Clients() []clients.Client
	Deployments() []deployment.Deployment
	Scenarios() []judge.Scenario
	Checks() []check.Check
	Book() *requirement.Book
	Suites() []scenarios.Suite
	Documents() documents.Store
	Select(s scenarios.Selection) (scenarios.Plan, error)
	// Describe adds to results what is known of their rows and columns.
	Describe(r *report.Results) error
}
