//go:build unix

package real

import (
	"context"
	"net"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
)

// A program that shows in any way that it goes on is waited for, for longer than
// one that does nothing would be.
func TestProgressIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := pretended(t, `answer() { read line; echo '{"jsonrpc":"2.0","id":'$1',"result":'"$2"'}'; }
read line
for i in 1 2 3 4 5 6; do sleep 0.5; echo "step $i" >&2; done
echo '{"jsonrpc":"2.0","id":1,"result":{}}'
read initialized; answer 2 '{"tools":[]}'`)
	s.quiet = 1500 * time.Millisecond // of 3 s
	if out := s.Connect(t.Context()); out.Status != clients.OK {
		t.Errorf("%+v", out)
	}
}

// A program that talks for ever is given up all the same.
func TestProgressHasAnEnd(t *testing.T) {
	t.Parallel()
	s := pretended(t, `while :; do sleep 0.1; echo "not yet" >&2; done`)
	s.quiet = 500 * time.Millisecond
	if out := s.Connect(t.Context()); out.Status != clients.TimedOut || !strings.Contains(out.Words, "in vain for an answer to initialize") {
		t.Errorf("%+v", out)
	}
}

// Whoever has less patience than an adapter is not told of a failure either.
func TestImpatienceIsNoFailure(t *testing.T) {
	t.Parallel()
	s := pretended(t, `echo starting >&2; while :; do sleep 1; done`)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if out := s.Connect(ctx); out.Status != clients.TimedOut || !strings.Contains(out.Words, "to the end of the time that it was given") {
		t.Errorf("%+v", out)
	}
	interrupted, stop := context.WithCancel(t.Context())
	stop()
	if out := s.Connect(interrupted); out.Status != clients.Failed {
		t.Errorf("interrupted: %+v", out)
	}
}

// visitor is a user whose browser comes to rest there.
type visitor clients.Landing

func (v visitor) Open(context.Context, clients.Visit) (clients.Landing, error) {
	return clients.Landing(v), nil
}

// following is what a statusWatch asks, and what the servers see of it.
type following struct {
	asked    atomic.Int64
	requests atomic.Int64
	pending  atomic.Bool
	// connected is after how many questions it is; 0 means never.
	connected int64
	// busy is for how many questions the servers have a request of it.
	busy int64
}

func (f *following) ask(context.Context) ([]serverStatus, error) {
	n := f.asked.Add(1)
	f.pending.Store(n < f.busy)
	if n < f.busy && n%10 == 0 {
		f.requests.Add(1)
	}
	if f.connected > 0 && n > f.connected {
		return []serverStatus{{Name: serverName, Status: statusConnected}}, nil
	}
	return []serverStatus{{Name: serverName, Status: statusNeedsLogin}}, nil
}

func (f *following) served() (int, bool) { return int(f.requests.Load()), f.pending.Load() }

// loggingIn follows a login to its end.
func loggingIn(t *testing.T, f *following, seen bool, at clients.Landing, quiet time.Duration) clients.Outcome {
	t.Helper()
	s := pretended(t, `exit 0`)
	b, err := openBrowser(t.TempDir(), visitor(at))
	if err != nil {
		t.Fatal(err)
	}
	closed := s.browser.close()
	s.browser, s.quiet = b, quiet
	if closed != nil {
		t.Fatal(closed)
	}
	if seen {
		s.facts.Served = f.served
	}
	return s.attempt(t.Context(), func(ctx context.Context) (string, error) {
		if err := b.visit("http://as.example/authorize"); err != nil {
			return "", err
		}
		return "", statusWatch{box: s.sandbox, ask: f.ask}.loggedIn(ctx, 0)
	})
}

// Nothing but what the program and the servers show decides when a login is over.
// 150 questions take 3 s, which is how slow a server may be.
func TestLoginEndsWhenTheProgramSaysSo(t *testing.T) {
	t.Parallel()
	delivered := clients.Landing{URL: "http://127.0.0.1:1/callback?code=c", Delivered: true, Status: 200, Page: "You can close this window"}
	denied := clients.Landing{URL: "http://127.0.0.1:1/callback?error=access_denied", Delivered: true, Status: 200, Page: "Denied"}
	for name, tt := range map[string]struct {
		program *following
		seen    bool
		at      clients.Landing
		quiet   time.Duration
		want    clients.Status
		words   string
	}{
		"a slow server":                    {&following{connected: 150, busy: 150}, true, delivered, quietTime, clients.OK, ""},
		"a slow server that nobody sees":   {&following{connected: 150}, false, delivered, quietTime, clients.OK, ""},
		"a program that leaves it at that": {&following{busy: 20}, true, delivered, quietTime, clients.Failed, "needs-auth; the browser showed: You can close"},
		"one of which nobody knows":        {&following{}, false, delivered, time.Second, clients.TimedOut, "in vain for the end of the login"},
		"a denial":                         {&following{}, false, denied, quietTime, clients.Failed, "needs-auth; the browser showed: Denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := loggingIn(t, tt.program, tt.seen, tt.at, tt.quiet)
			if out.Status != tt.want || !strings.Contains(out.Words, tt.words) {
				t.Errorf("%+v, want %s", out, tt.want)
			}
		})
	}
}

// On a machine that has no time for anybody, nobody is given up for that.
func TestLoginOnABusyMachine(t *testing.T) { //nolint:paralleltest // it would slow the others down
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	defer busy.Wait()
	defer stop()
	for range 10 * runtime.GOMAXPROCS(0) {
		busy.Go(func() {
			for ctx.Err() == nil { //nolint:revive // it is to compute, and nothing else
			}
		})
	}
	at := clients.Landing{URL: "http://127.0.0.1:1/callback?code=c", Delivered: true, Status: 200}
	if out := loggingIn(t, &following{connected: 20, busy: 10}, true, at, quietTime); out.Status != clients.OK {
		t.Errorf("%+v", out)
	}
}

// A browser that comes to rest says whose doing that is.
func TestBrowserThatComesToRest(t *testing.T) {
	t.Parallel()
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	for name, tt := range map[string]struct {
		redirect string
		user     clients.UserAgent
		want     clients.Status
		words    string
	}{
		"an error page": {"http://" + address + "/callback", visitor{Page: "invalid_request"}, clients.Failed, "invalid_request"},
		"a browser that fails": {
			"http://" + address + "/callback", failing{net.ErrClosed}, clients.Blocked, "the browser failed",
		},
		"a browser that hangs": {
			"http://" + address + "/callback", failing{context.DeadlineExceeded}, clients.TimedOut, "the browser failed",
		},
		"nobody listens": {"http://127.0.0.1:1/callback", visitor{Page: "connection refused"}, clients.TimedOut, "somebody to listen"},
		"a denial that is shown": {
			"http://" + address + "/callback", visitor{URL: "http://x/?error=access_denied", Delivered: true, Page: "No."}, clients.Failed, "No.",
		},
		"a denial without a word": {
			"http://" + address + "/callback", visitor{URL: "http://x/?error=access_denied", Delivered: true}, clients.TimedOut, "said nothing of the error",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opens := "http://as.example/authorize?redirect_uri=" + url.QueryEscape(tt.redirect)
			s := pretended(t, `read line; "$BROWSER" '`+opens+`'; sleep 600`)
			b, err := openBrowser(t.TempDir(), tt.user)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.browser.close(); err != nil {
				t.Fatal(err)
			}
			s.browser = b
			out := s.Connect(t.Context())
			if out.Status != tt.want || !strings.Contains(out.Words, tt.words) {
				t.Errorf("%+v, want %s", out, tt.want)
			}
		})
	}
	t.Cleanup(func() { free.Close() })
}

// failing is a browser that cannot show anything.
type failing struct{ err error }

func (f failing) Open(context.Context, clients.Visit) (clients.Landing, error) {
	return clients.Landing{}, f.err
}

// A port that is registered by hand is nobody else's until a session has it.
func TestPortIsHeldUntilItIsHandedOver(t *testing.T) {
	t.Parallel()
	one, other := newPortLease("same"), newPortLease("same")
	number := one.port()
	if number < firstPort || number >= firstPort+ports || number != one.port() {
		t.Errorf("port %d, then %d", number, one.port())
	}
	if other.port() == number {
		t.Error("given away twice")
	}
	if _, err := listenAt(number); err == nil {
		t.Error("anybody can have it")
	}
	if err := one.take(t.Context(), "session"); err != nil {
		t.Fatal(err)
	}
	program, err := listenAt(number)
	if err != nil {
		t.Fatalf("the session cannot have it: %v", err)
	}
	if err := program.Close(); err != nil {
		t.Error(err)
	}
	one.giveBack("session")
	if _, err := listenAt(number); err == nil {
		t.Error("between two sessions, anybody can have it")
	}
}

// A program whose own port somebody else holds is not started, unless that is the
// circumstance in which it is to be seen.
func TestFixedPortThatSomebodyElseHolds(t *testing.T) {
	t.Parallel()
	number, held := freePort(t.Name())
	t.Cleanup(func() { held.Close() })
	for _, inUse := range [][]int{nil, {number}} {
		s := pretended(t, `exit 3`)
		s.facts.PortsInUse = inUse
		lease := &portLease{number: number, fixed: true, file: filepath.Join(t.TempDir(), "port.lock")}
		if _, err := leased(t.Context(), lease, s); err != nil {
			t.Fatal(err)
		}
		out := s.Connect(t.Context())
		if inUse == nil && (out.Status != clients.Blocked || !strings.Contains(out.Words, strconv.Itoa(number))) {
			t.Errorf("taken: %+v", out)
		}
		if inUse != nil && out.Status != clients.Failed {
			t.Errorf("said to be taken: %+v", out)
		}
	}
}

func TestWordsOfATakenPort(t *testing.T) {
	t.Parallel()
	b := &sandbox{facts: clients.Facts{PortsInUse: []int{6002}}}
	for line, want := range map[string]bool{
		"Error: listen EADDRINUSE: address already in use 127.0.0.1:6001":          true,
		"Error: listen EADDRINUSE: address already in use 127.0.0.1:6002":          false,
		"[Errno 98] error while attempting to bind on address ('127.0.0.1', 6001)": true,
		"OSError: [Errno 48] Address already in use":                               false, // it is the one that is said to be
		"Address already in use (os error 98) at 127.0.0.1:6001":                   true,
		"listen tcp 127.0.0.1:6001: bind: " + syscall.EADDRINUSE.Error():           true,
		"Port 6001 is already in use":                                              true,
		"Port 6001 is in use, trying another one":                                  false,
		"RuntimeError: could not start the OAuth callback server on port 6001":     true,
		"the user denied the request":                                              false,
		"This email address is already in use on port of call":                     false,
	} {
		if got := b.portTaken(nil, []string{"starting", line}) != ""; got != want {
			t.Errorf("%s: %t", line, got)
		}
	}
}
