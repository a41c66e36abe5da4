//go:build unix

package real

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// sandbox is what a program sees of a machine in one session: a home directory
// of its own, a browser of ours, and ports that others hold.
type sandbox struct {
	program
	at      installation
	facts   clients.Facts
	masker  *trace.Masker
	browser *browser
	taken   []net.Listener
	// noise is what differs between two runs that are the same, in each line
	// of the program's words; nil means nothing.
	noise *regexp.Regexp
	// private takes out what is known of this machine and its user.
	private *strings.Replacer
	// output, memory and files bound what a process may take, in bytes.
	output, memory, files int64
	// quiet is how long nothing may be seen of the program during an attempt, on
	// the clock of package patience.
	quiet time.Duration
	// env is set for every process besides home and browser.
	env []string
	// endsWithInput says that the program ends when its input does, and takes
	// no notice of being asked to; the zero value asks it only.
	endsWithInput bool

	mu      sync.Mutex
	running []*proc.Process
	last    *proc.Process // the one that was started last, to be asked for its words
	mark    int           // how many lines it had printed when the attempt began
	printed int           // lines of those that were ended
	closed  bool
}

// What a process of a program may take, in bytes (see proc.Options), and how much
// that is beside what was seen.
const (
	// maxOutput is how much it may print: ten times what the most talkative does.
	maxOutput = 16 << 20
	// maxMemory is for it and all that it starts: five times what opencode has.
	maxMemory = 4 << 30
	// maxFiles is for all that is in its home: ten times what opencode writes.
	maxFiles = 1 << 30
)

// errClosed is wrapped when a session is used after it was closed.
var errClosed = errors.New("the session is closed")

// sandbox finds the release and makes the home, the browser shim, and the ports
// that are said to be in use. It starts nothing.
func (r *release) sandbox(ctx context.Context, f clients.Facts) (*sandbox, error) {
	at, err := r.installed(ctx)
	if err != nil {
		return nil, err
	}
	if f.RootCAs != nil {
		return nil, fmt.Errorf("%s: %w: it reads certificates from a file, and only a pool is at hand", r.id, clients.ErrUnavailable)
	}
	if err := os.MkdirAll(f.Home, 0o700); err != nil {
		return nil, fmt.Errorf("%s: %w", r.id, err)
	}
	b := &sandbox{
		program: r.program, at: at, facts: f, masker: trace.NewMasker(),
		quiet: quietTime, output: maxOutput, memory: maxMemory, files: maxFiles,
	}
	private := []string{at.dir, r.id, f.Home, "~"}
	if c := f.Credentials; c != nil && c.ClientSecret != "" {
		private = append(private, c.ClientSecret, "(the client secret)")
	}
	b.private = strings.NewReplacer(private...)
	if b.browser, err = openBrowser(f.Home, f.UserAgent); err != nil { //nolint:contextcheck // it is open as long as the session
		return nil, fmt.Errorf("%s: %w", r.id, err)
	}
	for _, port := range f.PortsInUse {
		// A port that cannot be taken is in use as it should be.
		var lc net.ListenConfig
		l, err := lc.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			b.taken = append(b.taken, l)
		}
	}
	return b, nil
}

// start starts the program with further arguments. It lives until it ends by
// itself or is ended by quit, however long the attempt may take that starts it.
// Of the options only those are looked at that say how it is talked to.
func (b *sandbox) start(args []string, o proc.Options) (*proc.Process, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, fmt.Errorf("%s: %w", b.id, errClosed)
	}
	p, err := proc.Start(context.Background(), b.options(args, o))
	if err != nil {
		return nil, err
	}
	b.running, b.last, b.mark = append(b.running, p), p, 0
	return p, nil
}

// options complete how a process of the program is started.
func (b *sandbox) options(args []string, o proc.Options) proc.Options {
	o.Path, o.Args, o.Home, o.Mask = b.at.path, slices.Concat(b.at.args, args), b.facts.Home, b.clean
	if o.Keep == nil {
		// What is no message to us may be words to a person.
		o.Keep = func(piece string) bool { return !json.Valid([]byte(piece)) }
	}
	o.Limit, o.Memory, o.Files = b.output, b.memory, b.files
	o.Env = slices.Concat(b.browser.environment(), b.compiled(), b.env, o.Env)
	return o
}

// compiled has Node.js keep the code that it has compiled, for all sessions of the
// release: a third of what a large program computes when it starts is spent on
// that. Older ones than 22.1 take no notice of it
// (https://nodejs.org/docs/latest-v22.x/api/module.html#module-compile-cache).
func (b *sandbox) compiled() []string {
	if b.node == "" || b.at.shared == "" {
		return nil
	}
	return []string{"NODE_COMPILE_CACHE=" + filepath.Join(b.at.shared, "compiled")}
}

// watch takes the words of a process that several sessions share, and that ends
// otherwise than with one of them; nil means nobody's.
func (b *sandbox) watch(p *proc.Process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last, b.mark = p, 0
}

// run starts the program with further arguments, lets it run to its end, and
// returns what it printed: at most the last 200 lines, masked. How it ended is
// not looked at, except where that was by our hand.
func (b *sandbox) run(ctx context.Context, args []string, o proc.Options) (lines []string, p *proc.Process, err error) {
	mark := b.browser.mark()
	if p, err = b.start(args, o); err != nil { //nolint:contextcheck // await sees to the end of the context
		return nil, nil, err
	}
	_, err = await[struct{}](ctx, b, p, mark, "", nil)
	if errors.Is(err, proc.ErrExited) && !errors.Is(err, proc.ErrExcess) {
		err = nil
	}
	lines = p.Since(0)
	return lines, p, err
}

// clean makes a line of the program fit to be shown: no secrets, nothing of
// this machine.
func (b *sandbox) clean(line string) string {
	line = b.private.Replace(line)
	if b.noise != nil {
		line = b.noise.ReplaceAllString(line, "")
	}
	return b.masker.Text(line)
}

// begin remembers what the program said before an attempt.
func (b *sandbox) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mark = 0
	if b.last != nil {
		b.mark = b.last.Mark()
	}
}

// said is what the program that was started last has said since begin.
func (b *sandbox) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last == nil {
		return nil
	}
	return b.last.Since(b.mark)
}

// quit ends what runs.
func (b *sandbox) quit() {
	b.mu.Lock()
	running := b.running
	b.running = nil
	b.mu.Unlock()
	for _, p := range running {
		if b.endsWithInput {
			_ = p.CloseInput() // what it has not taken notice of ends it below
		}
		p.Close() //nolint:errcheck // it always returns nil
		b.mu.Lock()
		b.printed += p.Mark()
		b.mu.Unlock()
	}
}

// close ends what runs and leaves nothing but the home. Closing twice is
// harmless.
func (b *sandbox) close() error {
	b.mu.Lock()
	again := b.closed
	b.closed = true
	b.mu.Unlock()
	if again {
		return nil
	}
	b.quit()
	b.vacate()
	return b.browser.close()
}

// vacate gives the ports back that are said to be in use.
func (b *sandbox) vacate() {
	for _, l := range b.taken {
		_ = l.Close() // it only kept others away
	}
	b.taken = nil
}

// writeFile writes one of a program's own files, for its user alone.
func writeFile(name, content string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(content), 0o600)
}
