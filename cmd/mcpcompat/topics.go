package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// topic is something that explain can put into words.
type topic struct {
	name string
	text func(report.TextOptions) string
}

// topicsOf returns everything that has a name, in the order in which names are
// looked up.
func topicsOf(cat catalogue) ([]topic, error) {
	fields, err := quirks()
	if err != nil {
		return nil, err
	}
	changes, err := remedyTopics(cat)
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		checkTopics(cat), requirementTopics(cat), quirkTopics(cat, fields), clientTopics(cat),
		deploymentTopics(cat), otherTopics(cat), changes,
	), nil
}

func newTopic(name, title string, body func(*report.Page)) topic {
	return topic{name, func(o report.TextOptions) string {
		p := report.NewPage(o)
		p.Heading(title)
		body(p)
		return p.String()
	}}
}

func checkTopics(cat catalogue) []topic {
	var out []topic
	for _, c := range cat.Checks() {
		out = append(out, newTopic(c.ID, "check "+c.ID, func(p *report.Page) {
			p.Field("scenario", c.Scenario)
			p.Field("door", string(c.Stage))
			p.Field("needs", c.Needs+" (untested without it)")
			if len(c.Breaks) > 0 {
				var doors []string
				for _, b := range c.Breaks {
					doors = append(doors, string(b))
				}
				p.Field("breaks", strings.Join(doors, ", "))
			}
			if row, ok := cat.Book().Of(c.ID); ok {
				law(p, row)
			}
		}))
	}
	return out
}

func requirementTopics(cat catalogue) []topic {
	var out []topic
	for _, r := range cat.Book().Rows() {
		out = append(out, newTopic(r.ID, "requirement "+r.ID, func(p *report.Page) { law(p, r) }))
	}
	return out
}

func law(p *report.Page, r requirement.Row) {
	p.Field("law", r.ID)
	p.Field("party", string(r.Party))
	p.Field("level", levels(r))
	p.Field("says", report.LawSentence(r, string(newestLevel(r))))
	p.Field("source", r.Source)
	if len(r.Check) > 0 {
		p.Field("checked by", strings.Join(r.Check, ", "))
	}
	if r.Unobservable != "" {
		p.Field("unobservable", r.Unobservable)
	}
}

// newestLevel is the level of a row in the newest revision that has it.
func newestLevel(r requirement.Row) requirement.Level {
	revisions := requirement.Revisions()
	for _, revision := range slices.Backward(revisions) {
		if level, ok := r.In(revision); ok {
			return level
		}
	}
	return ""
}

func quirkTopics(cat catalogue, fields []quirk.Field) []topic {
	var out []topic
	for _, q := range fields {
		out = append(out, newTopic(q.Path, "quirk "+q.Path, func(p *report.Page) {
			p.Text(q.Is)
			p.Field("of", q.Side)
			p.Field("type", q.Type)
			p.Field("default", q.Default)
			for _, v := range q.Values {
				p.Text(v.Word + ": " + v.Means)
			}
			if q.Takes != "" {
				p.Text("or " + q.Takes)
			}
			if q.Note != "" {
				p.Text(q.Note)
			}
			if users := quirkUsers(cat, q.Path); len(users) > 0 {
				p.Field("seen in", strings.Join(users, ", "))
			}
		}))
	}
	return out
}

// quirkUsers are the clients or deployments that have the quirk.
func quirkUsers(cat catalogue, path string) []string {
	var users []string
	for _, c := range cat.Clients() {
		for _, a := range clientQuirks(c) {
			if clientGroup+"."+a.Path == path {
				users = append(users, c.Identity().String()+" ("+a.Value+")")
			}
		}
	}
	for _, d := range cat.Deployments() {
		for _, a := range d.Settings() {
			if a.Path == path {
				users = append(users, d.ID+" ("+a.Value+")")
			}
		}
	}
	return users
}

func clientQuirks(c clients.Client) []quirk.Assignment {
	if e, ok := c.(*emulated.Client); ok {
		return quirk.NonZero(e.Behaviour())
	}
	return nil
}

func clientTopics(cat catalogue) []topic {
	var out []topic
	byID := map[string][]clients.Client{}
	var ids []string
	for _, c := range cat.Clients() {
		i := c.Identity()
		if byID[i.ID] == nil {
			ids = append(ids, i.ID)
		}
		byID[i.ID] = append(byID[i.ID], c)
		out = append(out, newTopic(i.String(), i.Name+" "+i.Version, func(p *report.Page) { client(p, c) }))
	}
	for _, id := range ids {
		out = append(out, newTopic(id, "client "+id, func(p *report.Page) {
			for _, c := range byID[id] {
				p.Heading(c.Identity().String() + " (" + string(c.Identity().Basis) + ")")
				client(p, c)
			}
		}))
	}
	return out
}

// otherVersions are the clients that a name stands for whose version lies in
// the range of a profile's variant, found as run finds them; nil for any other
// name.
func otherVersions(cat catalogue, name string) []topic {
	if !strings.Contains(name, "@") {
		return nil
	}
	plan, err := cat.Select(scenarios.Selection{Clients: []string{name}, Basis: string(clients.Emulated)})
	if err != nil {
		return nil // explain says itself that there is nothing of that name, and what there is
	}
	var out []topic
	seen := map[clients.Identity]bool{}
	for _, cell := range plan.Cells {
		i, v := cell.Client.Identity(), variantOf(cell.Client)
		if seen[i] || v == nil {
			continue
		}
		seen[i] = true
		out = append(out, newTopic(i.String(), i.Name+" "+i.Version, func(p *report.Page) {
			p.Field("versions", v.Versions+", which behave as "+v.Version)
			client(p, cell.Client)
		}))
	}
	return out
}

func client(p *report.Page, c clients.Client) {
	p.Field("name", c.Identity().Name)
	p.Field("basis", string(c.Identity().Basis))
	r := c.Registration()
	if len(r.RedirectURIs) > 0 {
		p.Field("register by hand", strings.Join(r.RedirectURIs, ", "))
	}
	if l := limits(c); l != "" {
		p.Field("limits", l)
	}
	v := variantOf(c)
	if v == nil {
		return
	}
	if v.Title != "" {
		p.Field("about", v.Title)
	}
	for _, a := range clientQuirks(c) {
		p.Field("quirk", clientGroup+"."+a.Path+": "+a.Value)
	}
	if len(v.Unknown) > 0 {
		p.Field("unknown", strings.Join(v.Unknown, ", "))
	}
	for _, e := range v.AllEvidence() {
		p.Field("evidence", fmt.Sprintf("%s (%s, %s): %s", e.Source, e.Basis, e.Date, strings.Join(e.Claims, ", ")))
	}
}

func deploymentTopics(cat catalogue) []topic {
	var out []topic
	for _, d := range cat.Deployments() {
		out = append(out, newTopic(d.ID, "deployment "+d.ID, func(p *report.Page) { deploymentPage(p, d) }))
	}
	return out
}

func deploymentPage(p *report.Page, d deployment.Deployment) {
	if d.Name != "" {
		p.Field("name", d.Name)
	}
	p.Field("kind", string(d.Kind))
	if d.Provider != "" {
		p.Field("provider", string(d.Provider))
	}
	p.Field("about", d.Description)
	for _, a := range d.Settings() {
		p.Field("quirk", a.Path+": "+a.Value)
	}
	if d.Credentials != "" {
		p.Field("credentials", d.Credentials)
	}
	if len(d.Remedies) > 0 {
		p.Field("remedies", strings.Join(d.Remedies, ", "))
	}
	for _, e := range d.Evidence {
		p.Field("evidence", fmt.Sprintf("%s (%s, %s): %s", e.Source, e.Basis, e.Date, strings.Join(e.Claims, ", ")))
	}
}

func otherTopics(cat catalogue) []topic {
	var out []topic
	for _, s := range cat.Scenarios() {
		out = append(out, newTopic(s.ID, "scenario "+s.ID+" "+s.Name, func(p *report.Page) {
			p.Text(s.Shows)
			if len(s.Promises) > 0 {
				p.Field("green only", "when these checks have spoken: "+strings.Join(s.Promises, ", "))
			}
		}))
	}
	for _, s := range cat.Suites() {
		out = append(out, newTopic(s.ID, "suite "+s.ID, func(p *report.Page) {
			p.Text(s.Shows)
			p.Field("selects", selects(s))
			p.Field("run it", "mcpcompat run --suite "+s.ID)
		}))
	}
	return out
}

func remedyTopics(cat catalogue) ([]topic, error) {
	rows, err := remedies(cat)
	var out []topic
	for _, r := range rows {
		out = append(out, newTopic(r.ID, "remedy "+r.ID, func(p *report.Page) {
			p.Field("about", r.Says)
			p.Field("proven", "not by experiment; worth trying")
			if len(r.Deployments) > 0 {
				p.Field("try it at", strings.Join(r.Deployments, ", "))
			}
		}))
	}
	return out, err
}
