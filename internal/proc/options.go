package proc

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// ErrExited is wrapped by [Process.Await] when the program ended before it
// printed what was awaited.
var ErrExited = errors.New("the program has ended")

// ErrExcess is wrapped by [Process.Err] when the program was ended because it took
// more than it may have, and so by the errors that say of what.
var ErrExcess = errors.New("it was ended")

// What a program can take too much of.
var (
	ErrFlood  = fmt.Errorf("%w: output without end", ErrExcess)
	ErrMemory = fmt.Errorf("%w: too much memory", ErrExcess)
	ErrFiles  = fmt.Errorf("%w: too much in its files", ErrExcess)
)

const (
	defaultLines = 200
	defaultGrace = 2 * time.Second
	// maxLine bounds one line of output, in bytes; what is longer arrives in
	// pieces of this size.
	maxLine = 1 << 20
	// maxPiece bounds what Options.Split makes, in bytes; nothing is heard of a
	// program that sends a longer one.
	maxPiece = 16 << 20
	// terminalColumns is so wide that no program wraps a URL.
	terminalColumns = 4000
	terminalRows    = 50
)

// Options say what to run and how.
type Options struct {
	// Path is the program; it is looked up in Env's PATH only if it holds no
	// separator.
	Path string
	// Args are the arguments after the program's name.
	Args []string
	// Dir is the working directory; "" means Home.
	Dir string
	// Home becomes HOME and the XDG directories; required, so that nothing of
	// the person's own configuration is read or written.
	Home string
	// Env are further variables, NAME=value; they win over the minimal
	// environment of this package.
	Env []string
	// Terminal runs the program in a pseudo-terminal of 4000 columns instead
	// of on three pipes.
	Terminal bool
	// Stdout receives each line of standard output, in order, from one
	// goroutine. nil means that standard output is kept for Tail and Await like
	// standard error. A terminal has one output only, which counts as standard
	// output.
	Stdout func(line string)
	// Keep says which of the lines that Stdout receives are kept as well; nil means
	// none.
	Keep func(line string) bool
	// Split cuts standard output into what Stdout receives; nil means lines. A
	// terminal is always read in lines.
	Split bufio.SplitFunc
	// Limit is how many bytes the program may print, all its streams together
	// and 64 more for each line, before it is ended; 0 means that it may go on
	// for ever.
	Limit int64
	// Memory is how many bytes the program and all that it has started may have in
	// memory together before they are ended; 0 means any number. What they share
	// counts for each of them. Only Linux is asked.
	Memory int64
	// Files is how many bytes the files below Home may hold together before the
	// program is ended; 0 means any number.
	Files int64
	// Mask replaces secrets in the lines that are kept; nil means none.
	Mask func(line string) string
	// Lines is how many of the last lines are kept; 0 means 200.
	Lines int
	// Grace is how long the program may take to end after SIGTERM before it
	// is killed; 0 means two seconds.
	Grace time.Duration
}

func (o Options) withDefaults() (Options, error) {
	if o.Path == "" {
		return o, errors.New("proc: no program given")
	}
	if o.Home == "" {
		return o, errors.New("proc: " + o.Path + ": no home directory given")
	}
	if o.Dir == "" {
		o.Dir = o.Home
	}
	if o.Lines == 0 {
		o.Lines = defaultLines
	}
	if o.Split == nil {
		o.Split = splitLine
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	return o, nil
}

// environment is all that the program sees: enough to run, and nothing of the
// person's own (no proxies, no display, no tokens).
func (o Options) environment() []string {
	env := []string{
		"HOME=" + o.Home,
		"XDG_CONFIG_HOME=" + o.Home + "/.config",
		"XDG_DATA_HOME=" + o.Home + "/.local/share",
		"XDG_STATE_HOME=" + o.Home + "/.local/state",
		"XDG_CACHE_HOME=" + o.Home + "/.cache",
		"TMPDIR=" + o.Home,
		"LANG=C.UTF-8",
		"TERM=xterm-256color",
		"NO_COLOR=1",
	}
	if path := os.Getenv("PATH"); path != "" {
		env = append(env, "PATH="+path)
	}
	for _, extra := range o.Env {
		name, _, _ := strings.Cut(extra, "=")
		env = slices.DeleteFunc(env, func(have string) bool { return strings.HasPrefix(have, name+"=") })
		env = append(env, extra)
	}
	return env
}
