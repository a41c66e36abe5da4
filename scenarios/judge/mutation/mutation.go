package mutation

import (
	"math/rand/v2"
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Operator breaks one rule.
type Operator struct {
	// Name is unique, party/what.
	Name string
	// Party is who breaks the rule.
	Party requirement.Party
	// Laws are the rows of the law book that the change breaks. Several rows
	// often say the same, and a revision may have only some of them.
	Laws []string
	// Revision is the one to judge by, "" for the recording's own.
	Revision string

	change func(*scene)
}

// Mutant is a recording in which one rule is broken.
type Mutant struct {
	Recording *trace.Recording
	// At are the IDs of the exchanges that show the breach.
	At []int
	// Was tells for each exchange, by its ID minus one, which ID it had in the
	// original; 0 for an exchange that was added.
	Was []int
	// What says what was changed.
	What string
}

// Operators returns all operators, the client's before the servers', each in
// the order of the doors.
func Operators() []Operator {
	return slices.Concat(
		clientDiscovery(), clientMetadata(), clientRegistration(), clientDocument(), clientAuthorize(), clientResource(), clientCallback(),
		clientToken(), clientRefresh(), clientCall(), clientStepUp(),
		serverDiscovery(), serverCall(), serverMetadata(), serverRegistration(), serverAuthorize(), serverToken(), serverRefresh(),
	)
}

// Apply breaks the rule in a copy of the recording. It returns nothing where
// the recording has no place for that.
func (o Operator) Apply(rec *trace.Recording, rng *rand.Rand) []Mutant {
	s := open(rec, rng)
	o.change(s)
	if len(s.at) == 0 {
		return nil
	}
	return []Mutant{s.settle()}
}

// client makes an operator of the client.
func client(name string, change func(*scene), laws ...string) Operator {
	return Operator{Name: "client/" + name, Party: requirement.Client, Laws: laws, change: change}
}

// mcpServer makes an operator of the MCP server.
func mcpServer(name string, change func(*scene), laws ...string) Operator {
	return Operator{Name: "mcp-server/" + name, Party: requirement.MCPServer, Laws: laws, change: change}
}

// authServer makes an operator of the authorization server.
func authServer(name string, change func(*scene), laws ...string) Operator {
	return Operator{Name: "authorization-server/" + name, Party: requirement.AuthorizationServer, Laws: laws, change: change}
}

// by has the operator judged by a revision of its own.
func (o Operator) by(revision string) Operator {
	o.Revision = revision
	return o
}
