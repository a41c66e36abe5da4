package report

import "strings"

// Stages returns the doors of the flow in order; a broken cell names the door
// at which it broke.
func Stages() []string {
	return []string{
		"challenge", "resource-metadata", "as-metadata", "registration", "authorize", "consent",
		"callback", "token", "call", "step-up", "refresh",
	}
}

// The culprits besides the parties of the law book.
const (
	// Neither means that two permissions collide at the door: the cell names the
	// row of each.
	Neither = "neither"
	// TheUser means that the user refused.
	TheUser = "user"
	// NotKnown means that the recording does not show it; the cell says what
	// would.
	NotKnown = "unknown"
	// TheHarness means that the measurement failed.
	TheHarness = "harness"
)

// Culprits returns everything that can be at fault for a broken cell.
func Culprits() []string {
	return []string{"client", "authorization-server", "mcp-server", Neither, TheUser, NotKnown, TheHarness}
}

// culpritWords is a culprit as a label.
func culpritWords(culprit string) string {
	switch culprit {
	case "client", "authorization-server", "mcp-server":
		return partyWords(culprit)
	case Neither:
		return "neither side, at this door"
	case TheUser:
		return "nobody (the user refused)"
	case TheHarness:
		return "the harness (this says nothing about the client)"
	default:
		return "not known"
	}
}

// culpritLabel is a culprit in a narrow column.
func culpritLabel(culprit string) string {
	switch culprit {
	case Neither:
		return "neither side"
	case TheUser:
		return "user refused"
	case NotKnown:
		return "not known"
	default:
		return strings.ReplaceAll(culprit, "-", " ")
	}
}
