package naming

import (
	"regexp"
	"slices"
)

// mark is a set of habits that occur together. A field that is left out is not
// looked at.
type mark struct {
	// UserAgent must match one of the client's requests, MCPAgent one of those
	// to the MCP server; NotAgent must match none.
	UserAgent string `yaml:"userAgent"`
	MCPAgent  string `yaml:"mcpAgent"`
	NotAgent  string `yaml:"notAgent"`
	// MCPAccept and MetadataAccept are the Accept header of MCP requests and of
	// those for protected resource metadata; '' means that there is none.
	MCPAccept      *string `yaml:"mcpAccept"`
	MetadataAccept *string `yaml:"metadataAccept"`
	// RPC, Initialize, Authorize, Token and Registration are names in their order.
	RPC          []string `yaml:"rpc"`
	Initialize   []string `yaml:"initialize"`
	Authorize    []string `yaml:"authorize"`
	Token        []string `yaml:"token"`
	Registration []string `yaml:"registration"`
	// Registered is a member that a registration has, NotRegistered one that
	// every registration lacks.
	Registered    string `yaml:"registered"`
	NotRegistered string `yaml:"notRegistered"`
	// RPCID is the form of a request's id where it is a string.
	RPCID string `yaml:"rpcId"`

	userAgent, mcpAgent, notAgent, rpcID *regexp.Regexp
}

func (c *compiler) mark(id string, m *mark) {
	for _, p := range []struct {
		text string
		to   **regexp.Regexp
	}{{m.UserAgent, &m.userAgent}, {m.MCPAgent, &m.mcpAgent}, {m.NotAgent, &m.notAgent}, {m.RPCID, &m.rpcID}} {
		if p.text == "" {
			continue
		}
		if compiled := c.compile(id, []string{p.text}); len(compiled) == 1 {
			*p.to = compiled[0]
		}
	}
}

// The least number of names that a list must share with a mark's: fewer are in
// order by chance.
const (
	leastMembers    = 4 // of a JSON-RPC request, which has no more
	leastParams     = 3 // of initialize, which has no more
	leastParameters = 5
)

// holds tells whether the recording has all habits of the mark.
func (m mark) holds(t traits) bool {
	return m.agents(t) && m.accepts(t) && m.orders(t) && m.registers(t)
}

func (m mark) agents(t traits) bool {
	sent := func(re *regexp.Regexp, texts []string) bool {
		return re == nil || slices.ContainsFunc(texts, re.MatchString)
	}
	return sent(m.userAgent, t.agents) && sent(m.mcpAgent, t.mcpAgents) && sent(m.rpcID, t.rpcIDs) &&
		(m.notAgent == nil || !slices.ContainsFunc(t.agents, m.notAgent.MatchString))
}

func (m mark) accepts(t traits) bool {
	sent := func(want *string, texts []string) bool { return want == nil || slices.Contains(texts, *want) }
	return sent(m.MCPAccept, t.mcpAccept) && sent(m.MetadataAccept, t.metadataAccept)
}

func (m mark) orders(t traits) bool {
	sent := func(want []string, lists [][]string, least int) bool {
		return want == nil || slices.ContainsFunc(lists, func(got []string) bool { return follows(got, want, least) })
	}
	return sent(m.RPC, t.rpc, leastMembers) && sent(m.Initialize, t.initialize, leastParams) &&
		sent(m.Authorize, t.authorize, leastParameters) && sent(m.Token, t.token, leastParameters) &&
		sent(m.Registration, t.registration, leastParameters)
}

func (m mark) registers(t traits) bool {
	sent := func(member string) bool {
		return slices.ContainsFunc(t.registration, func(got []string) bool { return slices.Contains(got, member) })
	}
	return (m.Registered == "" || sent(m.Registered)) && (m.NotRegistered == "" || len(t.registration) > 0 && !sent(m.NotRegistered))
}

// words say for people what the mark looks at.
func (m mark) words() string {
	var out []string
	for _, w := range []struct {
		is   bool
		text string
	}{
		{m.UserAgent != "" || m.MCPAgent != "", "User-Agent"},
		{m.MCPAccept != nil || m.MetadataAccept != nil, "Accept"},
		{m.RPC != nil, "order of JSON-RPC members"},
		{m.Initialize != nil, "order of initialize params"},
		{m.Authorize != nil, "order of authorization parameters"},
		{m.Token != nil, "order of token parameters"},
		{m.Registration != nil, "order of registration members"},
		{m.RPCID != "", "request id"},
	} {
		if w.is {
			out = append(out, w.text)
		}
	}
	return join(out)
}
