package emulated

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
)

// stop is why a client went no further, in its own words.
type stop struct {
	status clients.Status
	words  string
}

func (s *stop) Error() string { return s.words }

// refuse is for what the client declines to do.
func refuse(format string, args ...any) error {
	return &stop{status: clients.Refused, words: fmt.Sprintf(format, args...)}
}

// fail is for what others did not let it do.
func fail(format string, args ...any) error {
	return &stop{status: clients.Failed, words: fmt.Sprintf(format, args...)}
}

// unsupported is for what it cannot do.
func unsupported(format string, args ...any) error {
	return &stop{status: clients.Unsupported, words: fmt.Sprintf(format, args...)}
}

// worst joins the reasons of several attempts at one thing. A refusal outranks
// a failure: it is what a person must know.
func worst(what string, reasons []error) error {
	status := clients.Failed
	var words []string
	for _, err := range reasons {
		var s *stop
		if errors.As(err, &s) && s.status == clients.Refused {
			status = clients.Refused
		}
		words = append(words, err.Error())
	}
	if len(words) == 0 {
		return &stop{status: status, words: what}
	}
	return &stop{status: status, words: what + ": " + strings.Join(words, "; ")}
}

// maxWords bounds what a client says, in bytes; a server's words are in it.
const maxWords = 4000

// outcome tells the result of an attempt.
func outcome(ctx context.Context, text string, err error) clients.Outcome {
	if err == nil {
		return clients.Outcome{Status: clients.OK, Text: text}
	}
	o := clients.Outcome{Status: clients.Failed, Words: err.Error()}
	var s *stop
	switch {
	case errors.As(err, &s):
		o.Status = s.status
	case ctx.Err() != nil:
		o.Words = fmt.Sprintf("given up: %s (%s)", context.Cause(ctx), err)
	}
	if len(o.Words) > maxWords {
		o.Words = o.Words[:maxWords] + " …"
	}
	return o
}

func isRefusal(err error) bool {
	var s *stop
	return errors.As(err, &s) && s.status == clients.Refused
}
