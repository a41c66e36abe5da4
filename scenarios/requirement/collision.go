package requirement

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

// Collision is a case in which two sides meet at a door and both keep the law.
// It applies to a refusal that has one of its codes or topics, where it names
// any, and of which every fact holds.
type Collision struct {
	ID string `yaml:"id"`
	// Doors are the doors at which it is looked for.
	Doors []string `yaml:"doors"`
	// Kinds are kinds of obstacle; nil means any.
	Kinds []string `yaml:"kinds"`
	// Codes are OAuth error codes, or HTTP statuses where there is no code; nil
	// means any.
	Codes []string `yaml:"codes"`
	// Topics are what the refusal is about; nil means anything.
	Topics []string `yaml:"topics"`
	// Facts are what the recording must show besides.
	Facts []string `yaml:"facts"`
	// Rows are the ids of the two rows by which each side may do what it does.
	Rows []string `yaml:"rows"`
	// Says is what collides, in a sentence.
	Says string `yaml:"says"`
}

// Collisions returns every case, in the order of the file.
func (b *Book) Collisions() []Collision { return slices.Clone(b.collisions) }

func (b *Book) loadCollisions(fsys fs.FS, name string) error {
	if err := strictyaml.ReadFile(fsys, name, &b.collisions); err != nil {
		return err
	}
	var errs []error
	seen := map[string]bool{}
	for _, c := range b.collisions {
		for _, p := range b.problemsOf(c) {
			errs = append(errs, fmt.Errorf("%s: %s: %s", name, c.ID, p))
		}
		if seen[c.ID] {
			errs = append(errs, fmt.Errorf("%s: %s: there twice", name, c.ID))
		}
		seen[c.ID] = true
	}
	return errors.Join(errs...)
}

func (b *Book) problemsOf(c Collision) []string {
	var p []string
	if c.ID == "" || c.Says == "" || len(c.Doors) == 0 {
		p = append(p, "id, says and doors are needed")
	}
	if len(c.Kinds)+len(c.Codes)+len(c.Topics)+len(c.Facts) == 0 {
		p = append(p, "without kinds, codes, topics and facts it would explain everything")
	}
	if len(c.Rows) != 2 || c.Rows[0] == c.Rows[1] {
		p = append(p, fmt.Sprintf("two rows collide, these are %v", c.Rows))
	}
	for _, id := range c.Rows {
		if _, ok := b.byID[id]; !ok {
			p = append(p, fmt.Sprintf("there is no row %q", id))
		}
	}
	return p
}
