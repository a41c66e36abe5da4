package clients

import "encoding/json"

// Tool is a tool as a server lists it.
type Tool struct {
	Name string
	// InputSchema is the JSON Schema of the arguments, as the server sent it;
	// nil means that it sent none.
	InputSchema json.RawMessage
	// ReadOnly and Destructive are the server's own hints (readOnlyHint and
	// destructiveHint of the tool's annotations); nil means that it gave none.
	ReadOnly, Destructive *bool
}

// ToolLister is a session that can tell which tools the server listed. Of a
// released program it is not known.
type ToolLister interface {
	// Tools are those of the last listing, in the server's order and without
	// those that the client rejected; nil before the first one.
	Tools() []Tool
}
