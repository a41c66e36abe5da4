package emulated

import (
	"errors"
	"fmt"
	"slices"

	"github.com/mcpcompat/mcpcompat/clients"
)

// Profile is one client: who makes it, and how each of its variants behaves.
type Profile struct {
	// ID names the client on the command line, for example claude-code.
	ID string `yaml:"id"`
	// Name is the client's name as its maker writes it.
	Name string `yaml:"name"`
	// Vendor is who makes the client; "" for an archetype.
	Vendor string `yaml:"vendor"`
	// Homepage is where the client is described.
	Homepage string `yaml:"homepage"`
	// Notes are for readers: what a table cannot show.
	Notes string `yaml:"notes"`
	// Released is why the released program is not driven; nothing for those that
	// are, and for archetypes.
	Released Released `yaml:"released"`
	// Variants are the client's behaviours by version and circumstance.
	Variants []*Variant `yaml:"variants"`

	file string
}

// Variant is how a client behaves in a range of versions, in a circumstance.
type Variant struct {
	// Behaviour is how the client differs from the conformant defaults.
	Behaviour `yaml:",inline"`

	// Versions are those that behave so: comparators joined by blanks, all of
	// which hold (">=2.1.77 <2.1.82"), one exact version, "*" for all, or
	// "current" where the vendor names none.
	Versions string `yaml:"versions"`
	// Version is the version that the variant was described from; it is shown.
	Version string `yaml:"version"`
	// Condition names a circumstance, for example port-taken; "" means the
	// usual ones.
	Condition string `yaml:"condition"`
	// Title says in a few words what is special about the variant.
	Title string `yaml:"title"`
	// Current says that this is how the client behaves today.
	Current bool `yaml:"current"`
	// Extends names the version of another variant of this file (with
	// +condition if it has one) whose behaviour and evidence this one starts
	// from; "" means the conformant defaults.
	Extends string `yaml:"extends"`
	// Circumstances are what the condition means for the client's machine.
	Circumstances Circumstances `yaml:"circumstances"`
	// Operator is what the documentation tells an operator to register.
	Operator Operator `yaml:"operator"`
	// Unknown are paths of fields about which nobody knows; the engine uses
	// the default and the reports say so.
	Unknown []string `yaml:"unknown"`
	// Evidence says how each difference is known.
	Evidence []Evidence `yaml:"evidence"`

	inherited []Evidence
	unknown   []string
}

// Circumstances are facts of the user's machine that belong to a condition.
type Circumstances struct {
	// PortsInUse are loopback ports that other programs of the user hold,
	// besides those in clients.Facts.
	PortsInUse []int `yaml:"portsInUse"`
}

// Operator is what a client's documentation tells an operator to register by
// hand.
type Operator struct {
	// RedirectURIs to register; nil means the client's redirect URI, without a
	// port if the port is ephemeral.
	RedirectURIs []string `yaml:"redirectUris"`
	// AuthMethod is the token endpoint authentication method for a client with
	// a secret; "" means a public client.
	AuthMethod string `yaml:"authMethod"`
	// ApplicationType is native or web; "" means native.
	ApplicationType string `yaml:"applicationType"`
	// Credentials says whether a user can type in a client_id: "" yes;
	// "nowhere" the client has no place for one.
	Credentials OperatorCredentials `yaml:"credentials"`
}

// OperatorCredentials is whether a client can be handed a client_id.
type OperatorCredentials string

// Choices besides that it can.
const (
	CredentialsNowhere OperatorCredentials = "nowhere"
)

// Evidence is how something about a variant is known.
type Evidence struct {
	// Claims are paths of fields, or of groups of them.
	Claims []string `yaml:"claims"`
	// Source is an issue (owner/repo#n), a link or the name of a recording.
	Source string `yaml:"source"`
	// Date is the day of the observation, as YYYY-MM-DD: when the recording was
	// made, or when the source was written or last read.
	Date string `yaml:"date"`
	// Basis is the kind of source.
	Basis EvidenceBasis `yaml:"basis"`
	// Says is what the source says, in a sentence; "" where the claims do.
	Says string `yaml:"says"`
}

// EvidenceBasis is the kind of source that evidence rests on.
type EvidenceBasis string

// The kinds of source, strongest first.
const (
	Recorded      EvidenceBasis = "recorded"      // seen on the wire of the released program
	SourceCode    EvidenceBasis = "source"        // read in the program's source
	VendorDoc     EvidenceBasis = "vendor-doc"    // said by the vendor's documentation
	Issue         EvidenceBasis = "issue"         // reported in an issue or pull request
	ThirdParty    EvidenceBasis = "third-party"   // somebody else's write-up
	Specification EvidenceBasis = "specification" // the law itself, for clients that nobody ships
)

// Behaviour is everything in which clients differ, by door of the flow. The
// zero value is a client that conforms to revision 2026-07-28. The words that
// each field takes, with their meaning, are in the table of package quirk.
type Behaviour struct {
	// Discovery is how the client finds the authorization server.
	Discovery Discovery `yaml:"discovery"`
	// Configured is what a user can type in instead of discovering it.
	Configured Configured `yaml:"configured"`
	// Registration is how the client comes by a client_id.
	Registration Registration `yaml:"registration"`
	// Redirect is where the client receives the authorization response.
	Redirect Redirect `yaml:"redirect"`
	// Scope is what the client asks for.
	Scope Scope `yaml:"scope"`
	// Resource is the resource indicator (RFC 8707).
	Resource Resource `yaml:"resource"`
	// Authorize is the rest of the authorization request.
	Authorize Authorize `yaml:"authorize"`
	// PKCE is the proof key (RFC 7636).
	PKCE PKCE `yaml:"pkce"`
	// State is the state parameter.
	State State `yaml:"state"`
	// Issuer is the iss parameter of the authorization response (RFC 9207).
	Issuer Issuer `yaml:"issuer"`
	// TokenAuth is how the client authenticates at the token endpoint.
	TokenAuth TokenAuth `yaml:"tokenAuth"`
	// Refresh is what the client does when an access token ends.
	Refresh Refresh `yaml:"refresh"`
	// StepUp is what the client does when a scope is missing.
	StepUp StepUp `yaml:"stepUp"`
	// Extensions are optional parts of OAuth that the client supports.
	Extensions Extensions `yaml:"extensions"`
	// Network is what the client guards against.
	Network Network `yaml:"network"`
	// Headers are the header fields of the client's requests.
	Headers Headers `yaml:"headers"`
	// Order is the order of members and parameters.
	Order Order `yaml:"order"`
	// Protocol is how the client speaks MCP.
	Protocol Protocol `yaml:"protocol"`
}

// Undocumented is an error for every client ID metadata document of the
// profile of which there is no copy; captured tells whether there is one.
func (p *Profile) Undocumented(captured func(url string) bool) error {
	var errs []error
	seen := map[string]bool{"": true}
	for _, v := range p.Variants {
		for _, u := range []string{v.Registration.ClientIDMetadataDocument, v.Registration.DocumentWithoutIss} {
			if !seen[u] && !captured(u) {
				errs = append(errs, fmt.Errorf("%s: %s: no copy of %s in documents/ beside the profile", p.file, p.ID, u))
			}
			seen[u] = true
		}
	}
	return errors.Join(errs...)
}

// AllEvidence is the variant's own evidence followed by what it inherited.
func (v *Variant) AllEvidence() []Evidence {
	return append(append([]Evidence(nil), v.Evidence...), v.inherited...)
}

// AllUnknown are the variant's own unknown fields and those of the variants
// that it extends.
func (v *Variant) AllUnknown() []string { return slices.Clone(v.unknown) }

// Known returns the evidence for the field at path, strongest statement first
// being the variant's own; nil means that the default is assumed.
func (v *Variant) Known(path string) []Evidence {
	var out []Evidence
	for _, e := range v.AllEvidence() {
		for _, claim := range e.Claims {
			if covers(claim, path) {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

// Client makes the variant a row of the matrix. version is shown; "" means the
// variant's own.
func (p *Profile) Client(v *Variant, version string) *Client {
	if version == "" {
		version = v.Version
	}
	id := clients.Identity{ID: p.ID, Name: p.Name, Version: version, Condition: v.Condition, Basis: clients.Emulated}
	c := New(id, v.Behaviour)
	c.operator, c.portsInUse, c.variant, c.released = v.Operator, v.Circumstances.PortsInUse, v, p.Released
	return c
}
