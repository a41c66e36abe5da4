package real

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

// Options are common to all adapters.
type Options struct {
	// Cache is where programs are installed; "" means cache.Dir.
	Cache string
	// Install says of which clients Available may install what is missing from
	// the cache; of the others, and of all if it is nil, only programs that are
	// installed already can run. Together they take gigabytes.
	Install func(id string) bool
	// Progress is told in words what takes time; nil means nobody is.
	Progress func(message string)
}

func (o Options) installer() node.Installer {
	return node.Installer{Cache: o.Cache, Progress: o.Progress}
}

// EnvInstall names the clients whose programs may be installed without being
// named otherwise: 1 means all, else their ids, joined by commas.
const EnvInstall = "REAL"

// Asked reads a value of [EnvInstall]. "" means that none may be installed.
func Asked(value string) func(id string) bool {
	ids := strings.Split(value, ",")
	return func(id string) bool { return value == "1" || slices.Contains(ids, id) }
}

// mayInstall answers for one client.
func (o Options) mayInstall(id string) bool { return o.Install != nil && o.Install(id) }

// adapter is a program, and what makes a client of a release of it.
type adapter struct {
	program

	client func(*release) clients.Client
}

// adapters are all that there are, in the order of the rows.
func adapters() []adapter {
	return []adapter{
		{mcpRemote(), func(r *release) clients.Client { return newMCPRemote(r) }},
		{claudeCode(), func(r *release) clients.Client { return newClaudeCode(r) }},
		{codex(), func(r *release) clients.Client { return newCodex(r) }},
		{inspector(), func(r *release) clients.Client { return newInspector(r) }},
		{inspectorWeb(), func(r *release) clients.Client { return newInspectorWeb(r) }},
		{opencode(), func(r *release) clients.Client { return newOpencode(r) }},
		{cline(), func(r *release) clients.Client { return newCline(r) }},
		{qwen(), func(r *release) clients.Client { return newQwen(r) }},
		{gemini(), func(r *release) clients.Client { return newGemini(r) }},
		{typeScriptSDK(2), func(r *release) clients.Client { return newTypeScriptSDK(r, 2) }},
		{typeScriptSDK(1), func(r *release) clients.Client { return newTypeScriptSDK(r, 1) }},
		{pythonSDK(2), func(r *release) clients.Client { return newPythonSDK(r, 2) }},
		{pythonSDK(1), func(r *release) clients.Client { return newPythonSDK(r, 1) }},
		{fastMCP(), func(r *release) clients.Client { return newFastMCP(r) }},
		{rmcp(), func(r *release) clients.Client { return newRMCP(r) }},
		{vscode(), func(r *release) clients.Client { return newVSCode(r) }},
		{copilot(), func(r *release) clients.Client { return newCopilot(r) }},
		{copilotTerminal(), func(r *release) clients.Client { return newCopilotTerminal(r) }},
	}
}

// ErrNoAdapter is wrapped by Release for a client without an adapter.
var ErrNoAdapter = errors.New("no adapter")

// All returns a client for every released program that there is an adapter for,
// in the release that the adapter is made for.
func All(o Options) []clients.Client {
	var out []clients.Client
	for _, a := range adapters() {
		out = append(out, a.client(newRelease(a.program, o)))
	}
	return out
}

// Release returns a client for an exact release of a program. Its lockfile, if
// it is not the one that the adapter is made for, is made when it is installed;
// whether the adapter still knows how to drive it shows when it runs. Behind a
// plus sign the version may have the condition that tells apart the interfaces of
// a program; without it the one is meant that people use, if it is driven.
func Release(id, version string, o Options) (clients.Client, error) {
	version, condition, _ := strings.Cut(version, "+")
	all := slices.DeleteFunc(adapters(), func(a adapter) bool { return a.id != id })
	if len(all) == 0 {
		return nil, fmt.Errorf("%w for the client %q", ErrNoAdapter, id)
	}
	if slices.ContainsFunc(all, func(a adapter) bool { return a.condition == condition }) {
		all = slices.DeleteFunc(all, func(a adapter) bool { return a.condition != condition })
	} else if condition != "" {
		return nil, fmt.Errorf("%w for the client %q under the condition %q", ErrNoAdapter, id, condition)
	}
	// Where two lines are released in packages of their own, the major version
	// says which one is meant; what belongs to neither is taken for the newer.
	i := max(0, slices.IndexFunc(all, func(a adapter) bool { return semver.Major("v"+a.version) == semver.Major("v"+version) }))
	if !node.IsExact(version) {
		return nil, fmt.Errorf("%s: not an exact version: %q (name a whole one, such as %s@%s, which the adapter is made for)",
			id, version, id, all[i].version)
	}
	p := all[i].program
	p.version = version
	return all[i].client(newRelease(p, o)), nil
}
