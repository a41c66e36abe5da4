package check

import (
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Count writes "1 thing" or "n things".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// AskedFor says which scope was asked for.
func AskedFor(scopes []string) string {
	if len(scopes) == 0 {
		return "asked for no scope"
	}
	return "asked for scope " + reading.Quote(strings.Join(scopes, " "))
}

// OrNone stands for an absent value.
func OrNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// Number writes the number of an exchange.
func Number(id int) string { return fmt.Sprintf("#%d", id) }
