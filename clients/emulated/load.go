package emulated

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed profiles/*.yaml
var profileFiles embed.FS

// ProfilesDir is where the profiles lie in a clone of the project.
const ProfilesDir = "clients/emulated/profiles"

// ProfileText is the YAML text of the profile of a client, and the name of its
// file in a clone of the project. The error wraps fs.ErrNotExist where there is
// none.
func ProfileText(id string) (file, text string, err error) {
	data, err := profileFiles.ReadFile("profiles/" + id + ".yaml")
	if err != nil {
		return "", "", fmt.Errorf("profile of %s: %w", id, err)
	}
	return path.Join(ProfilesDir, id+".yaml"), string(data), nil
}

// Profiles are clients in the order of their ids.
type Profiles []*Profile

// All returns the profiles that come with the program. They are read once;
// nobody may change them.
func All() (Profiles, error) { return loadEmbedded() }

var loadEmbedded = sync.OnceValues(func() (Profiles, error) { //nolint:gochecknoglobals // read once, never changed
	sub, err := fs.Sub(profileFiles, "profiles")
	if err != nil {
		return nil, err
	}
	return Load(sub)
})

// LoadDir is [Load] for a directory of the user's own. Errors name files with
// the directory in front.
func LoadDir(dir string) (Profiles, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("profiles: %s is not a directory", dir)
	}
	ps, err := load(os.DirFS(dir), dir)
	if len(ps) == 0 && err == nil {
		err = fmt.Errorf("profiles: no *.yaml file in %s", dir)
	}
	return ps, err
}

// Load reads every .yaml file at the top of fsys. Evidence may name recordings
// of the project, and those that lie beside the profiles as
// recordings/id@version/name.har. Load returns the profiles that
// are good together with one joined error for all that is wrong, each part of
// it with file and line, so that a list can still be shown.
func Load(fsys fs.FS) (Profiles, error) { return load(fsys, "") }

func load(fsys fs.FS, dir string) (Profiles, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	recordings := append(Recordings(), recordingsIn(fsys)...)
	var out Profiles
	var problems []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		p, err := decode(filepath.Join(dir, name), data, recordings)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		out = append(out, p)
	}
	out, err = Join(out)
	return out, errors.Join(append(problems, err)...)
}

// Join puts lists of profiles together, sorted by id. Of two with one id the
// first is kept and the other reported.
func Join(lists ...Profiles) (Profiles, error) {
	var out Profiles
	var problems []error
	first := map[string]string{}
	for _, p := range slices.Concat(lists...) {
		if file, taken := first[p.ID]; taken {
			problems = append(problems, fmt.Errorf("%s:1: profile id %q is taken by %s", p.file, p.ID, file))
			continue
		}
		first[p.ID] = p.file
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *Profile) int { return strings.Compare(a.ID, b.ID) })
	return out, errors.Join(problems...)
}

// Decode reads one profile; name is used in errors, of which all are returned
// at once.
func Decode(name string, data []byte) (*Profile, error) { return decode(name, data, Recordings()) }

func decode(name string, data []byte, recordings []string) (*Profile, error) {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(name, err)
	}
	d := &document{name: name, recordings: recordings}
	d.read(file)
	p := &Profile{file: name}
	err = strictyaml.Decode(name, data, p)
	for _, problem := range strictyaml.Problems(err) {
		d.problemf(problem.Line, "%s", problem.Text)
	}
	for _, v := range p.Variants {
		if err := v.present(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	switch {
	case strictyaml.Filled(err) && len(d.variants) == len(p.Variants):
		d.check(p)
	case len(d.problems) == 0:
		return nil, err
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	d.inherit(p)
	if err := d.err(); err != nil {
		return nil, err
	}
	return p, nil
}

func syntaxError(name string, err error) error {
	var ye yaml.Error
	if errors.As(err, &ye) && ye.GetToken() != nil {
		at := ye.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", name, at.Line, at.Column, ye.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}

// inherit resolves Extends: the behaviour of the variant it names, with the
// variant's own keys on top. Chains are decoded from their root into a fresh
// value, so that variants never share a list or a map.
func (d *document) inherit(p *Profile) {
	for i, v := range p.Variants {
		chain, err := p.chain(i)
		if err != nil {
			d.problemf(d.variants[i].line("extends"), "%s", err)
			continue
		}
		var merged Variant
		for _, j := range chain {
			if err := yaml.NodeToValue(d.variants[j].node, &merged, yaml.Strict()); err != nil {
				d.problemf(d.variants[j].line(""), "%s", err)
			}
			if j != i {
				v.inherited = append(slices.Clone(p.Variants[j].Evidence), v.inherited...)
			}
		}
		if err := merged.present(); err != nil {
			d.problemf(d.variants[i].first, "%s", err)
		}
		v.Behaviour, v.Operator = merged.Behaviour, merged.Operator
		for _, j := range slices.Backward(chain) {
			for _, path := range p.Variants[j].Unknown {
				if j == i || !slices.Contains(v.unknown, path) && v.Known(path) == nil {
					v.unknown = append(v.unknown, path)
				}
			}
		}
	}
}

// chain lists the indexes of the variants that variant i is built from, root
// first, i last.
func (p *Profile) chain(i int) ([]int, error) {
	chain := []int{i}
	for at := i; p.Variants[at].Extends != ""; {
		want := p.Variants[at].Extends
		at = slices.IndexFunc(p.Variants, func(v *Variant) bool { return v.name() == want })
		if at < 0 {
			return nil, fmt.Errorf("extends names no variant of this file: %q", want)
		}
		if slices.Contains(chain, at) {
			return nil, fmt.Errorf("extends runs in a circle through %q", want)
		}
		chain = append(chain, at)
	}
	slices.Reverse(chain)
	return chain, nil
}

// name is how Extends names the variant.
func (v *Variant) name() string {
	if v.Condition == "" {
		return v.Version
	}
	return v.Version + "+" + v.Condition
}

// variantNode is a variant as written, with the lines of its keys by path.
type variantNode struct {
	node  ast.Node
	lines map[string]int
	first int
}

func (n *variantNode) line(path string) int {
	if line, ok := n.lines[path]; ok {
		return line
	}
	return n.first
}
