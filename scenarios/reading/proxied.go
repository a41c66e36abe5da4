package reading

import (
	"net/http"
	"net/url"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Detour is the way of a user who is sent on by an OAuth proxy: the answer that
// sent the browser to another authorization server, under a client_id that is
// not the client's. 0 means that nobody was sent on.
type Detour struct {
	At int
	// Asked says that the user had answered a page of the proxy before.
	Asked bool
}

// DetourOf finds the detour of an authorization request among what the browser
// requested from there on.
func DetourOf(request string, clientID string, exchanges []trace.Exchange) Detour {
	from, err := url.Parse(request)
	if err != nil {
		return Detour{}
	}
	var d Detour
	for _, x := range exchanges {
		at, err := url.Parse(x.Request.URL)
		if x.From != trace.UserAgent || err != nil || at.Host != from.Host {
			continue
		}
		d.Asked = d.Asked || x.Request.Method == http.MethodPost
		if x.Response == nil {
			continue
		}
		to, err := url.Parse(Resolve(x.Request.URL, x.Response.Header.Get("Location")))
		if err != nil || to.Host == "" || to.Host == from.Host {
			continue
		}
		if q := to.Query(); q.Has("response_type") && q.Get("client_id") != clientID {
			d.At = x.ID
			return d
		}
	}
	return Detour{}
}
