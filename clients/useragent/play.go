package useragent

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"

	"github.com/mcpcompat/mcpcompat/clients"
)

const (
	// maxSteps bounds the pages of one visit.
	maxSteps = 20
	// maxRepeats is how often one step is played in a visit: a page that
	// comes back once more has refused what was entered.
	maxRepeats = 2
)

// errNoElement says that the page lacks what an action needs.
var errNoElement = errors.New("no such element")

// tab is a browser tab, as far as a script needs one. The methods that may
// lead to another page return when that page rests.
type tab interface {
	open(ctx context.Context, url string) error
	// find returns the URL of the page and which of the selectors match an
	// element; "" always matches. A page that may still change is given some
	// time until one of them matches.
	find(ctx context.Context, selectors []string) (*url.URL, []bool, error)
	fill(ctx context.Context, selector, text string) error
	click(ctx context.Context, selector string) error
	// landed is where the visit ended, nil while it goes on.
	landed() *clients.Landing
	// rest is where the visit stands without having reached the client.
	rest(ctx context.Context) clients.Landing
}

// play visits the URL and plays the script until the visit has ended or no
// step makes progress.
func (u *user) play(ctx context.Context, t tab, address string) (clients.Landing, error) {
	if err := t.open(ctx, address); err != nil {
		return clients.Landing{}, err
	}
	played := make([]int, len(u.script.Steps))
	for range maxSteps {
		if l := t.landed(); l != nil {
			return *l, nil
		}
		i, err := u.script.next(ctx, t)
		if err != nil {
			return clients.Landing{}, err
		}
		if i < 0 || played[i] == maxRepeats {
			break
		}
		played[i]++
		step := u.script.Steps[i]
		if err := u.perform(ctx, t, step); errors.Is(err, errNoElement) {
			u.note(fmt.Sprintf("consent script %s, step %q: %v", u.script.ID, step.Name, err))
			break
		} else if err != nil {
			return clients.Landing{}, fmt.Errorf("consent script %s, step %q: %w", u.script.ID, step.Name, err)
		}
	}
	if l := t.landed(); l != nil {
		return *l, nil
	}
	return t.rest(ctx), nil
}

// next is the step for the page at hand, -1 for none.
func (s *Script) next(ctx context.Context, t tab) (int, error) {
	selectors := make([]string, len(s.Steps))
	for i, step := range s.Steps {
		selectors[i] = step.Match.Element
	}
	address, found, err := t.find(ctx, selectors)
	if err != nil || address == nil {
		return -1, err
	}
	for i, step := range s.Steps {
		onPath := step.Match.Path == ""
		if !onPath {
			// The pattern was checked when the script was read.
			onPath, _ = path.Match(step.Match.Path, address.Path)
		}
		if onPath && found[i] {
			return i, nil
		}
	}
	return -1, nil
}

func (u *user) perform(ctx context.Context, t tab, s Step) error {
	for _, a := range s.plan(u.decided()) {
		var err error
		if a.Fill != "" {
			err = t.fill(ctx, a.Fill, u.text(a))
		} else {
			err = t.click(ctx, a.Click)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
