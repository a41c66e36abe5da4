package emulated

// WithMetadataDocument returns a client of the same behaviour whose client ID
// metadata document is at another URL, for whoever hosts one; "" means that it
// has none. The new client keeps its state apart from this one.
func (c *Client) WithMetadataDocument(url string) *Client {
	out := c.WithTransport(c.wrap)
	out.behaviour.Registration.ClientIDMetadataDocument = url
	return out
}
