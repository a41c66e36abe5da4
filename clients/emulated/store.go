package emulated

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"sync"
	"time"
)

// installation is what a client keeps between its runs: everything that two
// sessions with one home share.
type installation struct {
	// refreshing serialises refreshes; whoever holds it may replace tokens.
	// It is a channel so that waiting ends with a context.
	refreshing chan struct{}

	mu            sync.Mutex
	registrations map[string]registration // by issuer
	latest        registration            // the last one, for clients that do not keep issuers apart
	tokens        map[string]tokens       // by MCP URL
	servers       map[string]string       // issuer of the last authorization request, by MCP URL
	firstScope    map[string][]string     // what the first challenge asked for, by MCP URL
	issuerOf      map[string]string       // issuer that pre-registered credentials were first used at, by client_id
	listening     map[int]bool            // ports on which a session of ours awaits a callback
	proofKey      *ecdsa.PrivateKey
}

func newInstallation() *installation {
	return &installation{
		refreshing:    make(chan struct{}, 1),
		registrations: map[string]registration{}, tokens: map[string]tokens{},
		servers: map[string]string{}, firstScope: map[string][]string{},
		issuerOf: map[string]string{}, listening: map[int]bool{},
	}
}

// registration is a client_id at one issuer, with what belongs to it.
type registration struct {
	method      Method
	clientID    string
	secret      string
	authMethod  string // from a registration answer; "" if none was named
	redirectURI string // as registered dynamically; "" otherwise
}

// tokens are what a token response granted, and for what.
type tokens struct {
	access       string
	refresh      string
	kind         string // Bearer or DPoP
	expires      time.Time
	requested    []string // scope that was asked for
	found        *target  // where they were had
	registration registration
}

func (i *installation) token(mcpURL string) (tokens, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	t, ok := i.tokens[mcpURL]
	return t, ok
}

func (i *installation) setToken(mcpURL string, t tokens) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tokens[mcpURL] = t
}

func (i *installation) dropToken(mcpURL string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.tokens, mcpURL)
}

func (i *installation) registration(issuer string) (registration, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, ok := i.registrations[issuer]
	return r, ok
}

func (i *installation) setRegistration(issuer string, r registration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.registrations[issuer] = r
	i.latest = r
}

func (i *installation) dropRegistration(issuer string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.registrations, issuer)
}

// lastRegistration is for clients that do not keep issuers apart.
func (i *installation) lastRegistration() (registration, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.latest, i.latest.clientID != ""
}

// server is the issuer to which the user was last sent; "" if none.
func (i *installation) server(mcpURL string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.servers[mcpURL]
}

func (i *installation) setServer(mcpURL, issuer string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.servers[mcpURL] = issuer
}

// first returns what the first challenge asked for; scope is kept if this is
// the first.
func (i *installation) first(mcpURL string, scope []string) []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if _, ok := i.firstScope[mcpURL]; !ok {
		i.firstScope[mcpURL] = scope
	}
	return i.firstScope[mcpURL]
}

// bind ties credentials to the first issuer that they are used at and returns
// the issuer they belong to.
func (i *installation) bind(clientID, issuer string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if bound, ok := i.issuerOf[clientID]; ok {
		return bound
	}
	i.issuerOf[clientID] = issuer
	return issuer
}

// key is the installation's proof key (RFC 9449), made when first needed.
func (i *installation) key() (*ecdsa.PrivateKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.proofKey == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		i.proofKey = key
	}
	return i.proofKey, nil
}
