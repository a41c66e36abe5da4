package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/fixtures/deployment"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

type clientRow struct {
	Client  string `json:"client"`
	Name    string `json:"name"`
	Basis   string `json:"basis"`
	Current bool   `json:"current"`
	About   string `json:"about,omitempty"`
}

// rowOf describes a client; emulated ones tell more.
func rowOf(c clients.Client) clientRow {
	i := c.Identity()
	r := clientRow{Client: i.String(), Name: i.Name, Basis: string(i.Basis), Current: true}
	if v := variantOf(c); v != nil {
		r.Current, r.About = v.Current, v.Title
	}
	return r
}

func variantOf(c clients.Client) *emulated.Variant {
	if e, ok := c.(*emulated.Client); ok {
		return e.Variant()
	}
	return nil
}

func listClients(cat catalogue, f listFlags) (listing, error) {
	l := listing{columns: []string{"client", "name", "basis", "current", "about"}}
	objects := []clientRow{}
	for _, c := range cat.Clients() {
		r := rowOf(c)
		if f.basis != "" && f.basis != r.Basis {
			continue
		}
		current := "no"
		if r.Current {
			current = "yes"
		}
		objects = append(objects, r)
		l.rows = append(l.rows, []string{r.Client, r.Name, r.Basis, current, r.About})
	}
	l.objects = objects
	return l, nil
}

func listDeployments(cat catalogue, _ listFlags) (listing, error) {
	type row struct {
		ID          string   `json:"id"`
		Name        string   `json:"name"`
		Kind        string   `json:"kind"`
		Provider    string   `json:"provider"`
		Description string   `json:"description"`
		Remedies    []string `json:"remedies,omitempty"`
	}
	l := listing{columns: []string{"deployment", "kind", "provider", "description"}}
	objects := []row{}
	kinds := []deployment.Kind{deployment.Legal, deployment.Deviant, deployment.Hostile}
	all := cat.Deployments()
	slices.SortStableFunc(all, func(a, b deployment.Deployment) int { return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind) })
	count := map[deployment.Kind]int{}
	for _, d := range all {
		count[d.Kind]++
		provider := string(d.Provider)
		if provider == "" {
			provider = string(deployment.Embedded)
		}
		objects = append(objects, row{d.ID, d.Name, string(d.Kind), provider, d.Description, d.Remedies})
		l.rows = append(l.rows, []string{d.ID, string(d.Kind), provider, firstSentence(d.Description)})
	}
	l.objects = objects
	l.after = []string{"", fmt.Sprintf("%d deployments: %d legal, %d deviant, %d hostile; mcpcompat explain NAME says more",
		len(all), count[deployment.Legal], count[deployment.Deviant], count[deployment.Hostile])}
	return l, nil
}

func listScenarios(cat catalogue, _ listFlags) (listing, error) {
	type row struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Shows string `json:"shows"`
	}
	l := listing{columns: []string{"scenario", "name", "shows"}}
	objects := []row{}
	for _, s := range cat.Scenarios() {
		objects = append(objects, row{s.ID, s.Name, s.Shows})
		l.rows = append(l.rows, []string{s.ID, s.Name, s.Shows})
	}
	l.objects = objects
	return l, nil
}

func listRequirements(cat catalogue, f listFlags) (listing, error) {
	type row struct {
		ID           string                       `json:"id"`
		Party        string                       `json:"party"`
		Level        map[string]requirement.Level `json:"level"`
		Says         string                       `json:"says"`
		Source       string                       `json:"source"`
		Checks       []string                     `json:"checks,omitempty"`
		Unobservable string                       `json:"unobservable,omitempty"`
	}
	l := listing{columns: []string{"requirement", "party", "level", "checks", "says"}}
	objects := []row{}
	for _, r := range cat.Book().Rows() {
		level := levels(r)
		if f.revision != "" {
			only, ok := r.In(f.revision)
			if !ok {
				continue
			}
			level = string(only)
		}
		objects = append(objects, row{r.ID, string(r.Party), r.Level, r.Says, r.Source, r.Check, r.Unobservable})
		checks := strings.Join(r.Check, " ")
		if checks == "" {
			checks = "(unobservable)"
		}
		l.rows = append(l.rows, []string{r.ID, string(r.Party), level, checks, firstSentence(r.Says)})
	}
	l.objects = objects
	l.after = append([]string{"", "judged, of all that bind a party in a revision:"}, coverage(cat.Book(), f.revision)...)
	return l, nil
}

// coverage is a line for each party and revision; revision "" means all.
func coverage(b *requirement.Book, revision string) []string {
	var lines []string
	for _, c := range requirement.Coverage(b) {
		if revision == "" || c.Revision == revision {
			lines = append(lines, fmt.Sprintf("  %-22s %s  %3d of %3d", c.Party, c.Revision, c.Judged, c.Judged+c.Unobservable))
		}
	}
	return lines
}

// levels is the level of a row in the revisions that have it: "MUST" for all
// of them, else "SHOULD in 2025-11-25, MUST since 2026-07-28".
func levels(r requirement.Row) string {
	revisions := requirement.Revisions()
	var parts []string
	for from := 0; from < len(revisions); {
		level, ok := r.In(revisions[from])
		to := from + 1
		for ; to < len(revisions); to++ {
			if next, has := r.In(revisions[to]); has != ok || next != level {
				break
			}
		}
		switch {
		case !ok:
		case to-from == len(revisions):
			parts = append(parts, string(level))
		case to == len(revisions):
			parts = append(parts, string(level)+" since "+revisions[from])
		default:
			parts = append(parts, string(level)+" in "+strings.Join(revisions[from:to], ", "))
		}
		from = to
	}
	return strings.Join(parts, ", ")
}

func listChecks(cat catalogue, _ listFlags) (listing, error) {
	type row struct {
		ID          string `json:"id"`
		Requirement string `json:"requirement,omitempty"`
		Party       string `json:"party,omitempty"`
		Scenario    string `json:"scenario"`
		Stage       string `json:"stage"`
		Needs       string `json:"needs"`
	}
	l := listing{columns: []string{"check", "requirement", "party", "scenario", "door", "needs"}}
	objects := []row{}
	for _, c := range cat.Checks() {
		r := row{ID: c.ID, Scenario: c.Scenario, Stage: string(c.Stage), Needs: c.Needs}
		if law, ok := cat.Book().Of(c.ID); ok {
			r.Requirement, r.Party = law.ID, string(law.Party)
		}
		objects = append(objects, r)
		l.rows = append(l.rows, []string{r.ID, orDash(r.Requirement), orDash(r.Party), r.Scenario, r.Stage, r.Needs})
	}
	l.objects = objects
	return l, nil
}

func listQuirks(catalogue, listFlags) (listing, error) {
	type value struct {
		Value string `json:"value"`
		Means string `json:"means"`
	}
	type row struct {
		Quirk   string  `json:"quirk"`
		Side    string  `json:"side"`
		Type    string  `json:"type"`
		Is      string  `json:"is"`
		Default string  `json:"default"`
		Values  []value `json:"values,omitempty"`
		Takes   string  `json:"takes,omitempty"`
		Note    string  `json:"note,omitempty"`
	}
	fields, err := quirks()
	l := listing{columns: []string{"quirk", "values", "what it is"}}
	objects := []row{}
	for _, q := range fields {
		r := row{Quirk: q.Path, Side: q.Side, Type: q.Type, Is: q.Is, Default: q.Default, Takes: q.Takes, Note: q.Note}
		for _, v := range q.Values {
			r.Values = append(r.Values, value{v.Word, v.Means})
		}
		objects = append(objects, r)
		l.rows = append(l.rows, []string{q.Path, strings.Join(slices.Concat(q.Allowed, open(q.Takes)), "|"), strings.TrimSuffix(q.Is, ".")})
	}
	l.objects = objects
	return l, err
}

// open is what a setting takes besides its words, as one more alternative.
func open(takes string) []string {
	if takes == "" {
		return nil
	}
	return []string{"<" + takes + ">"}
}

// remedyRow is a change on the operator's side, and the deployments for which
// it is worth trying.
type remedyRow struct {
	ID          string   `json:"id"`
	Says        string   `json:"says"`
	Proven      bool     `json:"proven"`
	Deployments []string `json:"deployments"`
}

func remedies(cat catalogue) ([]remedyRow, error) {
	all, err := deployment.Remedies()
	rows := make([]remedyRow, 0, len(all))
	for _, r := range all {
		row := remedyRow{ID: r.ID, Says: r.Says, Deployments: []string{}}
		for _, d := range cat.Deployments() {
			if slices.Contains(d.Remedies, r.ID) {
				row.Deployments = append(row.Deployments, d.ID)
			}
		}
		rows = append(rows, row)
	}
	return rows, err
}

func listRemedies(cat catalogue, _ listFlags) (listing, error) {
	l := listing{
		columns: []string{"remedy", "for deployments", "is"},
		after:   []string{"", "none is proven by experiment yet: they are worth trying"},
	}
	rows, err := remedies(cat)
	for _, r := range rows {
		l.rows = append(l.rows, []string{r.ID, strings.Join(r.Deployments, ", "), r.Says})
	}
	l.objects = rows
	return l, err
}

func listSuites(cat catalogue, _ listFlags) (listing, error) {
	type row struct {
		ID        string              `json:"id"`
		Shows     string              `json:"shows"`
		Selection map[string][]string `json:"selection"`
	}
	l := listing{columns: []string{"suite", "selects", "shows"}}
	objects := []row{}
	for _, s := range cat.Suites() {
		selection := map[string][]string{
			"clients": s.Selection.Clients, "deployments": s.Selection.Deployments, "scenarios": s.Selection.Scenarios,
		}
		objects = append(objects, row{s.ID, s.Shows, selection})
		l.rows = append(l.rows, []string{s.ID, selects(s), firstSentence(s.Shows)})
	}
	l.objects = objects
	return l, nil
}

// selects says what a suite selects: by name where that fits a line.
func selects(s scenarios.Suite) string {
	words := func(list []string, noun, otherwise string) string {
		const few = 3
		switch {
		case len(list) == 0:
			return otherwise
		case len(list) > few:
			return fmt.Sprintf("%d %s", len(list), noun)
		default:
			return strings.Join(list, ", ")
		}
	}
	return words(s.Selection.Clients, "clients", "all current clients") + " at " +
		words(s.Selection.Deployments, "deployments", "the deployments of "+scenarios.MainSuite)
}
