package judge

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// status describes the answer of an exchange.
func status(x trace.Exchange) string {
	switch {
	case x.Response != nil:
		return strings.TrimSpace(fmt.Sprintf("%d %s", x.Response.Status, http.StatusText(x.Response.Status)))
	case x.Error != "":
		return "no answer: " + x.Error
	}
	return "no answer"
}

// count writes "1 thing" or "n things".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// askedFor says which scope was asked for.
func askedFor(scopes []string) string {
	if len(scopes) == 0 {
		return "asked for no scope"
	}
	return "asked for scope " + quote(strings.Join(scopes, " "))
}

// orNone stands for an absent value.
func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func number(id int) string { return fmt.Sprintf("#%d", id) }
