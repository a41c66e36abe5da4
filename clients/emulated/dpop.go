package emulated

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// headerProof carries a proof of possession (RFC 9449 section 4.1).
const headerProof = "DPoP"

// nonces are the last nonces of each origin (RFC 9449 section 8).
type nonces struct{ byOrigin sync.Map }

func (n *nonces) get(u *url.URL) string {
	v, _ := n.byOrigin.Load(origin(u))
	nonce, _ := v.(string)
	return nonce
}

// remember keeps the nonce of a response and tells whether there was one.
func (n *nonces) remember(raw string, h http.Header) bool {
	nonce := h.Get("DPoP-Nonce")
	u, err := url.Parse(raw)
	if nonce == "" || err != nil {
		return false
	}
	n.byOrigin.Store(origin(u), nonce)
	return true
}

// proves tells whether the client can send proofs of possession at all.
func (s *Session) proves() bool { return s.behaviour.Extensions.DPoP == Supported }

// mustProve tells whether the servers demand proofs and the client has them.
func (s *Session) mustProve(t *target) bool {
	demanded := t.resource != nil && t.resource.DPoPRequired || t.challenge != nil && t.challenge.scheme == "dpop"
	return s.proves() && demanded
}

// askWithProof sends a form with a proof, and once more when the server wants
// a nonce in it (RFC 9449 section 8).
func (s *Session) askWithProof(ctx context.Context, q request) (*answer, error) {
	for first := true; ; first = false {
		if err := s.prove(&q, ""); err != nil {
			return nil, err
		}
		a, err := s.http().ask(ctx, toToken, q)
		if err != nil {
			return nil, err
		}
		fresh := s.program.Load().nonces.remember(q.url, a.header)
		if !first || !fresh || a.errorCode() != "use_dpop_nonce" {
			return a, nil
		}
	}
}

// prove adds a proof for the request; token is the access token it goes with,
// "" at the token endpoint.
func (s *Session) prove(q *request, token string) error {
	u, err := url.Parse(q.url)
	if err != nil {
		return fail("%s", err)
	}
	key, err := s.store.key()
	if err != nil {
		return fail("proof key: %s", err)
	}
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		return fail("proof: %s", err)
	}
	claims := map[string]any{
		"jti": randomText(16), "htm": q.method, "htu": origin(u) + u.EscapedPath(), "iat": time.Now().Unix(),
	}
	if nonce := s.program.Load().nonces.get(u); nonce != "" {
		claims["nonce"] = nonce
	}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		claims["ath"] = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return fail("proof: %s", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return fail("proof: %s", err)
	}
	proof, err := signed.CompactSerialize()
	if err != nil {
		return fail("proof: %s", err)
	}
	if q.header == nil {
		q.header = http.Header{}
	}
	q.header[headerProof] = []string{proof}
	return nil
}
