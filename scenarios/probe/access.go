package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// usable reports why nothing that needs a working access token can be tried.
func (p *prober) usable() error {
	if p.noAccess != "" {
		return untested("%s", p.noAccess)
	}
	return nil
}

// calling is an attempt that sends one request with a credential.
func calling(probe, name string, with func(p *prober) (*credential, error)) attempt {
	return attempt{probe, name, func(ctx context.Context, p *prober) error {
		if err := p.usable(); err != nil {
			return err
		}
		c, err := with(p)
		if err != nil {
			return err
		}
		_, err = p.message(ctx, "tools/list", c)
		return err
	}}
}

func accessAttempts() []attempt {
	forged := func(name string, edit func(header, claims map[string]any), sign signer) attempt {
		return calling("probe/forged-token", name, func(p *prober) (*credential, error) {
			return forge(p.tokens.access, edit, sign)
		})
	}
	return []attempt{
		calling("probe/invalid-token", "a token that nobody issued", func(*prober) (*credential, error) {
			return bearer("not-a-token-of-anybody"), nil
		}),
		calling("probe/query-token", "the token in the query", func(p *prober) (*credential, error) {
			return &credential{query: url.Values{"access_token": {p.tokens.access}}.Encode()}, nil
		}),
		calling("probe/malformed", "a Bearer credential of two words", func(*prober) (*credential, error) {
			return &credential{authorization: "Bearer two words"}, nil
		}),
		{"probe/session-only", "the handle of a session, and no token", func(ctx context.Context, p *prober) error {
			if err := p.usable(); err != nil {
				return err
			}
			handle, err := p.openSession(ctx)
			if err != nil {
				return err
			}
			if handle == "" {
				return notOffered("the MCP server keeps no sessions")
			}
			speaks, session := p.speaks, p.session
			defer func() { p.speaks, p.session = speaks, session }()
			p.speaks, p.session = sessions, handle
			_, err = p.message(ctx, "tools/list", nil)
			return err
		}},
		forged("signed with another key", nil, ownKey),
		forged("alg none", func(h, _ map[string]any) { h["alg"] = "none" }, noSignature),
		forged("a symmetric algorithm", func(h, _ map[string]any) { h["alg"] = "HS256" }, symmetric),
		forged("more scope, with the old signature", func(_, c map[string]any) { c["scope"] = "tools/read tools/write admin" }, oldSignature),
		forged("another issuer, signed with another key", func(_, c map[string]any) {
			c["iss"] = "https://prober.mcpcompat.invalid"
		}, ownKey),
		forged("a later expiry, with the old signature", func(_, c map[string]any) {
			c["exp"] = time.Now().AddDate(1, 0, 0).Unix()
		}, oldSignature),
		{"probe/insufficient-scope", "a tool that needs more scope", stepUp},
	}
}

// stepUp calls a tool with too little scope, and then with what the challenge
// asks for beside it.
func stepUp(ctx context.Context, p *prober) error {
	if err := errors.Join(p.usable(), p.in()); err != nil {
		return err
	}
	if p.StepUpTool == "" {
		return untested("no tool is known that needs more scope")
	}
	if len(p.scopes) == 0 {
		return untested("no scope is known with which a token would have too little")
	}
	t, err := p.grantScope(ctx, p.scopes[:1])
	if err != nil {
		return err
	}
	if all := reading.Texts(p.metadata.resource, "scopes_supported"); t.access == "" || len(t.scope) != 1 || len(all) == 1 {
		return untested("no token with too little scope could be had")
	}
	a, err := p.callTool(ctx, p.StepUpTool, bearer(t.access))
	if err != nil {
		return err
	}
	more := strings.Fields(reading.ChallengeOf(a.header).Param("scope"))
	if len(more) == 0 {
		return nil
	}
	if t, err = p.grantScope(ctx, append(t.scope, more...)); err != nil || t.access == "" {
		return err
	}
	_, err = p.callTool(ctx, p.StepUpTool, bearer(t.access))
	return err
}

// grantScope is a conformant flow with a scope of its own.
func (p *prober) grantScope(ctx context.Context, scope []string) (tokens, error) {
	r := p.authorization(p.client).with("scope", strings.Join(scope, " "))
	code, err := p.code(ctx, r)
	if err != nil || code == "" {
		return tokens{}, err
	}
	t, err := p.token(ctx, p.client, p.redemption(r, code))
	if t.scope == nil {
		t.scope = scope // RFC 6749 section 5.1: left out when it is what was asked for
	}
	return t, err
}

// signer makes the signature of a forged token; old is the one it had.
type signer func(input, old string) (string, error)

// forge changes a JWT; an opaque token cannot be forged.
func forge(token string, edit func(header, claims map[string]any), sign signer) (*credential, error) {
	parts := strings.Split(token, ".")
	var header, claims map[string]any
	if len(parts) != 3 || !decode(parts[0], &header) || !decode(parts[1], &claims) {
		return nil, notOffered("access tokens are opaque here")
	}
	if edit != nil {
		edit(header, claims)
	}
	h, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	c, err := json.Marshal(claims)
	if err != nil {
		return nil, err
	}
	input := base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
	signature, err := sign(input, parts[2])
	if err != nil {
		return nil, err
	}
	return bearer(input + "." + signature), nil
}

func decode(segment string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(segment)
	return err == nil && json.Unmarshal(raw, into) == nil
}

func noSignature(string, string) (string, error) { return "", nil }

func oldSignature(_, old string) (string, error) { return old, nil }

// symmetric keys a MAC with something public, as an attacker would.
func symmetric(input, _ string) (string, error) {
	mac := hmac.New(sha256.New, []byte("public"))
	mac.Write([]byte(input))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// ownKey signs as ES256 says (RFC 7518 section 3.4).
func ownKey(input, _ string) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", err
	}
	const half = 32
	var signature [2 * half]byte
	r.FillBytes(signature[:half])
	s.FillBytes(signature[half:])
	return base64.RawURLEncoding.EncodeToString(signature[:]), nil
}

// controlAttempts need the control plane, and end what was granted.
func controlAttempts() []attempt {
	return []attempt{
		{"probe/audience", "a token for another audience", func(ctx context.Context, p *prober) error {
			if err := errors.Join(p.usable(), p.in()); err != nil {
				return err
			}
			if err := p.control(func(c fixtures.Control) error { return c.SetWrongAudience(ctx, true) }); err != nil {
				return err
			}
			_, _, t, err := p.grant(ctx, p.client)
			back := p.control(func(c fixtures.Control) error { return c.SetWrongAudience(ctx, false) })
			if err != nil || back != nil {
				return errors.Join(err, back)
			}
			_, err = p.message(ctx, "tools/list", bearer(t.access))
			return err
		}},
		{"probe/expired-token", "a token that has expired", func(ctx context.Context, p *prober) error {
			if err := errors.Join(p.usable(), p.in()); err != nil {
				return err
			}
			_, _, t, err := p.grant(ctx, p.client)
			if err != nil {
				return err
			}
			if _, err = p.message(ctx, "tools/list", bearer(t.access)); err != nil {
				return err
			}
			err = p.control(func(c fixtures.Control) error { return c.ExpireAccessTokens(ctx) })
			if err != nil {
				return err
			}
			_, err = p.message(ctx, "tools/list", bearer(t.access))
			return err
		}},
	}
}
