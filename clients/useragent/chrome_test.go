package useragent

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

func chrome(t *testing.T, b *Browser, o Options) *Chrome {
	t.Helper()
	c, err := NewChrome(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const callbackURI = "http://127.0.0.1:1/callback"

func TestPageThatIsBuiltByScript(t *testing.T) {
	t.Parallel()
	s := newAuthServer(t)
	var got received
	l := open(t, chrome(t, oneBrowser(t), Options{}), clients.Visit{
		URL: s.url("/script", callbackURI), RedirectURI: callbackURI, Receive: got.receive,
	})
	if !l.Delivered || len(got) != 1 {
		t.Errorf("landed at %+v, the client received %q", l, got)
	}
}

func TestVisitsAtTheSameTimeShareNothing(t *testing.T) {
	t.Parallel()
	s := newAuthServer(t)
	ua := chrome(t, oneBrowser(t), Options{Recorder: s.recorder})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			redirect := fmt.Sprintf("http://127.0.0.1:%d/callback", i+1)
			var got received
			l := open(t, ua, clients.Visit{URL: s.url("/authorize", redirect), RedirectURI: redirect, Receive: got.receive})
			if !l.Delivered || len(got) != 1 || !strings.HasPrefix(got[0], redirect) {
				t.Errorf("visit %d landed at %+v, received %q", i, l, got)
			}
		})
	}
	wg.Wait()
	logins := 0
	for _, e := range s.recorder.Snapshot().Exchanges {
		if e.Request.Method == http.MethodPost && strings.Contains(e.Request.URL, "/login") {
			logins++
		}
	}
	if logins != 4 {
		t.Errorf("%d of 4 visits signed in", logins)
	}
}

func TestScreenshotOfAFailure(t *testing.T) {
	t.Parallel()
	s := newAuthServer(t)
	dir := filepath.Join(t.TempDir(), "new")
	ua := chrome(t, oneBrowser(t), Options{Recorder: s.recorder, ScreenshotDir: dir})
	var got received
	visit := clients.Visit{URL: s.url("/authorize", callbackURI), RedirectURI: callbackURI, Receive: got.receive}
	if l := open(t, ua, visit); !l.Delivered {
		t.Errorf("landed at %+v", l)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a picture was taken of a visit that reached the client")
	}
	open(t, ua, clients.Visit{URL: s.url("/strange", callbackURI)})
	files, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil || len(files) != 1 {
		t.Fatalf("pictures: %q, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
	noted := false
	for _, ev := range s.recorder.Snapshot().Events {
		noted = noted || ev.Kind == trace.Note && strings.Contains(ev.Detail["text"], filepath.Base(files[0]))
	}
	if !noted {
		t.Error("the recording does not name the picture")
	}
}

func TestCertificateOfTheDeployment(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		show(w, http.StatusOK, "Welcome")
	}))
	// Refused certificates are the point.
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	both(t, func(t *testing.T, agent func(Options) agent) {
		for _, address := range []string{server.URL, "https://as.test:" + u.Port()} {
			if _, isHTTP := agent(Options{}).(*HTTP); isHTTP && address != server.URL {
				continue // the certificate of httptest names example.com, not as.test
			}
			if l := open(t, agent(Options{RootCAs: pool}), clients.Visit{URL: address}); l.Page == "" || l.Status != http.StatusOK {
				t.Errorf("%s with its certificate: %+v", address, l)
			}
			if l := open(t, agent(Options{}), clients.Visit{URL: address}); l.Status != 0 || strings.Contains(l.Page, "Welcome") {
				t.Errorf("%s without its certificate: %+v", address, l)
			}
		}
	})
}

// members counts the processes of a group.
func members(t *testing.T, group int) int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has just ended
		}
		// pid (name) state parent group
		_, rest, _ := strings.Cut(string(stat), ") ")
		if f := strings.Fields(rest); len(f) > 2 && f[0] != "Z" && f[2] == strconv.Itoa(group) {
			n++
		}
	}
	return n
}

func needsProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("needs /proc to look for processes")
	}
}

// eventually waits for a state of other processes, which tell nobody.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for !ok() {
		select {
		case <-deadline:
			t.Fatal(what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	needsProc(t)
	s := newAuthServer(t)
	b := newBrowser(t)
	ua := chrome(t, b, Options{Recorder: s.recorder})
	failed := make(chan error, 1)
	go func() {
		_, err := ua.Open(context.Background(), clients.Visit{URL: s.URL + "/hang"})
		failed <- err
	}()
	if err := s.recorder.Wait(t.Context(), func(r *trace.Recording) bool { return len(r.Exchanges) > 0 }); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	dir, pid := b.running.profile.Path, b.running.cmd.Process.Pid
	b.mu.Unlock()
	if members(t, pid) < 3 {
		t.Error("the browser does not run")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Error("the visit outlived the browser")
	}
	eventually(t, "processes are left", func() bool { return members(t, pid) == 0 })
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the profile is left: %v", err)
	}
	if _, err := ua.Open(t.Context(), clients.Visit{URL: s.URL}); err == nil {
		t.Error("a closed browser was used")
	}
}

func TestBrowserThatCrashedIsReplaced(t *testing.T) {
	t.Parallel()
	s := newAuthServer(t)
	b := newBrowser(t)
	ua := chrome(t, b, Options{Recorder: s.recorder})
	failed := make(chan error, 1)
	go func() {
		_, err := ua.Open(context.Background(), clients.Visit{URL: s.URL + "/hang"})
		failed <- err
	}()
	if err := s.recorder.Wait(t.Context(), func(r *trace.Recording) bool { return len(r.Exchanges) > 0 }); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	pid := b.running.cmd.Process.Pid
	b.mu.Unlock()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Error("a visit in a crashed browser succeeded")
	}
	if l := open(t, ua, clients.Visit{URL: s.url("/strange", callbackURI)}); l.Status != http.StatusBadRequest {
		t.Errorf("landed at %+v", l)
	}
}

// TestNothingSurvivesAKill kills a process of ours that runs a browser.
func TestNothingSurvivesAKill(t *testing.T) {
	if out := os.Getenv("MCPCOMPAT_TEST_VICTIM"); out != "" {
		b := newBrowser(t)
		if _, err := b.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(out, []byte(fmt.Sprintf("%d %s", b.running.cmd.Process.Pid, b.running.profile.Path)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	t.Parallel()
	needsProc(t)
	newBrowser(t) // skips where there is none
	out := filepath.Join(t.TempDir(), "dir")
	victim := exec.Command(os.Args[0], "-test.run=^TestNothingSurvivesAKill$")
	victim.Env = append(os.Environ(), "MCPCOMPAT_TEST_VICTIM="+out)
	if words, err := victim.CombinedOutput(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the victim ended with %v: %s", err, words)
	}
	left, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	number, dir, _ := strings.Cut(string(left), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "processes are left", func() bool { return members(t, pid) == 0 })
	next, err := scratch.New("next") // whoever makes a folder tidies up
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the profile is left: %v", err)
	}
}

func TestBrowserElsewhere(t *testing.T) {
	t.Parallel()
	path, err := FindBrowser()
	if err != nil {
		t.Skip("needs a browser: " + err.Error())
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), path, "--headless", "--no-sandbox", "--remote-debugging-port=0", "--user-data-dir="+dir, "about:blank")
	cmd.SysProcAttr = attributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Cancel(); _ = cmd.Wait() })
	var port []byte
	eventually(t, "the browser does not say its port", func() bool {
		port, err = os.ReadFile(filepath.Join(dir, "DevToolsActivePort"))
		return err == nil && bytes.Contains(port, []byte("\n"))
	})
	number, _, _ := strings.Cut(string(port), "\n")
	b := NewBrowser(BrowserOptions{RemoteURL: "http://127.0.0.1:" + number})
	s := newAuthServer(t)
	var got received
	visit := clients.Visit{URL: s.url("/authorize", callbackURI), RedirectURI: callbackURI, Receive: got.receive}
	if l := open(t, chrome(t, b, Options{}), visit); !l.Delivered {
		t.Errorf("landed at %+v", l)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(cmd.Process.Pid, 0); err != nil {
		t.Errorf("closing ended a browser that is not ours: %v", err)
	}
}

func TestNoBrowser(t *testing.T) {
	t.Setenv(EnvBrowser, "/nonexistent/browser")
	b := NewBrowser(BrowserOptions{})
	if err := b.Available(); err == nil || !strings.Contains(err.Error(), EnvBrowser) {
		t.Errorf("available: %v", err)
	}
	if _, err := chrome(t, b, Options{}).Open(t.Context(), clients.Visit{URL: "http://127.0.0.1:1/"}); err == nil {
		t.Error("opened without a browser")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	b = NewBrowser(BrowserOptions{Path: "/bin/false"})
	if _, err := chrome(t, b, Options{}).Open(t.Context(), clients.Visit{URL: "http://127.0.0.1:1/"}); err == nil {
		t.Error("opened with a program that is no browser")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
