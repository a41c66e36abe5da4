package emulated

import "net/http"

// WithTransport returns a client of the same behaviour whose requests go
// through what wrap makes of each program's transport, for clients that are to
// break a rule which no field of a profile breaks. wrap is called once for
// every start of the program. What it returns may implement
// CloseIdleConnections, as http.Client knows it. The new client keeps its state
// apart from this one.
func (c *Client) WithTransport(wrap func(http.RoundTripper) http.RoundTripper) *Client {
	out := New(c.identity, c.behaviour)
	out.operator, out.portsInUse, out.variant, out.wrap = c.operator, c.portsInUse, c.variant, wrap
	return out
}

// wrapTransport puts the client's wrapper around the program's transport.
func (s *Session) wrapTransport(p *program) {
	if s.wrap != nil {
		p.http.client.Transport = s.wrap(p.http.client.Transport)
	}
}
