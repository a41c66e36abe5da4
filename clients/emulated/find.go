package emulated

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
)

// ErrUnknownClient is wrapped when a selector names no client, version or
// condition; the message says which there are.
var ErrUnknownClient = errors.New("unknown client")

// Clients returns a row for every variant, in the order of the files.
func (ps Profiles) Clients() []clients.Client {
	var out []clients.Client
	for _, p := range ps {
		for _, v := range p.Variants {
			out = append(out, p.Client(v, ""))
		}
	}
	return out
}

// Find returns the clients that a selector names: "id" its current variants,
// "id@version" the variant whose range contains the version, and either with
// "+condition" the one in that circumstance, for example
// vscode@1.107+port-taken.
func (ps Profiles) Find(selector string) ([]*Client, error) {
	rest, condition, _ := strings.Cut(selector, "+")
	id, version, hasVersion := strings.Cut(rest, "@")
	at := slices.IndexFunc(ps, func(p *Profile) bool { return p.ID == id })
	if at < 0 {
		ids := make([]string, len(ps))
		for i, p := range ps {
			ids[i] = p.ID
		}
		return nil, fmt.Errorf("%w %q: there are %s", ErrUnknownClient, id, strings.Join(ids, ", "))
	}
	p := ps[at]
	var out []*Client
	for _, v := range p.Variants {
		switch {
		case hasVersion:
			if v.Condition == condition && v.contains(version) {
				out = append(out, p.Client(v, version))
			}
		case condition == "" && v.Current, condition != "" && v.Condition == condition && p.isCurrent(v):
			out = append(out, p.Client(v, ""))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w %q: %s has %s", ErrUnknownClient, selector, id, p.known())
	}
	return out, nil
}

// contains tells whether the variant is that of the version.
func (v *Variant) contains(version string) bool {
	r, err := parseRange(v.Versions)
	return err == nil && r.contains(version)
}

// isCurrent tells whether the variant is how the current program behaves in
// its circumstances.
func (p *Profile) isCurrent(v *Variant) bool {
	return v.Current || slices.ContainsFunc(p.Variants, func(w *Variant) bool { return w.Current && v.contains(w.Version) })
}

// known lists the profile's variants for a message.
func (p *Profile) known() string {
	words := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		words[i] = v.Versions
		if v.Condition != "" {
			words[i] += " +" + v.Condition
		}
	}
	return strings.Join(words, "; ")
}
