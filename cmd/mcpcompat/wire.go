package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	released "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/clients/sdk"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/container"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// envInstall set to "no" keeps the program from installing released clients
// into its cache, even those that are named; what is missing is then skipped.
const envInstall = "MCPCOMPAT_INSTALL"

// harness is the engine that really measures.
type harness struct {
	say     func(message string) // tells of what takes time
	install func(id string) bool // which released clients; nil means none, whatever is named
}

// everyProgram among the clients that are named stands for all.
const everyProgram = "*"

// mayInstall reads what the environment says.
func mayInstall(environ func(string) string) func(id string) bool {
	if environ(envInstall) == "no" {
		return nil
	}
	return released.Asked(environ(released.EnvInstall))
}

// naming lets the clients that somebody named be installed, too.
func (h harness) naming(named []string) harness {
	if asked := h.install; asked != nil {
		h.install = func(id string) bool {
			return asked(id) || slices.ContainsFunc(named, func(name string) bool {
				return name == id || name == everyProgram || strings.HasPrefix(name, id+"@")
			})
		}
	}
	return h
}

// Catalogue reads all data.
func (h harness) Catalogue(own ownData, named ...string) (catalogue, error) {
	h = h.naming(named)
	c, err := scenarios.NewCatalogue(scenarios.CatalogueOptions{
		Clients: h.programs(), Release: h.release, ProfileDirs: own.profiles, DeploymentDirs: own.deployments,
	})
	if c == nil {
		return nil, err
	}
	return c, err
}

// programs are the rows that do not come from a profile.
func (h harness) programs() []clients.Client {
	return append(released.All(h.options()), sdk.All()...)
}

// release is another release of a program than the one that its adapter is made
// for.
func (h harness) release(id, version string) (clients.Client, error) {
	if is, ok := compiledIn(id); ok {
		return nil, fmt.Errorf("%s@%s: %s is compiled into this program; build it with the other release to measure that", id, version, is)
	}
	return released.Release(id, version, h.options())
}

func (h harness) options() released.Options {
	return released.Options{Install: h.install, Progress: h.say}
}

// compiledIn is the SDK of that name that runs in this process.
func compiledIn(id string) (clients.Identity, bool) {
	for _, c := range sdk.All() {
		if is := c.Identity(); is.ID == id {
			return is, true
		}
	}
	return clients.Identity{}, false
}

// Installed looks into the cache; what is compiled in is always there.
func (h harness) Installed(client string) ([]string, error) {
	if is, ok := compiledIn(client); ok {
		return []string{is.Version}, nil
	}
	return released.Installed(client, h.options())
}

// Newest asks the registry.
func (h harness) Newest(ctx context.Context, client string) (string, error) {
	if _, ok := compiledIn(client); ok {
		return sdk.Newest(ctx, client)
	}
	return released.Newest(ctx, client, h.options())
}

// Judge judges.
func (harness) Judge(v *reading.View, o judge.Options) report.Cell { return judge.CellOf(v, o) }

// Run gets ready what the plan needs, and lets go of it afterwards.
func (harness) Run(ctx context.Context, plan scenarios.Plan, o scenarios.RunOptions) (r *report.Results, err error) {
	if o.Book, err = requirement.Default(); err != nil {
		return nil, err
	}
	o.Version = version()
	if o.Stage.Containers, err = container.New(container.Options{}); err != nil {
		return nil, err
	}
	var skipped []report.Skipped
	if o.Consent != scenarios.ConsentHTTP {
		browser := useragent.NewBrowser(useragent.BrowserOptions{})
		defer func() { err = errors.Join(err, browser.Close()) }()
		switch missing := browser.Available(); {
		case missing == nil:
			o.Browser = browser
		case o.Consent == scenarios.ConsentBrowser:
			return nil, missing
		default:
			skipped = append(skipped, report.Skipped{What: "consent in a browser", Why: missing.Error()})
		}
	}
	r, err = scenarios.Run(ctx, plan, o)
	if r != nil {
		r.Skipped = append(r.Skipped, skipped...)
	}
	return r, err
}

// Drive gets ready the browser, if there is to be one.
func (harness) Drive(
	ctx context.Context, client clients.Client, o scenarios.DriveOptions, consent string,
) (d *scenarios.Driven, err error) {
	if consent != scenarios.ConsentHTTP {
		browser := useragent.NewBrowser(useragent.BrowserOptions{AllowNetwork: true})
		defer func() { err = errors.Join(err, browser.Close()) }()
		switch missing := browser.Available(); {
		case missing == nil:
			o.Browser = browser
		case consent == scenarios.ConsentBrowser:
			return nil, missing
		}
	}
	return scenarios.Drive(ctx, client, o)
}

// version is that of the module, or the commit that a clone was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
