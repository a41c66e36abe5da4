//go:build unix

package real

import (
	"context"
	"regexp"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/proc"
)

var (
	// clineChoice is the line of a menu that Enter would choose.
	clineChoice = regexp.MustCompile(`● (\S.*)`)
	clineDone   = regexp.MustCompile(`OAuth authorization completed|(?i:authorization failed|failed to authorize).*|(?i:error:? ).*`)
)

// clineLogin is what the user chooses in the menu.
const clineLogin = "Authorize OAuth"

// interrupt is what Ctrl-C sends, with which a user leaves a menu.
const interrupt = "\x03"

// maxKeys is how often the user presses a key before giving a menu up.
const maxKeys = 20

// login walks through the menu of the command mcp: down to the login, and there
// to the server.
func (d *clineAgent) login(ctx context.Context) error {
	mark := d.box.browser.mark()
	choices, answers := make(chan string, maxKeys), make(chan string, 1)
	o := proc.Options{Terminal: true, Stdout: func(line string) {
		if words := clineDone.FindString(line); words != "" {
			select {
			case answers <- words:
			default: // only the first says what became of it
			}
		}
		if m := clineChoice.FindStringSubmatch(line); m != nil {
			select {
			case choices <- m[1]:
			default: // the user has given up
			}
		}
	}}
	p, err := d.box.start([]string{"mcp"}, o) //nolint:contextcheck // it is ended below
	if err != nil {
		return err
	}
	defer func() {
		// It takes no notice of a signal while its menu is open.
		_, _ = p.Write([]byte(interrupt))
		p.Close() //nolint:errcheck // it always returns nil
	}()
	if err := d.walk(ctx, p, mark, choices); err != nil {
		return err
	}
	words, err := await(ctx, d.box, p, mark, "the login", answers)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(words, "OAuth authorization completed") {
		return &answered{words: words}
	}
	return nil
}

// walk presses keys until the server is chosen, or the user gives the menu up.
func (d *clineAgent) walk(ctx context.Context, p *proc.Process, mark int, choices <-chan string) error {
	fresh := true
	for range maxKeys {
		choice, err := await(ctx, d.box, p, mark, "its menu", choices)
		if err != nil {
			return err
		}
		if fresh {
			// What is typed before a menu has been drawn is lost. One that has
			// followed a key follows the next.
			pause(ctx, glance)
		}
		chosen := strings.HasPrefix(choice, serverName)
		key := "\x1b[B"
		if chosen || strings.HasPrefix(choice, clineLogin) {
			key = "\r"
		}
		fresh = key == "\r"
		_, _ = p.Write([]byte(key)) // a program that has ended is noticed by await
		if chosen {
			return nil
		}
	}
	return nil
}
