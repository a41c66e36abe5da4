package importlaw

// article says which packages of this project a package may import. A package
// falls under the article with the longest matching path.
type article struct {
	// path is a directory of the project; it covers the directories below.
	path string
	// may lists the directories, with all below, that may be imported besides
	// those that path itself covers. Everything else of the project is banned.
	may []string
	// never takes directories out of may and out of path.
	never []string
	// tests lists what test files may import beyond may.
	tests []string
	// because is the reason for the ban.
	because string
	// example is an import that the article refuses.
	example string
}

// articles is the law among the packages of this project.
//
//nolint:gochecknoglobals // A table of test data that nothing changes.
var articles = []article{
	{
		path:    "cmd/mcpcompat",
		may:     []string{"scenarios", "clients", "fixtures", "report", "internal"},
		because: "the command wires everything together and is used by nobody",
		example: "cmd/fixture",
	},
	{
		path:    "cmd/fixture",
		may:     []string{"fixtures", "internal"},
		never:   []string{"fixtures/container", "fixtures/process"},
		because: "the binary inside a container is small and starts neither containers nor programs",
		example: "fixtures/container",
	},
	{
		path:    "cmd/conformance",
		may:     []string{"clients", "fixtures", "report", "internal"},
		because: "the official suite examines the finished command from outside; its runner shares no code with it",
		example: "scenarios",
	},
	{
		path:    "scenarios",
		may:     []string{"clients", "fixtures", "report", "internal"},
		because: "the scenarios are run by a command, a test or a suite, and know none of them",
		example: "cmd/mcpcompat",
	},
	{
		path:    "scenarios/requirement",
		may:     []string{"internal/strictyaml"},
		because: "the law book is a leaf: servers, judge and report all read it",
		example: "fixtures/trace",
	},
	{
		path:    "scenarios/reading",
		may:     []string{"scenarios/requirement", "fixtures/trace", "internal"},
		because: "what went over the wire is read the same way for everybody, whoever judges or prints it",
		example: "report",
	},
	{
		path:    "scenarios/judge/check",
		may:     []string{"scenarios/reading"},
		because: "what a check is does not depend on any of them",
		example: "report",
	},
	{
		path:    "scenarios/judge/judgetest",
		may:     []string{"fixtures/trace"},
		because: "a recording that is written by hand knows nothing of who judges it",
		example: "scenarios/judge/server",
	},
	{
		path:    "scenarios/judge/client",
		may:     []string{"scenarios/reading", "scenarios/judge/check", "fixtures/trace"},
		tests:   []string{"scenarios/judge/judgetest"},
		because: "a check sees messages alone: no other finding, and nothing of how it is printed",
		example: "scenarios/judge/server",
	},
	{
		path:    "scenarios/judge/server",
		may:     []string{"scenarios/reading", "scenarios/judge/check", "fixtures/trace"},
		tests:   []string{"scenarios/judge/judgetest"},
		because: "a check sees messages alone: no other finding, and nothing of how it is printed",
		example: "scenarios/judge/client",
	},
	{
		path:    "scenarios/judge",
		may:     []string{"scenarios/reading", "scenarios/requirement", "fixtures/trace", "report", "internal"},
		because: "the judge works on the recording alone, so that it can judge what it did not run",
		example: "clients",
	},
	{
		path:    "scenarios/naming",
		may:     []string{"scenarios/reading", "scenarios/wire", "fixtures/trace", "report", "internal"},
		because: "a client is named by what is on the recording, never by what was run",
		example: "clients",
	},
	{
		path:    "clients",
		may:     []string{"fixtures/trace", "internal"},
		tests:   []string{"fixtures"},
		because: "a client is told facts, never a scenario; one that saw the stage could play to it",
		example: "fixtures/deployment",
	},
	{
		path:    "fixtures",
		may:     []string{"scenarios/requirement", "internal"},
		tests:   []string{"clients"},
		because: "a world never knows who visits it or what is expected of the visitor",
		example: "clients",
	},
	{
		path:    "fixtures/authserver",
		may:     []string{"fixtures/dpop", "internal"},
		tests:   []string{"fixtures"},
		because: "the authorization server stands alone: it is shipped in an image, and a real one can take its place",
		example: "fixtures/mcpserver",
	},
	{
		path:    "fixtures/mcpserver",
		may:     []string{"fixtures/dpop", "internal"},
		tests:   []string{"fixtures"},
		because: "the MCP server knows the authorization server by its public documents only, as in production",
		example: "fixtures/authserver",
	},
	{
		path:    "fixtures/dpop",
		because: "proofs are judged by both servers and built by clients: a leaf",
		example: "fixtures/trace",
	},
	{
		path:    "fixtures/trace",
		because: "a recording must be readable years later without anything else: a leaf",
		example: "fixtures",
	},
	{
		path:    "report",
		may:     []string{"scenarios/reading", "scenarios/requirement", "fixtures/trace", "internal"},
		because: "a renderer is a pure function of results; it never reaches what produced them",
		example: "scenarios/judge",
	},
	{
		path:    "internal",
		because: "helpers serve every layer and so can know none",
		example: "clients",
	},
}

// monopoly says which packages alone may import a module.
type monopoly struct {
	module string
	// only lists the directories, with all below, that may import it.
	only []string
	// onlyInTests restricts even those to test files.
	onlyInTests bool
	// freeInTests lifts the monopoly for test files.
	freeInTests bool
	because     string
}

// monopolies is the law about modules of others.
//
//nolint:gochecknoglobals // A table of test data that nothing changes.
var monopolies = []monopoly{
	{
		module: "github.com/onsi/ginkgo/v2", only: []string{"scenarios"}, onlyInTests: true,
		because: "Ginkgo is a driver: a scenario is a plain value that the command line runs as well",
	},
	{
		module: "github.com/onsi/gomega", only: []string{"scenarios"}, onlyInTests: true,
		because: "the judge gives findings, not failed assertions",
	},
	{
		module: "github.com/testcontainers/testcontainers-go", only: []string{"fixtures/container"},
		because: "containers are one provider of a world among others",
	},
	{
		module: "github.com/chromedp/chromedp", only: []string{"clients/useragent"},
		because: "everybody else sees a user agent, be it a browser or plain HTTP",
	},
	{
		module: "github.com/modelcontextprotocol/go-sdk", only: []string{"fixtures/mcpserver", "clients/sdk"}, freeInTests: true,
		because: "a library on both sides would hide its own errors: the emulated clients speak MCP by themselves",
	},
	{
		module: "github.com/mark3labs/mcp-go", only: []string{"clients/sdk"},
		because: "it is here to be measured; nothing of ours is built on it",
	},
	{
		module: "github.com/spf13/cobra", only: []string{"cmd/mcpcompat"},
		because: "flags are the command line's affair; packages take options",
	},
}
