package emulated

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Released is why the released program of a client is not driven, and how far it
// would go. The zero value is for clients that there is an adapter for, and for
// archetypes, which nobody ships.
type Released struct {
	// Skipped is the kind of reason; required.
	Skipped SkipReason `yaml:"skipped"`
	// Says is the reason in a sentence, and how far the program goes; required.
	Says string `yaml:"says"`
	// Source is a link or an issue (owner/repo#n) that shows it; required.
	Source string `yaml:"source"`
	// Date is the day on which it was looked up, as YYYY-MM-DD; required.
	Date string `yaml:"date"`
	// Basis is the kind of source; required.
	Basis EvidenceBasis `yaml:"basis"`
}

// SkipReason is a kind of reason for which a released program is not driven.
type SkipReason string

// The kinds of reason.
const (
	SkipHosted       SkipReason = "hosted"       // it runs at its vendor, and reaches no server on this machine
	SkipAccount      SkipReason = "account"      // it does nothing before its user has logged in at the vendor
	SkipDesktop      SkipReason = "desktop"      // it is a graphical program without a headless form
	SkipDistribution SkipReason = "distribution" // no package registry has it: it is downloaded from its vendor, or built
	SkipToolchain    SkipReason = "toolchain"    // its language is not among those that adapters are written for
	SkipNotDriven    SkipReason = "not-driven"   // it could be driven, and there is no adapter yet
	SkipNoOAuth      SkipReason = "no-oauth"     // it does not take part in MCP authorization
)

// String says what the reason is and how it is known.
func (r Released) String() string {
	if r.Skipped == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s (%s, %s, %s)", r.Skipped, strings.TrimSpace(r.Says), r.Source, r.Basis, r.Date)
}

// checkReleased reports a reason that is not one, or lacks its evidence.
func (d *document) checkReleased(r Released) {
	if r == (Released{}) {
		return
	}
	reasons := []SkipReason{SkipHosted, SkipAccount, SkipDesktop, SkipDistribution, SkipToolchain, SkipNotDriven, SkipNoOAuth}
	if !slices.Contains(reasons, r.Skipped) {
		d.problemf(d.lines["released"], "released: unknown reason %q, want one of %v", r.Skipped, reasons)
	}
	if strings.TrimSpace(r.Says) == "" || r.Source == "" {
		d.problemf(d.lines["released"], "released needs a sentence and a source")
	}
	if _, err := time.Parse(time.DateOnly, r.Date); err != nil {
		d.problemf(d.lines["released"], "released needs a date as YYYY-MM-DD, not %q", r.Date)
	}
	if !slices.Contains([]EvidenceBasis{SourceCode, VendorDoc, Issue, ThirdParty}, r.Basis) {
		d.problemf(d.lines["released"], "released: unknown basis %q", r.Basis)
	}
}
