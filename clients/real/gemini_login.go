//go:build unix

package real

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

var (
	geminiAsks = regexp.MustCompile(`Do you want to continue\?`)
	geminiDone = regexp.MustCompile(`Successfully authenticated|Failed to authenticate.*|Authentication cancelled.*`)
)

// geminiGlance is how long the user waits for the browser to open before typing
// again.
const geminiGlance = 2 * time.Second

// loggedIn says that the program has stored tokens, good or bad.
func (d *geminiCommand) loggedIn() bool {
	_, err := os.Stat(filepath.Join(d.box.facts.Home, ".gemini", "mcp-oauth-tokens.json"))
	return err == nil
}

// login logs in with the command that the program has for that, which works in
// its terminal interface only. The login that begins by itself takes no notice of
// a client_id in the settings, and the program never begins one by itself while
// it has tokens, however bad they are.
func (d *geminiCommand) login(ctx context.Context) error {
	mark := d.box.browser.mark()
	asked, ended := make(chan struct{}, 1), make(chan string, 1)
	var once sync.Once
	o := proc.Options{Terminal: true, Stdout: func(line string) {
		if geminiAsks.MatchString(line) {
			once.Do(func() { asked <- struct{}{} })
		}
		if words := geminiDone.FindString(line); words != "" {
			select {
			case ended <- words:
			default: // only the first says what became of it
			}
		}
	}}
	args := []string{"-m", geminiModel, "--skip-trust", "-i", "/mcp auth " + serverName}
	p, err := d.box.start(args, o) //nolint:contextcheck // it is ended below
	if err != nil {
		return err
	}
	defer p.Close() //nolint:errcheck // it always returns nil
	answers := make(chan string, 1)
	go func() {
		for {
			select {
			case <-asked:
				d.agree(ctx, p, func() bool { return d.box.browser.mark() == mark && len(ended) == 0 })
			case words := <-ended:
				answers <- words
				return
			case <-ctx.Done():
				return
			case <-p.Done():
				return
			}
		}
	}()
	words, err := await(ctx, d.box, p, mark, "the login", answers)
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(words, "Successfully"):
		return nil
	}
	return &answered{words: words}
}

// agree answers the question whether a browser may be opened. What is typed before
// the dialogue has been drawn is lost, so the user looks whether one opens, and
// types again while the question is open.
func (*geminiCommand) agree(ctx context.Context, p *proc.Process, open func() bool) {
	for open() && p.Err() == nil {
		pause(ctx, glance)
		_, _ = p.Write([]byte("\r")) // a program that has ended is noticed by whoever waits for it
		if !pause(ctx, geminiGlance) {
			return
		}
	}
}
