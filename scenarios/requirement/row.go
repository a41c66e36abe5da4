package requirement

import (
	"fmt"
	"slices"
	"strings"
)

// Revisions are the MCP specification revisions, oldest first.
func Revisions() []string {
	return []string{"2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"}
}

// Newest is the newest released revision, the default everywhere.
func Newest() string { return "2026-07-28" }

// always is the key of a level that holds in every revision (the RFCs).
const always = "all"

// Party is who must obey a row.
type Party string

// The parties.
const (
	Client              Party = "client"
	AuthorizationServer Party = "authorization-server"
	MCPServer           Party = "mcp-server"
)

// Parties are all parties, in the order in which a flow meets them.
func Parties() []Party { return []Party{Client, AuthorizationServer, MCPServer} }

// Level is the strength of a row in RFC 2119 words.
type Level string

// The levels.
const (
	Must      Level = "MUST"
	MustNot   Level = "MUST NOT"
	Should    Level = "SHOULD"
	ShouldNot Level = "SHOULD NOT"
	May       Level = "MAY"
)

// Mandatory reports whether missing the level is a failure; missing any other
// is a warning at most.
func (l Level) Mandatory() bool { return l == Must || l == MustNot }

// Row is one normative sentence.
type Row struct {
	// ID is made of words and never reused, e.g. MCP-ISS-4 or RFC8252-7.3.
	ID    string `yaml:"id"`
	Party Party  `yaml:"party"`
	// Level by revision; the key "all" holds for every revision. A revision
	// that is not named does not have the row.
	Level map[string]Level `yaml:"level"`
	// Says completes "the <party> <LEVEL> …" in our own words.
	Says string `yaml:"says"`
	// Source is a link with an anchor.
	Source string `yaml:"source"`
	// Check lists the checks that judge the row.
	Check Names `yaml:"check"`
	// Unobservable says why no recording can show it.
	Unobservable string `yaml:"unobservable"`

	file string
}

// File is the name of the file in which the row stands.
func (r Row) File() string { return r.file }

// In returns the row's level in a revision, and false when that revision does
// not have it.
func (r Row) In(revision string) (Level, bool) {
	if l, ok := r.Level[always]; ok {
		return l, true
	}
	l, ok := r.Level[revision]
	return l, ok
}

// Names is a list that may be written as a single name.
type Names []string

// UnmarshalYAML accepts a name or a list of names.
func (n *Names) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*n = Names{one}
		return nil
	}
	var many []string
	if err := unmarshal(&many); err != nil {
		return err
	}
	*n = many
	return nil
}

// problems returns everything that is wrong with a row on its own.
func (r Row) problems() []string {
	var p []string
	add := func(format string, args ...any) { p = append(p, fmt.Sprintf(format, args...)) }
	if r.ID == "" {
		return []string{"a row has no id"}
	}
	if !slices.Contains(Parties(), r.Party) {
		add("party %q is none of client, authorization-server, mcp-server", r.Party)
	}
	if len(r.Level) == 0 {
		add("no level")
	}
	for revision, level := range r.Level {
		if revision != always && !slices.Contains(Revisions(), revision) {
			add("level of unknown revision %q (known: %s, %s)", revision, always, strings.Join(Revisions(), ", "))
		}
		if !slices.Contains([]Level{Must, MustNot, Should, ShouldNot, May}, level) {
			add("level %q is no RFC 2119 word", level)
		}
	}
	if r.Says == "" {
		add("says nothing")
	}
	if !strings.HasPrefix(r.Source, "https://") || !strings.Contains(r.Source, "#") {
		add("source %q is no https link with an anchor", r.Source)
	}
	if len(r.Check) == 0 && r.Unobservable == "" {
		add("neither a check nor the reason why it is unobservable")
	}
	return p
}
