package probe

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/mcpcompat/mcpcompat/fixtures"
)

// client is a client that the authorization server knows.
type client struct {
	id, secret string
	method     string // token endpoint authentication method
	redirects  []string
}

func (c *client) redirect() string { return c.redirects[0] }

// authenticate adds to a request what says who the client is, in place of what
// is there already.
func (c *client) authenticate(h http.Header, form url.Values) {
	if c == nil {
		return
	}
	switch c.method {
	case "client_secret_basic":
		user := url.QueryEscape(c.id) + ":" + url.QueryEscape(c.secret)
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user)))
	case "client_secret_post":
		form.Set("client_id", c.id)
		form.Set("client_secret", c.secret)
	default:
		form.Set("client_id", c.id)
	}
}

func byHand(r fixtures.RegisteredClient) *client {
	c := &client{id: r.ClientID, secret: r.ClientSecret, method: r.AuthMethod, redirects: r.RedirectURIs}
	if len(c.redirects) == 0 {
		c.redirects = []string{Redirect}
	}
	return c
}
