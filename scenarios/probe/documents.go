package probe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// The client ID metadata documents of the prober. The names are reserved and
// belong to nobody (RFC 6761).
const (
	SoundDocument       = "https://prober.mcpcompat.invalid/sound.json"
	OtherDocument       = "https://prober.mcpcompat.invalid/other.json"
	HostedDocument      = "https://prober.mcpcompat.invalid/hosted.json"
	ForeignDocument     = "https://prober.mcpcompat.invalid/foreign.json"
	NamelessDocument    = "https://prober.mcpcompat.invalid/without-redirects.json"
	BrokenDocument      = "https://prober.mcpcompat.invalid/broken.json"
	LargeDocument       = "https://prober.mcpcompat.invalid/large.json"
	SlowDocument        = "https://prober.mcpcompat.invalid/slow.json"
	RedirectingDocument = "https://prober.mcpcompat.invalid/redirecting.json"
	UncachedDocument    = "https://prober.mcpcompat.invalid/uncached.json"
	PrivateDocument     = "https://10.255.255.1/private.json"
	MachineDocument     = "https://127.0.0.1/machine.json"
	LinkLocalDocument   = "https://169.254.169.254/link-local.json"
)

// hostedRedirect is where the answer for HostedDocument goes. The host occurs
// nowhere else, so that it can be found on a consent page.
const hostedRedirect = "https://callback-of-prober.mcpcompat.invalid/callback"

// largeSize is larger than any metadata document can honestly be, in bytes; the
// draft recommends to stop at 5 KB.
const largeSize = 2 << 20

// Documents answers for the hosts of the prober's client ID metadata documents.
// Any other URL goes to Next.
type Documents struct {
	// Next fetches what is none of the prober's; nil means that nothing else
	// can be fetched.
	Next http.RoundTripper
}

var _ http.RoundTripper = (*Documents)(nil)

// RoundTrip implements http.RoundTripper.
func (d *Documents) RoundTrip(req *http.Request) (*http.Response, error) {
	address := req.URL.String()
	switch {
	case address == SlowDocument:
		<-req.Context().Done()
		return nil, req.Context().Err()
	case address == RedirectingDocument:
		return respond(req, http.StatusFound, http.Header{"Location": {"/redirected.json"}}, nil), nil
	case strings.HasSuffix(address, "/redirected.json"):
		return respond(req, http.StatusOK, nil, describe(RedirectingDocument, Redirect)), nil
	}
	if body := document(address); body != nil {
		header := http.Header{"Cache-Control": {"max-age=3600"}}
		if address == UncachedDocument {
			header.Set("Cache-Control", "no-store")
		}
		return respond(req, http.StatusOK, header, body), nil
	}
	if d.Next != nil {
		return d.Next.RoundTrip(req)
	}
	return nil, fmt.Errorf("no captured copy of %s, and fetching is off", req.URL)
}

// document is what stands at an address, nil for nothing.
func document(address string) []byte {
	switch address {
	case SoundDocument, OtherDocument, UncachedDocument, PrivateDocument, MachineDocument, LinkLocalDocument:
		return describe(address, Redirect)
	case HostedDocument:
		return describe(address, hostedRedirect)
	case ForeignDocument:
		return describe(SoundDocument, Redirect)
	case NamelessDocument:
		return []byte(`{"client_id":"` + NamelessDocument + `","client_name":"mcpcompat prober"}`)
	case BrokenDocument:
		return describe(BrokenDocument, Redirect)[1:]
	case LargeDocument:
		return append(bytes.TrimSuffix(describe(LargeDocument, Redirect), []byte("}")),
			[]byte(`,"padding":"`+strings.Repeat("x", largeSize)+`"}`)...)
	}
	return nil
}

func describe(id, redirect string) []byte {
	body, err := json.Marshal(map[string]any{
		"client_id": id, "client_name": "mcpcompat prober", "redirect_uris": []string{redirect},
		"token_endpoint_auth_method": "none", "grant_types": []string{"authorization_code", "refresh_token"},
	})
	if err != nil {
		return nil // impossible: the document consists of strings
	}
	return body
}

func respond(req *http.Request, status int, header http.Header, body []byte) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}
