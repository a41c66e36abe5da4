package mutant

import (
	"context"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/params"
)

// Authorize edits the parameters of the client's authorization requests.
func Authorize(edit func(*Params)) Break {
	return userAgent(func(ctx context.Context, v clients.Visit, next clients.UserAgent) (clients.Landing, error) {
		endpoint, query, _ := strings.Cut(v.URL, "?")
		p := params.Parse(query)
		edit(&p)
		v.URL = endpoint + "?" + p.Encode()
		return next.Open(ctx, v)
	})
}

// Callback lets the client see other authorization responses than it was
// given. The browser, and with it the recording, sees the true ones.
func Callback(edit func(*url.URL)) Break {
	return userAgent(func(ctx context.Context, v clients.Visit, next clients.UserAgent) (clients.Landing, error) {
		receive := v.Receive
		v.Receive = func(callback *url.URL) clients.Reply {
			seen := *callback
			edit(&seen)
			return receive(&seen)
		}
		return next.Open(ctx, v)
	})
}
