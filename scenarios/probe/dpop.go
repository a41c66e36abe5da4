package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/dpop"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

const (
	dpopAlgs     = "dpop_signing_alg_values_supported"
	foreignPlace = "https://prober.mcpcompat.invalid/elsewhere"
)

// proving is an attempt that redeems a fresh code with a DPoP proof; change
// makes it a wrong one.
func proving(name string, change func(proof *dpop.Proof)) attempt {
	return attempt{"probe/dpop-proof", name, func(ctx context.Context, p *prober) error {
		key, err := p.proofKey()
		if err != nil {
			return err
		}
		proof := dpop.Proof{HTM: http.MethodPost, HTU: p.metadata.endpoint("token")}
		change(&proof)
		_, err = p.redeemBound(ctx, key, proof)
		return err
	}}
}

// proofKey reports why DPoP cannot be tried at the authorization server.
func (p *prober) proofKey() (*ecdsa.PrivateKey, error) {
	if len(reading.Texts(p.metadata.server, dpopAlgs)) == 0 {
		return nil, notOffered("the authorization server does not advertise DPoP")
	}
	if err := p.in(); err != nil {
		return nil, err
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// redeemBound redeems a fresh code with a proof.
func (p *prober) redeemBound(ctx context.Context, key *ecdsa.PrivateKey, proof dpop.Proof) (tokens, error) {
	r := p.authorization(p.client)
	code, err := p.code(ctx, r)
	if err != nil {
		return tokens{}, err
	}
	form := p.redemption(r, code)
	send := func() (answer, error) {
		signed, err := dpop.NewProof(key, proof)
		if err != nil {
			return answer{}, err
		}
		return p.postForm(ctx, p.metadata.endpoint("token"), p.client, form, http.Header{"Dpop": {signed}})
	}
	a, err := send()
	if err == nil && reading.Text(a.object(), "error") == "use_dpop_nonce" {
		proof.Nonce = a.header.Get(dpop.NonceHeader)
		a, err = send()
	}
	return issued(a), err
}

func proofAttempts() []attempt {
	const hour = time.Hour
	return []attempt{
		{"probe/dpop-token", "a proof in order", func(ctx context.Context, p *prober) error {
			key, err := p.proofKey()
			if err != nil {
				return err
			}
			_, err = p.redeemBound(ctx, key, dpop.Proof{HTM: http.MethodPost, HTU: p.metadata.endpoint("token")})
			return err
		}},
		proving("htm is another method", func(d *dpop.Proof) { d.HTM = http.MethodGet }),
		proving("htu is another URL", func(d *dpop.Proof) { d.HTU = foreignPlace }),
		proving("iat is an hour ago", func(d *dpop.Proof) { d.IAT = time.Now().Add(-hour) }),
		{"probe/dpop-proof", "a proof that was used before", func(ctx context.Context, p *prober) error {
			key, err := p.proofKey()
			if err != nil {
				return err
			}
			proof := dpop.Proof{HTM: http.MethodPost, HTU: p.metadata.endpoint("token"), JTI: rand.Text(), IAT: time.Now()}
			if _, err = p.redeemBound(ctx, key, proof); err != nil {
				return err
			}
			_, err = p.redeemBound(ctx, key, proof)
			return err
		}},
	}
}

// presentingBound is an attempt that uses a bound token at the MCP server.
func presentingBound(probe, name string, present func(b boundToken) (*credential, error)) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if len(reading.Texts(p.metadata.resource, dpopAlgs)) == 0 {
			return notOffered("the MCP server does not advertise DPoP")
		}
		if err := p.usable(); err != nil {
			return err
		}
		key, err := p.proofKey()
		if err != nil {
			return err
		}
		t, err := p.redeemBound(ctx, key, dpop.Proof{HTM: http.MethodPost, HTU: p.metadata.endpoint("token")})
		if err != nil {
			return err
		}
		if t.access == "" {
			return untested("no token was issued for a proof in order")
		}
		b := boundToken{access: t.access, key: key, proof: dpop.Proof{
			HTM: http.MethodPost, HTU: p.address, ATH: dpop.AccessTokenHash(t.access),
		}}
		if a, err := p.accepted(ctx, &b); err != nil || !a {
			return err
		}
		c, err := present(b)
		if err != nil {
			return err
		}
		_, err = p.message(ctx, "tools/list", c)
		return err
	}}
}

// boundToken is a token with its key, and a proof in order.
type boundToken struct {
	access string
	key    *ecdsa.PrivateKey
	proof  dpop.Proof
	used   string // the proof with which it was accepted
}

func (b boundToken) with(proof dpop.Proof) (*credential, error) {
	signed, err := dpop.NewProof(b.key, proof)
	return &credential{authorization: "DPoP " + b.access, proof: signed}, err
}

// accepted shows that the token is accepted with a proof in order, and learns the
// nonce on the way.
func (p *prober) accepted(ctx context.Context, b *boundToken) (bool, error) {
	const rounds = 2
	for range rounds {
		c, err := b.with(b.proof)
		if err != nil {
			return false, err
		}
		a, err := p.message(ctx, "tools/list", c)
		if err != nil {
			return false, err
		}
		if a.status != http.StatusUnauthorized {
			b.used = c.proof
			return true, nil
		}
		nonce := a.header.Get(dpop.NonceHeader)
		if nonce == "" {
			break
		}
		b.proof.Nonce = nonce
	}
	return false, untested("the MCP server refuses a bound token with a proof in order")
}

func boundTokenAttempts() []attempt {
	wrong := func(name string, change func(proof *dpop.Proof)) attempt {
		return presentingBound("probe/dpop-request", name, func(b boundToken) (*credential, error) {
			proof := b.proof
			change(&proof)
			return b.with(proof)
		})
	}
	return []attempt{
		wrong("htm is another method", func(d *dpop.Proof) { d.HTM = http.MethodGet }),
		wrong("htu is another URL", func(d *dpop.Proof) { d.HTU = foreignPlace }),
		wrong("ath of another token", func(d *dpop.Proof) { d.ATH = dpop.AccessTokenHash("another") }),
		presentingBound("probe/dpop-request", "another key", func(b boundToken) (*credential, error) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			if err != nil {
				return nil, err
			}
			b.key = key
			return b.with(b.proof)
		}),
		presentingBound("probe/dpop-request", "a proof that was used before", func(b boundToken) (*credential, error) {
			return &credential{authorization: "DPoP " + b.access, proof: b.used}, nil
		}),
		presentingBound("probe/dpop-request", "no proof", func(b boundToken) (*credential, error) {
			return &credential{authorization: "DPoP " + b.access}, nil
		}),
		presentingBound("probe/dpop-bearer", "as Bearer", func(b boundToken) (*credential, error) {
			return bearer(b.access), nil
		}),
	}
}
