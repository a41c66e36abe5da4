//go:build unix

package real

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// What an outcome holds of a program's words.
const (
	maxWords  = 40   // lines, of which the last are kept
	maxAnswer = 20   // lines of an answer among them, of which the first are kept
	maxLine   = 2000 // bytes of each line
)

// answered is an error that a program put into words as the answer to what it
// was asked for.
type answered struct {
	words string
	// status is the adapter's own reading of the answer; "" means that the
	// words decide.
	status clients.Status
}

func (a *answered) Error() string { return a.words }

// says reports whether the program answered with such words.
func says(err error, pattern *regexp.Regexp) bool {
	var a *answered
	return errors.As(err, &a) && pattern.MatchString(a.words)
}

// refusals are the words by which programs say that they decline what a server
// offers, as opposed to not getting what they need.
var refusals = regexp.MustCompile(`IssuerMismatchError|AuthorizationServerMismatchError|InsecureTokenEndpointError` +
	`|does not match expected|does not support code challenge method|(?i:issuer mismatch)|iss mismatch|missing iss parameter` +
	`|response missing required issuer|issuer does not match|resource mismatch|refusing to`)

// otherInterface is said of a release that cannot be driven any more.
const otherInterface = "the interface of this release is not the one that its adapter knows"

// changedInterface are the words by which programs say that they do not know
// what an adapter asks of them on the command line.
var changedInterface = regexp.MustCompile(`(?i)unknown (option|argument|command|flag|method|subcommand)` +
	`|unexpected argument|unrecognized (option|argument|subcommand)`)

// stackFrame is a line that only the program's authors can read.
var stackFrame = regexp.MustCompile(`^\s+at `)

// afterthought is how long a program may take, after it has answered with an
// error, to say more of it on its other stream.
const afterthought = 200 * time.Millisecond

// outcome is that of an attempt that did not succeed, in the program's own
// words.
func (b *sandbox) outcome(ctx context.Context, err error) clients.Outcome {
	out := clients.Outcome{Status: clients.Failed}
	var a *answered
	isAnswer := errors.As(err, &a)
	if isAnswer && a.status == "" {
		pause(ctx, afterthought)
	}
	lines := worthReading(b.said())
	answer := b.answer(err)
	lines = append(lines[max(0, len(lines)-maxWords+len(answer)):], answer...)
	said := func(pattern *regexp.Regexp) bool {
		return pattern != nil && slices.ContainsFunc(lines, pattern.MatchString)
	}
	switch {
	case isAnswer && a.status != "":
		out.Status = a.status
	case said(refusals):
		out.Status = clients.Refused
	case said(b.asksLogin):
		out.Status = clients.Unsupported
		lines = append(lines, "it asks for an account of its vendor's")
	case errors.Is(err, proc.ErrExited) && said(changedInterface):
		out.Status = clients.Unsupported
		lines = append(lines, otherInterface)
	default:
		var more string
		if out.Status, more = b.hindered(err, answer, lines); more != "" {
			lines = append(lines, more)
		}
	}
	if isAnswer && out.Status == clients.Failed {
		lines = answer // it says it all
	}
	out.Words = bounded(lines)
	return out
}

// answer are the lines of an error.
func (b *sandbox) answer(err error) (lines []string) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		lines = append(lines, b.clean(line))
	}
	if lines = worthReading(lines); len(lines) == 0 {
		return []string{"it did not say why"}
	}
	return lines[:min(len(lines), maxAnswer)]
}

// bounded are the last lines, each with its beginning.
func bounded(lines []string) string {
	lines = lines[max(0, len(lines)-maxWords):]
	for i, line := range lines {
		if len(line) > maxLine {
			lines[i] = strings.ToValidUTF8(line[:maxLine], "") + "…"
		}
	}
	return strings.Join(lines, "\n")
}

// worthReading are the lines that say something to a person.
func worthReading(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool {
		return strings.TrimSpace(line) == "" || stackFrame.MatchString(line)
	})
}
