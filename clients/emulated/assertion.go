package emulated

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
)

// privateKeyJWT is the authentication method of a client that signs with a key
// of its own (OpenID Connect Core section 9, RFC 7523).
const privateKeyJWT TokenAuthMethod = "private_key_jwt"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionLife is how long an assertion may be used.
const assertionLife = 2 * time.Minute

// signs tells whether the client signs for its metadata document at a server:
// the document alone says which methods the client has, and the server which
// it takes.
func (s *Session) signs(server *serverMetadata, r registration) bool {
	return r.method == Document && s.behaviour.TokenAuth.Document == DocumentPrivateKeyJWT &&
		slices.Contains(server.AuthMethods, string(privateKeyJWT))
}

// assert adds the client's assertion to a form. Its audience is the issuer,
// the one value that no other server can claim to be (draft-ietf-oauth-rfc7523bis).
func (s *Session) assert(p pairs, server *serverMetadata, r registration) (pairs, error) {
	key, err := documents.SigningKey()
	if err != nil {
		return nil, fmt.Errorf("client assertion: %w", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("client assertion: %w", err)
	}
	now := time.Now()
	text, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: r.clientID, Subject: r.clientID, Audience: jwt.Audience{server.Issuer}, ID: randomText(16),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(assertionLife)),
	}).Serialize()
	if err != nil {
		return nil, fmt.Errorf("client assertion: %w", err)
	}
	return p.with("client_assertion_type", assertionType).with("client_assertion", text), nil
}
