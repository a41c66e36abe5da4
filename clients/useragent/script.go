package useragent

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed scripts/*.yaml
var builtin embed.FS

// Script says what a user does at an authorization server: which pages there
// are, what is filled in and what is clicked. It names no server.
type Script struct {
	// ID is how deployments name the script.
	ID string `yaml:"id"`
	// Description says in a sentence whose pages these are.
	Description string `yaml:"description"`
	// Steps are tried in order on each page; the first that matches is played.
	Steps []Step `yaml:"steps"`
}

// Step is what is done on one page.
type Step struct {
	Name  string `yaml:"name"`
	Match Match  `yaml:"match"`
	// Actions are done first, whatever the user decides.
	Actions []Action `yaml:"actions"`
	// Allow and Deny follow, according to the user's decision.
	Allow []Action `yaml:"allow"`
	Deny  []Action `yaml:"deny"`
}

// Match recognises a page. All that is given must hold.
type Match struct {
	// Path is a pattern for the path of the URL, see [path.Match]; "" means
	// any path.
	Path string `yaml:"path"`
	// Element is a selector of an element that must be present; "" means any
	// page. Selectors are compound CSS selectors of tag, #id, .class and
	// [attribute=value] (also ^= and $=), and lists of them.
	Element string `yaml:"element"`
}

// Action is one thing that a user does: fill in a field or click.
type Action struct {
	// Fill selects a field to be filled in.
	Fill string `yaml:"fill"`
	// Value is the text for Fill; the scripts hold no secrets.
	Value string `yaml:"value"`
	// Secret names the text for Fill instead: username or password.
	Secret string `yaml:"secret"`
	// Click selects an element to be clicked.
	Click string `yaml:"click"`
}

// Find returns the built-in script of that id. The error lists the ids there
// are.
func Find(id string) (*Script, error) {
	scripts, err := readBuiltin()
	if err != nil {
		return nil, err
	}
	if s := scripts[id]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("no consent script %q (there are %s)", id, strings.Join(slices.Sorted(maps.Keys(scripts)), ", "))
}

// readBuiltin returns the built-in scripts by id: a script is played in
// thousands of cells.
var readBuiltin = sync.OnceValues(func() (map[string]*Script, error) { //nolint:gochecknoglobals // read once, never changed
	ids, err := IDs()
	if err != nil {
		return nil, err
	}
	scripts := make(map[string]*Script, len(ids))
	for _, id := range ids {
		if scripts[id], err = readScript(builtin, "scripts/"+id+".yaml"); err != nil {
			return nil, err
		}
	}
	return scripts, nil
})

// IDs returns the ids of the built-in scripts, sorted.
func IDs() ([]string, error) {
	files, err := fs.Glob(builtin, "scripts/*.yaml")
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(files))
	for i, file := range files {
		ids[i] = strings.TrimSuffix(path.Base(file), ".yaml")
	}
	return ids, nil
}

// ReadScript reads a script file of the user's own.
func ReadScript(file string) (*Script, error) {
	return readScript(os.DirFS(filepath.Dir(file)), filepath.Base(file))
}

func readScript(fsys fs.FS, name string) (*Script, error) {
	var s Script
	if err := strictyaml.ReadFile(fsys, name, &s); err != nil {
		return nil, fmt.Errorf("consent script: %w", err)
	}
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("consent script %s: %w", name, err)
	}
	return &s, nil
}

// validate returns all that is wrong with the script.
func (s *Script) validate() error {
	var errs []error
	if s.ID == "" {
		errs = append(errs, errors.New("id is missing"))
	}
	if s.Description == "" {
		errs = append(errs, errors.New("description is missing"))
	}
	if len(s.Steps) == 0 {
		errs = append(errs, errors.New("there are no steps"))
	}
	for i, step := range s.Steps {
		where := fmt.Sprintf("step %d (%s)", i+1, step.Name)
		if err := step.validate(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where, err))
		}
	}
	return errors.Join(errs...)
}

func (s Step) validate() error {
	var errs []error
	if s.Name == "" {
		errs = append(errs, errors.New("name is missing"))
	}
	if s.Match == (Match{}) {
		errs = append(errs, errors.New("match is missing: it would be played on every page"))
	}
	if _, err := path.Match(s.Match.Path, "/"); err != nil {
		errs = append(errs, fmt.Errorf("match.path %q: %w", s.Match.Path, err))
	}
	if s.Match.Element != "" {
		if _, err := parseSelector(s.Match.Element); err != nil {
			errs = append(errs, fmt.Errorf("match.element: %w", err))
		}
	}
	if len(s.Actions)+len(s.Allow) == 0 {
		errs = append(errs, errors.New("nothing is done to allow"))
	}
	if len(s.Actions)+len(s.Deny) == 0 {
		errs = append(errs, errors.New("nothing is done to deny"))
	}
	for _, list := range [][]Action{s.Actions, s.Allow, s.Deny} {
		for _, a := range list {
			errs = append(errs, a.validate())
		}
	}
	return errors.Join(errs...)
}

func (a Action) validate() error {
	if (a.Fill == "") == (a.Click == "") {
		return errors.New("an action is either fill or click")
	}
	if a.Click != "" && (a.Value != "" || a.Secret != "") {
		return fmt.Errorf("click %q: value and secret belong to fill", a.Click)
	}
	if a.Fill != "" && a.Value != "" && a.Secret != "" {
		return fmt.Errorf("fill %q: value or secret, not both", a.Fill)
	}
	switch a.Secret {
	case "", secretUsername, secretPassword:
	default:
		return fmt.Errorf("fill %q: unknown secret %q (%s or %s)", a.Fill, a.Secret, secretUsername, secretPassword)
	}
	_, err := parseSelector(a.Fill + a.Click)
	return err
}

const (
	secretUsername = "username"
	secretPassword = "password"
)

// plan lists what is done on the page, in order, by a user who so decides.
func (s Step) plan(d Decision) []Action {
	last := s.Allow
	if d == Deny {
		last = s.Deny
	}
	return append(append([]Action(nil), s.Actions...), last...)
}
