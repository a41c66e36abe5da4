package report

// ClientInfo describes a row beyond its cells: what is known of the client,
// and how. It is optional in results; without it pages show less.
type ClientInfo struct {
	Client   string `json:"client"` // as in the cells
	Basis    string `json:"basis"`  // as in the cells
	Name     string `json:"name"`
	Vendor   string `json:"vendor,omitempty"`
	Homepage string `json:"homepage,omitempty"`
	Notes    string `json:"notes,omitempty"`
	// Skipped says why the released program of an emulated client is not
	// measured, and how that is known; "" where it is, or where there is none.
	Skipped string `json:"skipped,omitempty"`
	// Title says in a few words what is special about the variant.
	Title string `json:"title,omitempty"`
	// Current says that the client behaves so today; the others are historical
	// variants, or the same program under other circumstances.
	Current bool `json:"current"`
	// Archetype says that nobody ships the client: it shows one behaviour.
	Archetype bool `json:"archetype,omitempty"`
	// KnownFrom is the best evidence that the variant itself has, e.g. recorded;
	// "" for what was measured, and not described.
	KnownFrom string `json:"knownFrom,omitempty"`
	// Limits are what of the product a released program does not stand for, and
	// why; "" for nothing.
	Limits string `json:"limits,omitempty"`
	// Register are the redirect URIs that an operator registers by hand.
	Register []string `json:"register,omitempty"`
	// Capabilities are what the client does on the wire, by subject.
	Capabilities []Capability `json:"capabilities,omitempty"`
	// Unknown is what nobody knows of the client.
	Unknown []Unknown `json:"unknown,omitempty"`
}

// Capability is what a client does in one part of the flow.
type Capability struct {
	Name string `json:"name"` // e.g. registration
	// Settings are what the client does; those that conform by default are
	// marked.
	Settings []Setting `json:"settings,omitempty"`
	Sources  []Source  `json:"sources,omitempty"`
}

// Setting is a quirk and its value.
type Setting struct {
	Name  string `json:"name"` // e.g. redirect.loopbackPort
	Value string `json:"value"`
	// Meaning is what the value means, in words; "" where the value says it.
	Meaning string `json:"meaning,omitempty"`
	// Default says that this is what the specification asks for, and not a
	// quirk.
	Default bool `json:"default,omitempty"`
}

// Unknown is a behaviour of which nobody knows.
type Unknown struct {
	Name string `json:"name"`
	// Used is what the emulation does instead.
	Used string `json:"used"`
}

// Source is how something is known.
type Source struct {
	Claims []string `json:"claims"`
	Basis  string   `json:"basis"` // e.g. recorded, issue
	Date   string   `json:"date"`
	Source string   `json:"source"` // a link, owner/repository#number, or the name of a recording
	Says   string   `json:"says,omitempty"`
}

// DeploymentInfo describes a column beyond its cells. It is optional in
// results, as ClientInfo is.
type DeploymentInfo struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Provider    string `json:"provider"`
	Description string `json:"description"`
	// RefuseAt is the door at which a client turns away from an attack at the
	// latest; "" where there is no attack.
	RefuseAt string    `json:"refuseAt,omitempty"`
	Settings []Setting `json:"settings,omitempty"`
	// Remedies are changes on the operator's side that are worth trying.
	Remedies []string `json:"remedies,omitempty"`
	Sources  []Source `json:"sources,omitempty"`
}
