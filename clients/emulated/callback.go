package emulated

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
)

// response is an authorization response (RFC 6749 section 4.1.2).
type response struct {
	code        string
	errorCode   string
	description string
}

func (r *response) errorWords() string {
	if r.description == "" {
		return r.errorCode
	}
	return r.errorCode + ": " + r.description
}

// listener plays the client's own listener at the redirect URI. It takes the
// first response that is the client's, and none after it.
type listener struct {
	session *Session
	grant   *grant

	mu      sync.Mutex
	got     *response
	refused error
	dropped string // why the last foreign response was dropped
}

// receive answers the browser's request for the redirect URI.
func (l *listener) receive(callback *url.URL) clients.Reply {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.got != nil || l.refused != nil {
		return page(http.StatusBadRequest, "This login has ended.")
	}
	q := callback.Query()
	if err := l.checkState(q); err != "" {
		l.dropped = err
		return page(http.StatusBadRequest, "This response belongs to no login.")
	}
	if err := l.session.checkIssuer(q, l.grant.target.server); err != nil {
		l.refused = err
		return page(http.StatusBadRequest, "The login was refused: the response is not from the server that was asked.")
	}
	r := &response{code: q.Get("code"), errorCode: q.Get("error"), description: q.Get("error_description")}
	if r.code == "" && r.errorCode == "" {
		l.dropped = "the response has neither code nor error"
		return page(http.StatusBadRequest, "The response has no code.")
	}
	l.got = r
	if r.errorCode != "" {
		return page(http.StatusOK, "The login failed. You can close this window.")
	}
	return page(http.StatusOK, "Logged in. You can close this window.")
}

func page(status int, words string) clients.Reply {
	return clients.Reply{Status: status, HTML: "<!doctype html><title>mcpcompat</title><p>" + words + "</p>"}
}

// checkState says why a response is not the client's; "" means that it is.
func (l *listener) checkState(q url.Values) string {
	if l.grant.state == "" || l.session.behaviour.State.Mismatch == StateUnchecked {
		return ""
	}
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(l.grant.state)) != 1 {
		return "the response carries another state than the request"
	}
	return ""
}

// checkIssuer holds iss against the recorded issuer (RFC 9207 section 2.4 as
// the table of MCP 2026-07-28 has it) before anything else is read.
func (s *Session) checkIssuer(q url.Values, server *serverMetadata) error {
	b := s.behaviour.Issuer
	if b.Response == IssuerIgnored || server.typed || server.assumed && b.Response == "" && !q.Has("iss") {
		return nil
	}
	if b.Errors == IssuerErrorsUnchecked && q.Has("error") {
		return nil
	}
	if !q.Has("iss") || b.Response == IssuerDropped {
		return withoutIssuer(server.IssSupported || b.Response == IssuerAlways)
	}
	if !server.IssSupported && b.Response == IssuerAdvertisedOnly {
		return refuse("the authorization response carries iss, which the server does not advertise")
	}
	iss, want := q.Get("iss"), server.Issuer
	if b.Comparison == IssuerCompareSlash {
		iss, want = strings.TrimSuffix(iss, "/"), strings.TrimSuffix(want, "/")
	}
	if iss != want {
		return refuse("the authorization response is from issuer %q, not from %q (RFC 9207)", iss, want)
	}
	return nil
}

// withoutIssuer judges a response without iss.
func withoutIssuer(required bool) error {
	if required {
		return refuse("the authorization response lacks iss (RFC 9207)")
	}
	return nil
}

// result is what the visit came to.
func (l *listener) result(landing clients.Landing) (*response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.refused != nil:
		return nil, l.refused
	case l.got != nil:
		return l.got, nil
	case l.dropped != "":
		return nil, refuse("no login: %s", l.dropped)
	}
	where := landing.URL
	if u, err := url.Parse(landing.URL); err == nil {
		u.RawQuery, u.Fragment = "", ""
		where = u.String()
	}
	words := fmt.Sprintf("no authorization response came back: the browser rests at %s", where)
	if landing.Status != 0 {
		words += fmt.Sprintf(", status %d", landing.Status)
	}
	if text := strings.Join(strings.Fields(landing.Page), " "); text != "" {
		words += ": " + text
	}
	return nil, fail("%s", words)
}

// newState draws a state parameter; "" for clients that send none.
func newState(form StateForm) string {
	switch form {
	case StateNone:
		return ""
	case StateHex:
		return hex.EncodeToString(randomBytes(32))
	case StateUUID:
		b := randomBytes(16)
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // RFC 9562 section 5.4
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	case StateBase64:
		return base64.StdEncoding.EncodeToString(randomBytes(16))
	case StateShort:
		return randomText(16)
	case StateMedium:
		return randomText(24)
	case StateBase32:
		return base32.StdEncoding.EncodeToString(randomBytes(17))[:26]
	case StateURL:
		return "http://127.0.0.1/callback?vscode-reqid%3D1%26vscode-query%3Dnonce%253D" + hex.EncodeToString(randomBytes(16))
	default:
		return randomText(32)
	}
}

// randomText is n random bytes as base64url.
func randomText(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(n)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never fails
	return b
}

// s256 is the code challenge of a verifier (RFC 7636 section 4.2).
func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
