//go:build unix

package useragent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

const (
	startTimeout = 20 * time.Second
	closeTimeout = 5 * time.Second
)

// BrowserOptions say which browser to run.
type BrowserOptions struct {
	// Path is the program; "" means FindBrowser.
	Path string
	// RemoteURL is the DevTools address of a browser that runs elsewhere
	// (ws://host:port or http://host:port); "" means that one is started here.
	RemoteURL string
	// AllowNetwork lets the browser leave the loopback interface, for
	// deployments elsewhere. A remote browser is not restrained either way.
	AllowNetwork bool
}

// Browser is one browser process, started by the first visit and shared by all
// [Chrome] user agents that are made with it. It is safe for concurrent use.
type Browser struct {
	options BrowserOptions
	life    context.Context //nolint:containedctx // it is the life of the process, which outlives any one visit
	kill    context.CancelFunc
	users   sync.WaitGroup // visits, and tabs that are being opened or closed

	mu      sync.Mutex
	closed  bool
	running *instance
}

// NewBrowser starts nothing yet.
func NewBrowser(o BrowserOptions) *Browser {
	b := &Browser{options: o}
	b.life, b.kill = context.WithCancel(context.Background())
	return b
}

// Available returns nil when a browser can be had, else an error that wraps
// ErrNoBrowser.
func (b *Browser) Available() error {
	if b.options.Path != "" || b.options.RemoteURL != "" {
		return nil
	}
	_, err := FindBrowser()
	return err
}

// Close ends the browser and returns when nothing of it is left. Closing twice
// is harmless.
func (b *Browser) Close() error {
	b.mu.Lock()
	b.closed = true
	running := b.running
	b.running = nil
	b.mu.Unlock()
	err := running.close() // visits that go on end with it
	b.users.Wait()
	b.kill()
	return err
}

// run returns the running browser, starting one if there is none (any more),
// and counts the caller among its users.
func (b *Browser) run(ctx context.Context) (*instance, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errors.New("the browser was closed")
	}
	if b.running != nil {
		if b.running.ctx.Err() == nil {
			b.users.Add(1)
			return b.running, nil
		}
		// It crashed. The visit during which it did has failed; later ones
		// get a new one.
		if err := b.running.close(); err != nil {
			return nil, err
		}
		b.running = nil
	}
	started, err := b.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("starting the browser: %w", err)
	}
	b.running = started
	b.users.Add(1)
	b.openSpare(started)
	return started, nil
}

// instance is one run of the browser.
type instance struct {
	ctx     context.Context //nolint:containedctx // chromedp keeps the browser in it
	cancel  context.CancelFunc
	release context.CancelFunc // of the allocator
	cmd     *exec.Cmd          // nil for a remote browser, or one that never started
	profile *scratch.Folder
	// spare holds a tab that was opened ahead of the visit that will use it,
	// or the error of trying.
	spare chan *freshTab
}

func (b *Browser) start(ctx context.Context) (*instance, error) {
	in := &instance{spare: make(chan *freshTab, 1)}
	allocator, err := b.allocator(in)
	if err != nil {
		return nil, err
	}
	in.ctx, in.cancel = chromedp.NewContext(allocator)
	// The life of the browser is bound to the context of this first call, so
	// it must not be the visit's.
	ready := make(chan struct{})
	go func() {
		err = chromedp.Do(in.ctx)
		close(ready)
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	var late error
	select {
	case <-ready:
	case <-ctx.Done():
		late = ctx.Err()
	case <-timer.C:
		late = fmt.Errorf("no answer within %s", startTimeout)
	}
	if late != nil {
		in.cancel()
		<-ready
		err = late
	}
	if err != nil {
		return nil, errors.Join(err, in.close())
	}
	return in, nil
}

// allocator is where chromedp gets the browser from.
func (b *Browser) allocator(in *instance) (context.Context, error) {
	if b.options.RemoteURL != "" {
		var ctx context.Context
		ctx, in.release = remote.NewAllocator(b.life, b.options.RemoteURL)
		return ctx, nil
	}
	path, err := b.options.Path, error(nil)
	if path == "" {
		path, err = FindBrowser()
	}
	if err == nil {
		in.profile, err = scratch.New("browser")
	}
	if err != nil {
		return nil, err
	}
	var ctx context.Context
	ctx, in.release = chromedp.NewExecAllocator(b.life, b.flags(path, in.profile.Path, func(c *exec.Cmd) {
		c.SysProcAttr = attributes()
		in.cmd = c
	})...)
	return ctx, nil
}

// flags keep the browser quiet and, unless it may leave, on this machine.
func (b *Browser) flags(path, profile string, prepare func(*exec.Cmd)) []chromedp.ExecAllocatorOption {
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.ModifyCmdFunc(prepare),
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("lang", "en"),
	)
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // as root it refuses to run otherwise
	}
	if b.options.AllowNetwork {
		return append(flags, chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"))
	}
	return append(flags,
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"),
	)
}

// close kills the browser: there is nothing to save, its profile goes too.
func (in *instance) close() error {
	if in == nil {
		return nil
	}
	if in.ctx != nil && in.ctx.Err() == nil {
		// Should the browser not end when its process is killed, its children
		// hold it up.
		timer := time.AfterFunc(closeTimeout, in.killGroup)
		in.cancel()
		timer.Stop()
	}
	if in.release != nil {
		in.release() // waits for the process
	}
	in.killGroup() // children that outlived it
	return in.profile.Remove()
}

func (in *instance) killGroup() {
	if in.cmd != nil && in.cmd.Process != nil {
		// An error means that nobody of the group is left.
		_ = syscall.Kill(-in.cmd.Process.Pid, syscall.SIGKILL)
	}
}
