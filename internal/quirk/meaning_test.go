package quirk_test

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

func TestMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ doc, value, want string }{
		{`Host of the loopback URI; "" means 127.0.0.1 (RFC 8252 section 8.3).`, "", "127.0.0.1 (RFC 8252 section 8.3)"},
		{`What happens: "" refuses; "prefix" accepts a parent path (TypeScript SDK); "accept" all.`, "prefix", "accepts a parent path"},
		{`Supported is "" yes or "no": the client logs in again instead.`, "no", "the client logs in again instead"},
		{`Supported is "" yes or "no": the client logs in again instead.`, "", "yes"},
		{"How long; 0 means that it is used to the end. One has 300.", "", "that it is used to the end"},
		{"Tried in order. nil means all four in this\norder, as it should be.", "", "all four in this order, as it should be"},
		{`Either "a", "b" or "c" alone.`, "a", ""},
		{`A version such as 2.1; "new" since 2.1.5 of it.`, "new", "since 2.1.5 of it"},
		{`"" yes.`, "something else", ""},
		{"Further parameters.", "", ""},
		{`Dynamic: "forbidden" refuses with 403 (deviant: A; B), "unprocessable" with 422.`, "forbidden", "refuses with 403"},
		{`Replay: "accepted" honours it (deviant: A, "b") and "refused" does not.`, "accepted", "honours it"},
	} {
		if got := (quirk.Field{Doc: c.doc}).Means(c.value); got != c.want {
			t.Errorf("%q means %q, want %q (%s)", c.value, got, c.want, c.doc)
		}
	}
}
