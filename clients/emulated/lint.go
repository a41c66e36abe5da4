package emulated

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

// document is a profile file while it is read: where its keys stand, and what
// is wrong with it.
type document struct {
	name string
	// recordings are those that evidence may name.
	recordings []string
	lines      map[string]int // of the keys outside variants, by path
	variants   []*variantNode
	problems   []problem
}

type problem struct {
	line int
	text string
}

func (d *document) problemf(line int, format string, args ...any) {
	d.problems = append(d.problems, problem{line: line, text: fmt.Sprintf(format, args...)})
}

// err joins the problems in the order of their lines; nil if there are none.
func (d *document) err() error {
	slices.SortFunc(d.problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.line, b.line), strings.Compare(a.text, b.text))
	})
	errs := make([]error, len(d.problems))
	for i, p := range d.problems {
		errs[i] = fmt.Errorf("%s:%d: %s", d.name, p.line, p.text)
	}
	return errors.Join(errs...)
}

// read walks the file beside the types and notes where its keys stand.
func (d *document) read(file *ast.File) {
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		d.problemf(1, "want one document with one profile")
		return
	}
	d.lines = map[string]int{}
	d.walk(file.Docs[0].Body, reflect.TypeFor[Profile](), "", d.lines)
	for _, value := range mapping(file.Docs[0].Body) {
		if key(value) != "variants" {
			continue
		}
		sequence, ok := value.Value.(*ast.SequenceNode)
		if !ok {
			return // the decoder says so
		}
		for _, item := range sequence.Values {
			n := &variantNode{node: item, lines: map[string]int{}, first: item.GetToken().Position.Line}
			d.walk(item, reflect.TypeFor[Variant](), "", n.lines)
			d.variants = append(d.variants, n)
		}
	}
}

// walk records the line of every key below node in lines, by path. Keys that
// the type t has no field for are passed over: the decoder reports them.
func (d *document) walk(node ast.Node, t reflect.Type, prefix string, lines map[string]int) {
	for _, value := range mapping(node) {
		name, line := key(value), value.Key.GetToken().Position.Line
		field, ok := strictyaml.Field(t, name)
		if !ok {
			continue
		}
		lines[prefix+name] = line
		if field.Kind() == reflect.Struct {
			d.walk(value.Value, field, prefix+name+".", lines)
		}
		if sequence, isList := value.Value.(*ast.SequenceNode); isList && field == reflect.TypeFor[[]Evidence]() {
			for i, item := range sequence.Values {
				d.walk(item, reflect.TypeFor[Evidence](), fmt.Sprintf("evidence.%d.", i), lines)
				lines[fmt.Sprintf("evidence.%d", i)] = item.GetToken().Position.Line
			}
		}
	}
}

func mapping(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	case *ast.AnchorNode:
		return mapping(n.Value)
	default:
		return nil
	}
}

func key(value *ast.MappingValueNode) string { return value.Key.GetToken().Value }

// check reports everything that is wrong with a decoded profile.
func (d *document) check(p *Profile) {
	if p.ID == "" || p.Name == "" {
		d.problemf(1, "a profile needs an id and a name")
	}
	if len(p.Variants) == 0 {
		d.problemf(1, "a profile needs at least one variant")
	}
	d.checkReleased(p.Released)
	ranges := make([]versionRange, len(p.Variants))
	for i, v := range p.Variants {
		n := d.variants[i]
		r, err := parseRange(v.Versions)
		if err != nil {
			d.problemf(n.line("versions"), "%s", err)
			r = versionRange{current: true} // overlaps nothing that can be written
		} else if !r.contains(v.Version) {
			d.problemf(n.line("version"), "version %q is not one of versions %q", v.Version, v.Versions)
		}
		ranges[i] = r
		for j := range i {
			if err == nil && p.Variants[j].Condition == v.Condition && ranges[j].overlaps(r) && p.Variants[j].Versions != "" {
				d.problemf(n.line("versions"), "versions %q overlap %q of the same condition (line %d)",
					v.Versions, p.Variants[j].Versions, d.variants[j].first)
			}
		}
		if _, err := p.chain(i); err != nil {
			d.problemf(n.line("extends"), "%s", err)
		}
		d.checkEvidence(v, n)
		d.checkPort(n, "redirect.port", v.Redirect.Port)
		d.checkPort(n, "redirect.preregisteredPort", v.Redirect.PreregisteredPort)
		d.checkValues(v, n)
	}
}

func (d *document) checkPort(n *variantNode, path, value string) {
	if _, err := parsePort(value); err != nil {
		d.problemf(n.line(path), "%s: %s", path, err)
	}
}

// checkEvidence reports claims of nothing, differences without evidence, and
// fields that are unknown and yet set.
func (d *document) checkEvidence(v *Variant, n *variantNode) {
	var claims []string
	for i, e := range v.Evidence {
		d.checkSource(e, n.line(fmt.Sprintf("evidence.%d", i)))
		claims = append(claims, e.Claims...)
	}
	for _, path := range v.Unknown {
		if !isBehaviour(path) {
			d.problemf(n.line("unknown"), "unknown names %q, which is no field", path)
		}
	}
	for path, line := range n.lines {
		if !isLeaf(path) {
			continue
		}
		covered := func(claim string) bool { return covers(claim, path) }
		if !slices.ContainsFunc(claims, covered) {
			d.problemf(line, "%s has no evidence", path)
		}
		if slices.ContainsFunc(v.Unknown, covered) {
			d.problemf(line, "%s is set and listed as unknown", path)
		}
	}
}

func (d *document) checkSource(e Evidence, line int) {
	if len(e.Claims) == 0 || e.Source == "" {
		d.problemf(line, "evidence needs claims and a source")
	}
	if _, err := time.Parse(time.DateOnly, e.Date); err != nil {
		d.problemf(line, "evidence needs a date as YYYY-MM-DD, not %q", e.Date)
	}
	d.checkRecordings(e, line)
	if !slices.Contains([]EvidenceBasis{Recorded, SourceCode, VendorDoc, Issue, ThirdParty, Specification}, e.Basis) {
		d.problemf(line, "unknown basis of evidence %q", e.Basis)
	}
	for _, claim := range e.Claims {
		if !isBehaviour(claim) {
			d.problemf(line, "evidence for %q, which is no field", claim)
		}
	}
}

// covers tells whether a claim speaks of the field at path.
func covers(claim, path string) bool {
	return claim == path || strings.HasPrefix(path, claim+".")
}

// isBehaviour tells whether path names a field or group of Behaviour, or the
// operator's registration.
func isBehaviour(path string) bool {
	_, ok := lookup(reflect.TypeFor[Behaviour](), path)
	return ok || path == "operator" || path == "versions"
}

// isLeaf tells whether path names a field of Behaviour that is no group.
func isLeaf(path string) bool {
	t, ok := lookup(reflect.TypeFor[Behaviour](), path)
	return ok && t.Kind() != reflect.Struct
}

func lookup(t reflect.Type, path string) (reflect.Type, bool) {
	head, rest, more := strings.Cut(path, ".")
	field, ok := strictyaml.Field(t, head)
	if !ok || !more {
		return field, ok
	}
	if field.Kind() != reflect.Struct {
		return nil, false
	}
	return lookup(field, rest)
}
