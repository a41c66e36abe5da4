package report

// Stages returns the doors of the flow in order; a broken cell names the door
// at which it broke.
func Stages() []string {
	return []string{
		"challenge", "resource-metadata", "as-metadata", "registration", "authorize", "consent",
		"callback", "token", "call", "step-up", "refresh",
	}
}

// Culprits returns everything that can be at fault for a broken cell.
func Culprits() []string {
	return []string{"client", "authorization-server", "mcp-server", "both-within-spec", "harness"}
}

// culpritWords is a culprit in a sentence.
func culpritWords(culprit string) string {
	switch culprit {
	case "client":
		return "the client"
	case "authorization-server":
		return "the authorization server"
	case "mcp-server":
		return "the MCP server"
	case "both-within-spec":
		return "nobody (both keep to the letter of the specification, which leaves room)"
	case "harness":
		return "the harness (nothing is said about the client)"
	default:
		return "not known"
	}
}
