package emulated

import (
	"net/url"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// sent lists the client's requests as method and path, in their order.
func (s *stage) sent() []string {
	var out []string
	for _, e := range s.world.Recorder.Snapshot().Exchanges {
		if u, err := url.Parse(e.Request.URL); err == nil && e.From == trace.Client {
			out = append(out, e.Request.Method+" "+u.Path)
		}
	}
	return out
}

func (s *stage) counts(line string) int {
	n := 0
	for _, l := range s.sent() {
		if l == line {
			n++
		}
	}
	return n
}

// expire ends the access tokens that were issued until now.
func (s *stage) expire(tb testing.TB) {
	tb.Helper()
	if err := s.world.Control.ExpireAccessTokens(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

const (
	resourceDocument = "GET /.well-known/oauth-protected-resource/mcp"
	serverDocument   = "GET /.well-known/oauth-authorization-server"
)

// Each quirk is the only reason why something is sent more or less often.
func TestQuirksOfReleasedPrograms(t *testing.T) {
	t.Parallel()
	short := named(t, "reference", "authServer.token.lifetime", "200s")
	connect := func(t *testing.T, s *stage) { t.Helper(); s.connect(t) }
	restart := func(t *testing.T, s *stage) {
		t.Helper()
		s.connect(t)
		want(t, s.session.Restart(t.Context()), clients.OK)
	}
	lose := func(t *testing.T, s *stage) {
		t.Helper()
		s.connect(t)
		s.expire(t)
		want(t, s.call(t, "echo"), clients.OK)
	}
	early := func(b *Behaviour) { b.Refresh.ProactiveSeconds, b.Protocol.Era = 300, LegacyOnly }
	tests := []struct {
		name          string
		deployment    deployment.Deployment // the zero value means reference
		usual, change func(*Behaviour)
		act           func(*testing.T, *stage)
		line          string
		without, with int
	}{
		{
			name: "probe: get", change: func(b *Behaviour) { b.Discovery.Probe = ProbeGet },
			act: connect, line: "GET /mcp", without: 0, with: 1,
		},
		{
			name: "probe: head", change: func(b *Behaviour) { b.Discovery.Probe = ProbeHead },
			act: connect, line: "HEAD /mcp", without: 0, with: 1,
		},
		{
			name: "probe: ping", usual: func(b *Behaviour) { b.Protocol.Era = ModernOnly },
			change: func(b *Behaviour) { b.Discovery.Probe = ProbePing },
			act:    connect, line: "POST /mcp", without: 3, with: 4,
		},
		{
			name: "everyStart: full", change: func(b *Behaviour) { b.Discovery.EveryStart = ReadBoth },
			act: restart, line: serverDocument, without: 1, with: 3,
		},
		{
			name: "proactiveDiscovery: full", deployment: short, usual: early,
			change: func(b *Behaviour) { b.Refresh.ProactiveDiscovery = ReadBoth },
			act:    connect, line: serverDocument, without: 1, with: 4, // before each of three messages
		},
		{
			name: "held: connection", deployment: short, usual: early,
			change: func(b *Behaviour) { b.Refresh.Held = HeldConnection },
			act:    restart, line: "POST /token", without: 1 + 3 + 3, with: 1 + 1 + 1,
		},
		{
			name: "held: first-connection", deployment: short, usual: early,
			change: func(b *Behaviour) { b.Refresh.Held = HeldFirstConnection },
			act:    restart, line: "POST /token", without: 1 + 3 + 3, with: 1 + 1 + 3,
		},
		{
			name: "registersAs", change: func(b *Behaviour) { b.Refresh.RegistersAs = "Stored" },
			act: lose, line: "POST /register", without: 1, with: 2,
		},
		{
			name: "after: handshake", usual: func(b *Behaviour) { b.Protocol.Era = LegacyOnly },
			change: func(b *Behaviour) { b.Refresh.After = HandshakeAfterUnauthorized },
			act:    lose, line: "DELETE /mcp", without: 1, with: 2,
		},
		{
			name: "step-up: login, registered each time", usual: func(b *Behaviour) { b.Registration.Dynamic.Reuse = ReuseNever },
			change: func(b *Behaviour) { b.StepUp.Response = StepUpLogin },
			act: func(t *testing.T, s *stage) {
				t.Helper()
				s.connect(t)
				want(t, s.call(t, "write"), clients.OK)
			},
			line: "POST /register", without: 1, with: 2,
		},
		{
			name: "lookup: root-first", deployment: pathIssuer(t),
			change: func(b *Behaviour) { b.Registration.Dynamic.Lookup = LookupRootFirst },
			act:    connect, line: serverDocument, without: 0, with: 1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.deployment.ID == "" {
				test.deployment = named(t, "reference")
			}
			for i, want := range []int{test.without, test.with} {
				s := visit(t, test.deployment, func(b *Behaviour) {
					if test.usual != nil {
						test.usual(b)
					}
					if i == 1 {
						test.change(b)
					}
				}, func(s *stage) { test.act(t, s) })
				if got := s.counts(test.line); got != want {
					t.Errorf("quirk %v: %s %d times, want %d", i == 1, test.line, got, want)
				}
			}
		})
	}
}

// pathIssuer is a deployment whose issuer has a path.
func pathIssuer(tb testing.TB) deployment.Deployment {
	tb.Helper()
	d := named(tb, "reference")
	d.IssuerPath = "/tenant"
	return d
}

func TestARegistrationEndpointThatIsLookedUpAtTheRootOnly(t *testing.T) {
	t.Parallel()
	for lookup, status := range map[Lookup]clients.Status{"": clients.OK, LookupRoot: clients.Failed, LookupRootFirst: clients.OK} {
		visit(t, pathIssuer(t), func(b *Behaviour) { b.Registration.Dynamic.Lookup = lookup }, func(s *stage) {
			if o := s.session.Connect(t.Context()); o.Status != status {
				t.Errorf("%q: %s %s, want %s", lookup, o.Status, o.Words, status)
			}
		})
	}
}

func TestWhoAsksTheServerFirst(t *testing.T) {
	t.Parallel()
	for order, want := range map[DiscoveryOrder][]string{
		"":          {resourceDocument, serverDocument},
		ServerFirst: {serverDocument, resourceDocument},
	} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) {
			b.Discovery.Order, b.Discovery.BeforeToken = order, RereadBeforeToken
		}, func(s *stage) { s.connect(t) })
		sent := s.sent()
		code := slices.Index(sent, "POST /token")
		if code < 2 || !slices.Equal(sent[code-2:code], want) {
			t.Errorf("order %q: %q", order, sent)
		}
	}
}

// What a client does that has a server's metadata, when the resource names
// another server.
func TestAClientThatStaysWithItsServer(t *testing.T) {
	t.Parallel()
	for order, status := range map[DiscoveryOrder]clients.Status{ServerFirst: clients.OK, ServerKept: clients.Failed} {
		visit(t, named(t, "reference"), func(b *Behaviour) {
			b.Discovery.Order, b.Refresh.Discovery = order, RediscoverAll
		}, func(s *stage) {
			s.connect(t)
			if _, err := s.world.Control.MigrateIssuer(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, s.call(t, "echo"), status)
		})
	}
}

// A client that gives up when a refresh did not help works again after the user
// has connected it anew.
func TestARefreshThatDidNotHelp(t *testing.T) {
	t.Parallel()
	for choice, status := range map[RefreshFailure]clients.Status{
		"": clients.OK, RefreshFailureFails: clients.Failed, RefreshFailureUnopened: clients.Failed, RefreshedTokenFails: clients.OK,
	} {
		visit(t, named(t, "reference"), func(b *Behaviour) { b.Refresh.Failed = choice }, func(s *stage) {
			s.connect(t)
			if err := s.world.Control.RevokeGrants(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, s.call(t, "echo"), status)
			want(t, s.session.Restart(t.Context()), clients.OK)
			want(t, s.call(t, "echo"), clients.OK)
		})
	}
}

// What becomes of the refresh token when the resource names another server.
func TestARefreshTokenAfterAMigration(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*Behaviour)
		status clients.Status
		// tokens are the requests at the token endpoints of both servers.
		tokens, registrations int
	}{
		{"kept", func(*Behaviour) {}, clients.OK, 2, 2},
		{"sent on", func(b *Behaviour) { b.Refresh.Server = RefreshAtFound }, clients.OK, 3, 2},
		{"sent on, unopened", func(b *Behaviour) {
			b.Refresh.Server, b.Refresh.Failed = RefreshAtFound, RefreshFailureUnopened
		}, clients.Failed, 2, 2},
		{"no discovery", func(b *Behaviour) {
			b.Refresh.Discovery, b.Refresh.Failed = RediscoverNothing, RefreshedTokenFails
		}, clients.Failed, 2, 1},
	} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) {
			b.Refresh.Discovery = RediscoverAll
			test.change(b)
		}, func(s *stage) {
			s.connect(t)
			if _, err := s.world.Control.MigrateIssuer(t.Context()); err != nil {
				t.Fatal(err)
			}
			want(t, s.call(t, "echo"), test.status)
		})
		if got := s.counts("POST /token"); got != test.tokens || s.counts("POST /register") != test.registrations {
			t.Errorf("%s: %d token requests, want %d; sent %q", test.name, got, test.tokens, s.sent())
		}
	}
}

// Who holds the document at the root against the origin alone does not get in
// where it is for the URL.
func TestTheDocumentAtTheRootIsForTheOrigin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		places   []ResourceMetadataPlace
		mismatch ResourceMismatch
		status   clients.Status
	}{
		{[]ResourceMetadataPlace{AtRoot}, "", clients.OK},
		{[]ResourceMetadataPlace{AtRoot}, MismatchByPlace, clients.Refused},
		{[]ResourceMetadataPlace{AtRoot, AtPath}, MismatchByPlace, clients.Refused},
		{[]ResourceMetadataPlace{AtPath}, MismatchByPlace, clients.OK},
	} {
		visit(t, named(t, "no-challenge-header"), func(b *Behaviour) {
			b.Discovery.ResourceMetadata, b.Discovery.ResourceMismatch = test.places, test.mismatch
		}, func(s *stage) { want(t, s.session.Connect(t.Context()), test.status) })
	}
}

// A client that needs a challenge to refresh does so where there is one.
func TestAnUnauthorizedAnswerWithoutAChallenge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		deployment string
		choice     Unchallenged
		status     clients.Status
	}{
		{"no-challenge-header", "", clients.OK},
		{"no-challenge-header", UnchallengedFails, clients.Failed},
		{"reference", UnchallengedFails, clients.OK},
	} {
		visit(t, named(t, test.deployment), func(b *Behaviour) {
			b.Discovery.Start, b.Refresh.Unchallenged = StartWithMetadata, test.choice
		}, func(s *stage) {
			s.connect(t)
			s.expire(t)
			want(t, s.call(t, "echo"), test.status)
		})
	}
}

// Where there is nothing to register at, the refresh that the registration was
// for is not sent, and the user logs in again.
func TestARegistrationBeforeARefreshWithoutAnEndpoint(t *testing.T) {
	t.Parallel()
	for name, authorizations := range map[string]int{"": 1, "Stored": 2} {
		s := visit(t, named(t, "reference", "authServer.registration.dynamic", "off"), func(b *Behaviour) {
			b.Registration.ClientIDMetadataDocument = find(t, "conformant").Behaviour().Registration.ClientIDMetadataDocument
			b.Refresh.RegistersAs = name
		}, func(s *stage) {
			s.connect(t)
			s.expire(t)
			want(t, s.call(t, "echo"), clients.OK)
		})
		if n := s.authorizations(); n != authorizations || s.counts("POST /register") != 0 {
			t.Errorf("%q: %d authorization requests, want %d; sent %q", name, n, authorizations, s.sent())
		}
	}
}

// A rotated refresh token that is sent twice ends the grant at a server that
// follows OAuth 2.1; the client has to log in again.
func TestRacingRefreshesEndTheGrant(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		concurrency    Concurrency
		lifetime       string
		authorizations int
	}{{"", "200s", 1}, {RefreshRacing, "200s", 2}, {RefreshRacing, "1h", 1}} {
		d := named(t, "reference", "authServer.token.lifetime", test.lifetime)
		s := visit(t, d, func(b *Behaviour) {
			b.Refresh.ProactiveSeconds, b.Protocol.Era, b.Protocol.Stream = 300, LegacyOnly, StreamOpened
			b.Refresh.Concurrency, b.Refresh.Held = test.concurrency, HeldFirstConnection
		}, func(s *stage) {
			s.connect(t)
			want(t, s.session.Restart(t.Context()), clients.OK)
		})
		if n := s.authorizations(); n != test.authorizations {
			t.Errorf("%q at %s: %d authorization requests, want %d", test.concurrency, test.lifetime, n, test.authorizations)
		}
	}
}

func TestSessionsThatKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	for concurrency, authorizations := range map[Concurrency]int{"": 1, RefreshPerSession: 2} {
		s := visit(t, named(t, "reference"), func(b *Behaviour) { b.Refresh.Concurrency = concurrency }, func(s *stage) {
			s.connect(t)
			other, err := s.client.Start(t.Context(), s.facts)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			want(t, other.Connect(t.Context()), clients.OK)
			s.expire(t)
			want(t, s.call(t, "echo"), clients.OK)
			s.expire(t)
			want(t, other.Call(t.Context(), "echo", map[string]any{"text": "hello"}), clients.OK)
		})
		if n := s.authorizations(); n != authorizations {
			t.Errorf("%q: %d authorization requests, want %d", concurrency, n, authorizations)
		}
	}
}

func TestAMissingScopeInTheFirstConnection(t *testing.T) {
	t.Parallel()
	for held, status := range map[Held]clients.Status{"": clients.OK, HeldFirstConnection: clients.Failed} {
		visit(t, named(t, "reference"), func(b *Behaviour) { b.Refresh.Held = held }, func(s *stage) {
			s.connect(t)
			if o := s.call(t, "write"); o.Status != status {
				t.Errorf("%q: %s %s, want %s", held, o.Status, o.Words, status)
			}
			want(t, s.session.Restart(t.Context()), clients.OK)
			want(t, s.call(t, "write"), clients.OK) // a later run of the program steps up
		})
	}
}
