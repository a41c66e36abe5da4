package emulated

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// serverName is the name that the user gave the MCP server.
const serverName = "mcp-server"

// register comes by a client_id at the target's authorization server and
// chooses the redirect URI that goes with it.
func (s *Session) register(ctx context.Context, t *target, l login) (registration, redirect, error) {
	order := s.behaviour.Registration.Order
	if order == nil {
		order = []Method{Preregistered, Document, DynamicMethod, Prompt}
	}
	var reasons []error
	for _, method := range order {
		r, at, err := s.tryMethod(ctx, method, t, l)
		if err != nil {
			if isRefusal(err) || ctx.Err() != nil {
				return registration{}, redirect{}, err
			}
			reasons = append(reasons, err)
			continue
		}
		if r.clientID != "" {
			return r, at, nil
		}
	}
	return registration{}, redirect{}, worst("no client_id can be had at "+t.server.Issuer, reasons)
}

// tryMethod returns a registration without a client_id when the method does
// not apply and there is nothing to say about it.
func (s *Session) tryMethod(ctx context.Context, m Method, t *target, l login) (registration, redirect, error) {
	switch m {
	case Preregistered:
		if !s.hasClientID() {
			return registration{}, redirect{}, nil
		}
		return s.configured(m, t.server)
	case Document:
		return s.document(t.server)
	case DynamicMethod:
		return s.dynamic(ctx, t, l)
	default: // Prompt
		if !s.hasClientID() {
			return registration{}, redirect{}, fail("the user was asked for a client_id and has none")
		}
		return s.configured(m, t.server)
	}
}

// configured uses the credentials that the user typed in. They belong to the
// authorization server at which they were first used.
func (s *Session) configured(m Method, server *serverMetadata) (registration, redirect, error) {
	c := s.facts.Credentials
	if bound := s.store.bind(c.ClientID, server.Issuer); bound != server.Issuer && s.behaviour.Registration.Binding != BindingIgnored {
		return registration{}, redirect{}, refuse(
			"the configured client_id belongs to %s; the MCP server now names %s, which is another authorization server", bound, server.Issuer)
	}
	at, err := s.redirectAt(server, m)
	return registration{method: m, clientID: c.ClientID, secret: c.ClientSecret}, at, err
}

// document uses the URL of the client's metadata document as its client_id.
func (s *Session) document(server *serverMetadata) (registration, redirect, error) {
	id := s.behaviour.Registration.ClientIDMetadataDocument
	if other := s.behaviour.Registration.DocumentWithoutIss; other != "" && !server.IssSupported {
		id = other
	}
	if id == "" {
		return registration{}, redirect{}, nil
	}
	needs := s.behaviour.Registration.MetadataDocumentNeeds
	if needs != NeedsNothing && !server.Documents {
		return registration{}, redirect{}, fail("the server does not support client ID metadata documents")
	}
	if needs == NeedsNoneListed && !slices.Contains(server.AuthMethods, "none") {
		return registration{}, redirect{}, fail("the server supports client ID metadata documents but not the authentication method none")
	}
	at, err := s.redirectAt(server, Document)
	return registration{method: Document, clientID: hashed(id, s.facts.MCPURL)}, at, err
}

// dynamic registers at the registration endpoint, or uses a registration that
// was kept.
func (s *Session) dynamic(ctx context.Context, t *target, l login) (registration, redirect, error) {
	if r, at, ok := s.kept(t.server, l); ok {
		return r, at, nil
	}
	endpoint := s.registrationEndpoint(ctx, t.server)
	if endpoint == "" && s.behaviour.Registration.Dynamic.WhenUnadvertised == RegisterAtMCPServer {
		endpoint = origin(s.mcpURL) + "/register"
	}
	if endpoint == "" {
		return registration{}, redirect{}, fail("the server does not support dynamic client registration")
	}
	if _, err := s.http().guard.check("registration_endpoint", endpoint); err != nil {
		return registration{}, redirect{}, err
	}
	at, err := s.redirectAt(t.server, DynamicMethod)
	if err != nil {
		return registration{}, redirect{}, err
	}
	body, err := encodeMembers(s.registrationRequest(t, at), s.behaviour.Order.Registration)
	if err != nil {
		return registration{}, redirect{}, fmt.Errorf("registration request: %w", err)
	}
	a, err := s.http().ask(ctx, toRegistration, request{
		method: http.MethodPost, url: endpoint, body: string(body), contentType: "application/json",
	})
	if err != nil {
		return registration{}, redirect{}, err
	}
	r, err := s.registrationAnswer(a, at)
	if err == nil {
		s.store.setRegistration(t.server.Issuer, r)
	}
	return r, at, err
}

// kept returns an earlier dynamic registration that can be used again.
func (s *Session) kept(server *serverMetadata, l login) (registration, redirect, bool) {
	reuse := s.behaviour.Registration.Dynamic.Reuse
	r, ok := s.store.registration(server.Issuer)
	if s.behaviour.Registration.Binding == BindingIgnored {
		r, ok = s.store.lastRegistration()
	}
	if !ok || l.registerAnew || reuse == ReuseNotInStepUp || reuse == ReuseNever && !l.stepUp {
		return registration{}, redirect{}, false
	}
	if reuse == ReuseNewPort {
		at, err := s.redirectAt(server, DynamicMethod)
		return r, at, err == nil
	}
	at, ok := s.sameRedirect(r.redirectURI)
	return r, at, ok
}

// registrationRequest is the body of a registration request (RFC 7591 section
// 2), in the order of the RFC.
func (s *Session) registrationRequest(t *target, at redirect) []member {
	d := s.behaviour.Registration.Dynamic
	fill := strings.NewReplacer("{name}", s.identity.Name, "{version}", s.identity.Version, "{server}", serverName,
		"{resource}", s.resourceValue("", t.resourceName()))
	name := d.ClientName
	if name == "" {
		name = "{name}"
	}
	members := []member{{"redirect_uris", s.redirectURIs(at)}}
	switch d.TokenEndpointAuthMethod {
	case "omitted":
	case "":
		members = append(members, member{"token_endpoint_auth_method", "none"})
	default:
		members = append(members, member{"token_endpoint_auth_method", d.TokenEndpointAuthMethod})
	}
	members = append(members,
		member{"grant_types", orElse(d.GrantTypes, "authorization_code", "refresh_token")},
		member{"response_types", orElse(d.ResponseTypes, "code")},
		member{"client_name", fill.Replace(name)})
	if scope := s.registeredScope(t); len(scope) > 0 {
		members = append(members, member{"scope", strings.Join(scope, " ")})
	} else if s.behaviour.Scope.RegistrationWhenNone == EmptyWhenNone {
		members = append(members, member{"scope", ""})
	}
	if kind := applicationType(d.ApplicationType, at.uri); kind != "" {
		members = append(members, member{"application_type", kind})
	}
	for _, name := range sortedKeys(d.Extra) {
		members = append(members, member{name, fill.Replace(d.Extra[name])})
	}
	for _, name := range sortedKeys(d.ExtraLists) {
		members = append(members, member{name, d.ExtraLists[name]})
	}
	return members
}

// redirectURIs are those that are registered.
func (s *Session) redirectURIs(at redirect) []string {
	listed := s.behaviour.Registration.Dynamic.RedirectURIs
	if listed == nil {
		return []string{at.uri}
	}
	fill := strings.NewReplacer("{redirect}", at.uri, "{port}", strconv.Itoa(at.port))
	uris := make([]string, len(listed))
	for i, uri := range listed {
		uris[i] = hashed(fill.Replace(uri), s.facts.MCPURL)
	}
	return uris
}

// applicationType is application_type for a redirect URI (MCP 2026-07-28,
// SEP-837): native for what comes back to the user's machine.
func applicationType(choice ApplicationType, redirectURI string) string {
	switch choice {
	case NoApplicationType:
		return ""
	case Native, Web:
		return string(choice)
	}
	u, err := url.Parse(redirectURI)
	if err == nil && u.Scheme == "https" && literalZone(u.Hostname()) != zoneLoopback {
		return string(Web)
	}
	return string(Native)
}

// registrationAnswer reads the answer of the registration endpoint (RFC 7591
// section 3.2).
func (s *Session) registrationAnswer(a *answer, at redirect) (registration, error) {
	if a.status != http.StatusCreated && a.status != http.StatusOK {
		return registration{}, fail("dynamic client registration: %s", a.oauthError())
	}
	var body struct {
		ClientID     string   `json:"client_id"`
		ClientSecret string   `json:"client_secret"`
		AuthMethod   string   `json:"token_endpoint_auth_method"`
		RedirectURIs []string `json:"redirect_uris"`
	}
	if err := json.Unmarshal(a.body, &body); err != nil {
		return registration{}, fail("dynamic client registration: the answer is not a registration: %s", err)
	}
	if body.ClientID == "" {
		return registration{}, fail("dynamic client registration: the answer has no client_id")
	}
	asked := slices.Contains(s.redirectURIs(at), at.uri)
	if asked && body.RedirectURIs != nil && !slices.Contains(body.RedirectURIs, at.uri) &&
		s.behaviour.Registration.Dynamic.Answer != AnswerIgnored {
		return registration{}, fail("dynamic client registration: the server registered other redirect URIs: %s",
			strings.Join(body.RedirectURIs, " "))
	}
	return registration{
		method: DynamicMethod, clientID: body.ClientID, secret: body.ClientSecret, authMethod: body.AuthMethod, redirectURI: at.uri,
	}, nil
}

// oauthError is an error response (RFC 6749 section 5.2) in words.
func (a *answer) oauthError() string {
	var e struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	words := fmt.Sprintf("the server answers %d", a.status)
	if json.Unmarshal(a.body, &e) == nil && e.Code != "" {
		words += " " + e.Code
		if e.Description != "" {
			words += ": " + e.Description
		}
	}
	return words
}

// errorCode is the error member of an error response; "" if there is none.
func (a *answer) errorCode() string {
	var e struct {
		Code string `json:"error"`
	}
	if json.Unmarshal(a.body, &e) != nil {
		return ""
	}
	return e.Code
}

func orElse(list []string, usual ...string) []string {
	if list == nil {
		return usual
	}
	return list
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
