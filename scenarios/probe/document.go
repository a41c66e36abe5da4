package probe

import (
	"context"
)

func documentClient(id string) *client {
	c := &client{id: id, method: "none", redirects: []string{Redirect}}
	if id == HostedDocument {
		c.redirects = []string{hostedRedirect}
	}
	return c
}

// canOfferDocuments reports why a client ID metadata document cannot be tried.
func (p *prober) canOfferDocuments() error {
	if flag, _ := p.metadata.server["client_id_metadata_document_supported"].(bool); !flag {
		return notOffered("client ID metadata documents are not supported")
	}
	if p.Documents == nil {
		return untested("the prober has no host whose documents this authorization server could fetch")
	}
	return nil
}

// presenting is an attempt that asks for authorization as the client of a
// document; change is nil for a request that is conformant otherwise.
func presenting(probe, name, id string, change func(r request) request) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if err := p.canOfferDocuments(); err != nil {
			return err
		}
		if p.client == nil || p.client.id != SoundDocument { // whose way in is just this
			if err := p.in(); err != nil {
				return err
			}
		}
		r := p.authorization(documentClient(id))
		if change != nil {
			r = change(r)
		}
		_, err := p.ask(ctx, r)
		return err
	}}
}

func documentAttempts() []attempt {
	return []attempt{
		presenting("probe/document", "a sound document", SoundDocument, nil),
		presenting("probe/document-cached", "a document that may be kept, again", SoundDocument, nil),
		presenting("probe/document-cached", "a document that may not be kept", UncachedDocument, nil),
		presenting("probe/document-cached", "a document that may not be kept, again", UncachedDocument, nil),
		presenting("probe/document-content", "the client_id of another document", ForeignDocument, nil),
		presenting("probe/document-content", "no redirect_uris", NamelessDocument, nil),
		presenting("probe/document-content", "no JSON", BrokenDocument, nil),
		presenting("probe/document-redirect-uri", "a redirect URI that is not listed", SoundDocument, func(r request) request {
			return r.with("redirect_uri", "https://prober.mcpcompat.invalid/callback")
		}),
		presenting("probe/loopback-port", "another port on loopback than the document's", SoundDocument, func(r request) request {
			return r.with("redirect_uri", otherPort)
		}),
		presenting("probe/document-size", "a document of 2 MiB", LargeDocument, nil),
		presenting("probe/document-redirects", "a document that is elsewhere", RedirectingDocument, nil),
		presenting("probe/document-address", "a private address", PrivateDocument, nil),
		presenting("probe/document-address", "a loopback address", MachineDocument, nil),
		presenting("probe/document-address", "a link-local address", LinkLocalDocument, nil),
		presenting("probe/consent-host", "a hosted redirect URI", HostedDocument, nil),
		{"probe/document-time", "a document that never comes", func(ctx context.Context, p *prober) error {
			if err := p.canOfferDocuments(); err != nil {
				return err
			}
			if p.Patience == 0 {
				return untested("it takes as long as the server's own patience, and was not asked for")
			}
			ctx, cancel := context.WithTimeout(ctx, p.Patience)
			defer cancel()
			if _, err := p.ask(ctx, p.authorization(documentClient(SlowDocument))); ctx.Err() == nil {
				return err
			}
			return nil
		}},
	}
}
