package requirement

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed data/*.yaml collisions.yaml
var data embed.FS // the law book itself; go:embed needs a package variable

// Book is all rows, in the order of the files and of the rows in them.
type Book struct {
	rows       []Row
	byID       map[string]int
	byCheck    map[string][]int
	collisions []Collision
}

// Default returns the built-in law book, read once.
func Default() (*Book, error) { return builtin() }

//nolint:gochecknoglobals // a value computed once from embedded data, never changed
var builtin = sync.OnceValues(func() (*Book, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, err
	}
	b, err := Load(sub)
	if err != nil {
		return nil, err
	}
	return b, b.loadCollisions(data, "collisions.yaml")
})

// Load reads every *.yaml file at the top of fsys. The error joins everything
// that is wrong, each with its file and row.
func Load(fsys fs.FS) (*Book, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	b := &Book{byID: map[string]int{}, byCheck: map[string][]int{}}
	var errs []error
	for _, name := range names {
		var rows []Row
		if err := strictyaml.ReadFile(fsys, name, &rows); err != nil {
			errs = append(errs, err)
			continue
		}
		for _, r := range rows {
			r.file = path.Base(name)
			errs = append(errs, b.add(r)...)
		}
	}
	if len(b.rows) == 0 && len(errs) == 0 {
		errs = append(errs, errors.New("the law book has no rows"))
	}
	return b, errors.Join(errs...)
}

func (b *Book) add(r Row) []error {
	var errs []error
	for _, p := range r.problems() {
		errs = append(errs, fmt.Errorf("%s: %s: %s", r.file, r.ID, p))
	}
	if i, ok := b.byID[r.ID]; ok {
		errs = append(errs, fmt.Errorf("%s: %s: already a row of %s", r.file, r.ID, b.rows[i].file))
		return errs
	}
	b.byID[r.ID] = len(b.rows)
	for _, check := range r.Check {
		b.byCheck[check] = append(b.byCheck[check], len(b.rows))
	}
	b.rows = append(b.rows, r)
	return errs
}

// Rows returns every row.
func (b *Book) Rows() []Row { return slices.Clone(b.rows) }

// Find returns the row with the id, ignoring case.
func (b *Book) Find(id string) (Row, bool) {
	if i, ok := b.byID[id]; ok {
		return b.rows[i], true
	}
	for _, r := range b.rows {
		if strings.EqualFold(r.ID, id) {
			return r, true
		}
	}
	return Row{}, false
}

// Of returns the first row that names the check.
func (b *Book) Of(check string) (Row, bool) {
	if at := b.byCheck[check]; len(at) > 0 {
		return b.rows[at[0]], true
	}
	return Row{}, false
}

// In returns the first row that names the check and exists in the revision,
// with its level there.
func (b *Book) In(check, revision string) (Row, Level, bool) {
	for _, i := range b.byCheck[check] {
		if level, ok := b.rows[i].In(revision); ok {
			return b.rows[i], level, true
		}
	}
	return Row{}, "", false
}
