package scenarios

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
	"github.com/mcpcompat/mcpcompat/report"
)

// Describe adds to results what is known of their rows and columns, so that
// pages can be rendered from the results alone.
func (c *Catalogue) Describe(r *report.Results) error {
	ofClients, err := quirk.Fields(reflect.TypeFor[emulated.Behaviour](), "client")
	if err != nil {
		return fmt.Errorf("describing the clients: %w", err)
	}
	ofDeployments, err := deployment.Quirks()
	if err != nil {
		return fmt.Errorf("describing the deployments: %w", err)
	}
	rows, columns := map[string]bool{}, map[string]bool{}
	for _, cell := range r.Cells {
		rows[cell.Client+" "+cell.Basis], columns[cell.Deployment] = true, true
	}
	r.Clients, r.Deployments = nil, nil
	for _, client := range c.Clients() {
		if id := client.Identity(); rows[id.String()+" "+string(id.Basis)] {
			r.Clients = append(r.Clients, c.describeClient(client, ofClients))
		}
	}
	for _, d := range c.deployments {
		if columns[d.ID] {
			r.Deployments = append(r.Deployments, describeDeployment(d, ofDeployments))
		}
	}
	return nil
}

func (c *Catalogue) describeClient(client clients.Client, fields []quirk.Field) report.ClientInfo {
	id := client.Identity()
	info := report.ClientInfo{
		Client: id.String(), Basis: string(id.Basis), Name: id.Name, Current: current(client),
	}
	if i := slices.IndexFunc(c.profiles, func(p *emulated.Profile) bool { return p.ID == id.ID }); i >= 0 {
		p := c.profiles[i]
		info.Vendor, info.Homepage, info.Notes = p.Vendor, p.Homepage, strings.TrimSpace(p.Notes)
		info.Archetype, info.Skipped = p.Vendor == "", p.Released.String()
	}
	if limited, ok := client.(clients.Limited); ok {
		info.Limits = limited.Limits()
	}
	e, ok := client.(*emulated.Client)
	if !ok || e.Variant() == nil {
		return info
	}
	// A released program is given a port of this machine; what its documentation
	// tells an operator is in its profile.
	info.Register = e.Registration().RedirectURIs
	v := e.Variant()
	info.Title, info.KnownFrom = v.Title, knownFrom(v)
	for _, s := range subjects() {
		info.Capabilities = append(info.Capabilities, capability(s, e, fields))
	}
	for _, path := range v.AllUnknown() {
		info.Unknown = append(info.Unknown, report.Unknown{Name: path, Used: assumed(fields, path)})
	}
	return info
}

// knownFrom is the best evidence of a variant; what it inherits from another
// one counts only where it differs in nothing but its circumstances.
func knownFrom(v *emulated.Variant) string {
	evidence := v.Evidence
	if len(evidence) == 0 {
		evidence = v.AllEvidence()
	}
	for _, basis := range []emulated.EvidenceBasis{
		emulated.Recorded, emulated.SourceCode, emulated.VendorDoc, emulated.Issue, emulated.ThirdParty, emulated.Specification,
	} {
		if slices.ContainsFunc(evidence, func(e emulated.Evidence) bool { return e.Basis == basis }) {
			return string(basis)
		}
	}
	return ""
}

// subject is a part of the flow, and the groups of fields that are about it.
type subject struct {
	name   string
	groups []string
	// always are fields that are shown also where they conform by default.
	always []string
}

func subjects() []subject {
	return []subject{
		{"discovery", []string{"discovery"}, nil},
		{"registration", []string{"registration", "configured"}, []string{"registration.order"}},
		{"redirect URI", []string{"redirect"}, []string{"redirect.host", "redirect.port", "redirect.path"}},
		{"scope", []string{"scope"}, []string{"scope.order"}},
		{"resource", []string{"resource"}, []string{"resource.authorize"}},
		{"authorization request", []string{"authorize", "state"}, nil},
		{"PKCE", []string{"pkce"}, []string{"pkce.method", "pkce.advertised"}},
		{"`iss`", []string{"issuer"}, []string{"issuer.response"}},
		{"token request", []string{"tokenAuth"}, nil},
		{"refresh", []string{"refresh"}, []string{"refresh.onUnauthorized"}},
		{"step-up", []string{"stepUp"}, []string{"stepUp.response", "stepUp.scope"}},
		{"extensions", []string{"extensions"}, nil},
		{"network", []string{"network"}, nil},
		{"MCP", []string{"protocol"}, nil},
	}
}

// capability is what a client does in a part of the flow. A whole redirect URI
// leaves no room for the parts of a loopback one.
func capability(s subject, e *emulated.Client, fields []quirk.Field) report.Capability {
	out := report.Capability{Name: s.name}
	set := map[string]string{}
	for _, a := range quirk.NonZero(e.Behaviour()) {
		set[a.Path] = a.Value
	}
	for _, f := range fields {
		group, _, _ := strings.Cut(f.Path, ".")
		if !slices.Contains(s.groups, group) {
			continue
		}
		value, differs := set[f.Path]
		switch {
		case differs:
			out.Settings = append(out.Settings, report.Setting{Name: f.Path, Value: value, Meaning: f.Means(value)})
		case slices.ContainsFunc(e.Variant().AllUnknown(), func(u string) bool { return under(f.Path, u) }):
		case slices.Contains(s.always, f.Path) && (group != "redirect" || set["redirect.uri"] == ""):
			out.Settings = append(out.Settings, report.Setting{
				Name: f.Path, Value: f.Default, Default: true,
			})
		}
	}
	for _, evidence := range e.Variant().AllEvidence() {
		var claims []string
		for _, claim := range evidence.Claims {
			if slices.ContainsFunc(s.groups, func(g string) bool { return under(claim, g) }) {
				claims = append(claims, claim)
			}
		}
		if len(claims) > 0 {
			out.Sources = append(out.Sources, report.Source{
				Claims: claims, Basis: string(evidence.Basis), Date: evidence.Date, Source: evidence.Source, Says: evidence.Says,
			})
		}
	}
	return out
}

// under reports whether a path is a group or lies in it.
func under(path, group string) bool { return path == group || strings.HasPrefix(path, group+".") }

// assumed is what the engine does about a field of which nobody knows.
func assumed(fields []quirk.Field, path string) string {
	for _, f := range fields {
		if f.Path == path {
			return f.Default
		}
	}
	return "as the specification says" // a group of fields
}

func describeDeployment(d deployment.Deployment, fields []quirk.Field) report.DeploymentInfo {
	info := report.DeploymentInfo{
		ID: d.ID, Name: d.Name, Kind: string(d.Kind), Provider: string(cmp.Or(d.Provider, deployment.Embedded)),
		Description: strings.TrimSpace(d.Description), RefuseAt: d.RefuseAt, Remedies: d.Remedies,
	}
	// What says who the deployment is differs from the reference, too, and is
	// no setting.
	about := []string{"id", "name", "description", "kind", "refuseAt", "provider", "consentScript", "remedies", "evidence"}
	for _, a := range quirk.NonZero(d) {
		if slices.Contains(about, a.Path) {
			continue
		}
		s := report.Setting{Name: a.Path, Value: a.Value}
		if i := slices.IndexFunc(fields, func(f quirk.Field) bool { return f.Path == a.Path }); i >= 0 {
			s.Meaning = cmp.Or(fields[i].Means(a.Value), fields[i].Takes)
		}
		info.Settings = append(info.Settings, s)
	}
	for _, e := range d.Evidence {
		info.Sources = append(info.Sources, report.Source{
			Claims: e.Claims, Basis: string(e.Basis), Date: e.Date, Source: e.Source, Says: e.Says,
		})
	}
	return info
}
