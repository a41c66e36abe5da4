package main

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed reasons.yaml
var reasonsFile embed.FS

// Whose matter it is that a scenario is not green.
const (
	notApplicable = "not-applicable" // it examines what we have not and need not have
	theirs        = "suite"          // the suite is in error
	ours          = "ours"           // we are, and it is still open
)

// reason is why scenarios are not green.
type reason struct {
	ID   string `yaml:"id"`
	Mode string `yaml:"mode"`
	// Scenarios are patterns, see [path.Match].
	Scenarios []string `yaml:"scenarios"`
	// Checks are the only ones that the reason is for; nil means all of them.
	Checks []string `yaml:"checks"`
	// Seen is a regular expression that the details of every check that failed or
	// warned must match; "" means that they may say anything.
	Seen string `yaml:"seen"`
	// Whose is not-applicable, suite or ours.
	Whose string `yaml:"whose"`
	Why   string `yaml:"why"`
	// Evidence are links, or what was seen.
	Evidence []string `yaml:"evidence"`

	used bool
}

type reasons []*reason

func readReasons() (reasons, error) {
	var out reasons
	if err := strictyaml.ReadFile(reasonsFile, "reasons.yaml", &out); err != nil {
		return nil, err
	}
	var errs []error
	seen := map[string]bool{}
	for _, r := range out {
		if err := r.check(); err != nil {
			errs = append(errs, fmt.Errorf("reasons.yaml: %s: %w", r.ID, err))
		}
		if seen[r.ID] {
			errs = append(errs, fmt.Errorf("reasons.yaml: two have the id %q", r.ID))
		}
		seen[r.ID] = true
	}
	return out, errors.Join(errs...)
}

// of returns the reasons for runs of released clients, or the others.
func (rs reasons) of(released bool) reasons {
	return slices.DeleteFunc(slices.Clone(rs), func(r *reason) bool { return (r.Mode == modeReleased) != released })
}

func (r *reason) check() error {
	var errs []error
	if r.ID == "" || r.Why == "" || len(r.Scenarios) == 0 {
		errs = append(errs, errors.New("id, why and scenarios must be given"))
	}
	if !slices.Contains([]string{modeClient, modeServer, modeAuthorization, modeReleased}, r.Mode) {
		errs = append(errs, fmt.Errorf("unknown mode %q", r.Mode))
	}
	if !slices.Contains([]string{notApplicable, theirs, ours}, r.Whose) {
		errs = append(errs, fmt.Errorf("unknown whose %q", r.Whose))
	}
	if r.Whose != notApplicable && len(r.Evidence) == 0 {
		errs = append(errs, errors.New("an error needs evidence"))
	}
	if _, err := regexp.Compile(r.Seen); err != nil {
		errs = append(errs, fmt.Errorf("seen: %w", err))
	}
	for _, p := range r.Scenarios {
		if _, err := path.Match(p, ""); err != nil {
			errs = append(errs, fmt.Errorf("scenarios: %q: %w", p, err))
		}
	}
	return errors.Join(errs...)
}

// explains tells whether the reason is one for everything that is wrong in the
// scenario.
func (r *reason) explains(mode string, s scenario) bool {
	matches := func(pattern string) bool {
		ok, err := path.Match(pattern, s.name)
		return ok && err == nil
	}
	if r.Mode != mode || !slices.ContainsFunc(r.Scenarios, matches) {
		return false
	}
	other := func(details string) bool {
		ok, err := regexp.MatchString(r.Seen, details)
		return !ok || err != nil
	}
	if r.Seen != "" && (len(s.details) == 0 || slices.ContainsFunc(s.details, other)) {
		return false
	}
	excused := func(id string) bool { return slices.Contains(r.Checks, id) }
	return r.Checks == nil || len(s.bad) > 0 && !slices.ContainsFunc(s.bad, func(id string) bool { return !excused(id) })
}

// explain gives every scenario that is not green its reason. The error names
// the reasons for which nothing was left: what is green now must not stay
// excused.
func (rs reasons) explain(results []result) error {
	for i := range results {
		for j := range results[i].scenarios {
			s := &results[i].scenarios[j]
			if s.green() {
				continue
			}
			at := slices.IndexFunc(rs, func(r *reason) bool { return r.explains(results[i].mode, *s) })
			if at >= 0 {
				s.reason, rs[at].used = rs[at], true
			}
		}
	}
	var stale []string
	for _, r := range rs {
		if !r.used {
			stale = append(stale, r.ID)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	return fmt.Errorf("%w: reasons.yaml excuses what is not wrong (any more): %s", errNotGreen, strings.Join(stale, ", "))
}

// unexplained is an error that names what is not green for no known reason, or
// for one of ours.
func unexplained(results []result) error {
	var names []string
	for _, res := range results {
		for _, s := range res.scenarios {
			if !s.green() && (s.reason == nil || s.reason.Whose == ours) {
				names = append(names, fmt.Sprintf("%s %s, %s: %s", res.release, res.mode, res.what, s.name))
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%w:\n  %s", errNotGreen, strings.Join(names, "\n  "))
}
