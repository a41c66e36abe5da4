package emulated

import (
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// The lengths of a code verifier (RFC 7636 section 4.1).
const (
	shortestVerifier = 43
	longestVerifier  = 128
)

// behaviourGroup is the group of the table of settings that Behaviour is.
const behaviourGroup = "client"

// checkValues reports words that a field does not know, and numbers out of
// range.
func (d *document) checkValues(v *Variant, n *variantNode) {
	operator := struct {
		Operator Operator `yaml:"operator"`
	}{v.Operator}
	for _, problem := range append(quirk.Check(behaviourGroup, v.Behaviour), quirk.Check("", operator)...) {
		path, _, _ := strings.Cut(problem.Error(), ":")
		d.problemf(n.line(path), "%s", problem)
	}
	if l := v.PKCE.VerifierLength; l != 0 && (l < shortestVerifier || l > longestVerifier) {
		d.problemf(n.line("pkce.verifierLength"), "pkce.verifierLength: %d is not between %d and %d (RFC 7636 section 4.1)",
			l, shortestVerifier, longestVerifier)
	}
}

// present gives fields their present words where a file has former ones.
func (v *Variant) present() error { return quirk.Rename(behaviourGroup, &v.Behaviour) }
