package emulated

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
)

func TestWhichChallengeIsRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		headers  []string
		any, one bool // seen by a client that looks for Bearer, and by one that reads the first
	}{
		{[]string{`Bearer scope="a"`, "Negotiate"}, true, true},
		{[]string{"Negotiate", `Bearer scope="a"`}, true, false},
		{[]string{`Negotiate, Bearer scope="a"`}, true, false},
		{[]string{"Negotiate"}, false, false},
		{nil, false, false},
	} {
		h := http.Header{"Www-Authenticate": test.headers}
		s := &Session{}
		if seen := s.chosen(h) != nil; seen != test.any {
			t.Errorf("%q: a Bearer challenge is seen: %t", test.headers, seen)
		}
		s.behaviour.Discovery.Challenge = FirstChallenge
		if seen := s.chosen(h) != nil; seen != test.one {
			t.Errorf("%q: the first challenge is for Bearer: %t", test.headers, seen)
		}
	}
}

func TestARelativeMetadataURLEndsTheAttempt(t *testing.T) {
	t.Parallel()
	relative := named(t, "reference", "mcpServer.challenge.resourceMetadata", "relative")
	for _, test := range []struct {
		choice     ChallengeURL
		deployment deployment.Deployment
		status     clients.Status
		documents  int
	}{
		{"", relative, clients.OK, 1},
		{ChallengeURLAbsolute, relative, clients.Refused, 0},
		{ChallengeURLAbsolute, named(t, "reference"), clients.OK, 1},
	} {
		s := visit(t, test.deployment, func(b *Behaviour) { b.Discovery.ChallengeURL = test.choice }, func(s *stage) {
			want(t, s.session.Connect(t.Context()), test.status)
		})
		if n := s.countPaths(http.MethodGet, "/.well-known/oauth-protected-resource/mcp"); n != test.documents {
			t.Errorf("%q: %d requests for resource metadata", test.choice, n)
		}
	}
}

func TestATokenThatIsLostInARedirect(t *testing.T) {
	t.Parallel()
	slash := named(t, "reference", "mcpServer.transport.redirectSlash", "temporary")
	visit(t, slash, func(*Behaviour) {}, func(s *stage) { s.connect(t) })
	visit(t, slash, func(b *Behaviour) { b.Network.MCPRedirects = RedirectsWithoutToken }, func(s *stage) {
		if o := s.session.Connect(t.Context()); o.Status == clients.OK {
			t.Errorf("connects: %s", o.Words)
		}
	})
	visit(t, named(t, "reference"), func(b *Behaviour) { b.Network.MCPRedirects = RedirectsWithoutToken }, func(s *stage) {
		s.connect(t)
	})
}
