package mutation_test

import (
	"cmp"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/mutation"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

//nolint:gochecknoglobals // flags of the test binary
var (
	// All means every operator at every recording; a sample otherwise.
	mutations = flag.String("mutations", "sample", "sample or full")
	seed      = flag.Uint64("mutations.seed", 20261130, "what operators and variations draw from")
)

// sampled is how many recordings each operator is tried at in a sample.
const sampled = 3

type recording struct {
	name string
	rec  *trace.Recording
}

func recordings(t testing.TB) []recording {
	t.Helper()
	const root = "../../../testdata/recordings"
	files, err := filepath.Glob(filepath.Join(root, "*", "*.har"))
	if err != nil || len(files) < 60 {
		t.Fatalf("%d recordings, %v; want 60 at least", len(files), err)
	}
	out := make([]recording, 0, len(files))
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := reading.Import(f, file)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, recording{name, rec})
	}
	return out
}

func book(t testing.TB) *requirement.Book {
	t.Helper()
	b, err := requirement.Default()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// draw is a source of its own for each operator and recording, so that one more
// of either leaves the others as they are.
func draw(names ...string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, strings.Join(names, "\n"))
	return rand.New(rand.NewPCG(*seed, h.Sum64()))
}

// shuffled is the order in which a sample takes the recordings; a full run
// takes all of them, in their own.
func shuffled(all []recording, name string) []recording {
	if *mutations == "full" {
		return all
	}
	out := slices.Clone(all)
	draw(name).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// originals judges the recordings as they are, each once for each revision.
type originals struct {
	book  *requirement.Book
	cells map[string]report.Cell
}

func (o originals) cell(r recording, revision string) report.Cell {
	key := r.name + " " + revision
	c, ok := o.cells[key]
	if !ok {
		c = judge.Cell(r.rec, judge.Options{Book: o.book, Revision: revision})
		o.cells[key] = c
	}
	return c
}

func findings(c report.Cell) []report.Finding {
	var out []report.Finding
	for _, s := range c.Scenarios {
		out = append(out, s.Findings...)
	}
	return out
}

func isBad(f report.Finding) bool { return f.Verdict == report.Fail || f.Verdict == report.Warn }

// breach is a row that is broken at an exchange.
type breach struct {
	law      string
	exchange int
}

// breaches are those of the party, by the IDs of the original.
func breaches(c report.Cell, o mutation.Operator, b *requirement.Book, revision string, was func(int) int) map[breach]bool {
	out := map[breach]bool{}
	for _, f := range findings(c) {
		if !isBad(f) || f.Party != string(o.Party) || !slices.Contains(o.Laws, f.Requirement) {
			continue
		}
		if row, ok := b.Find(f.Requirement); ok {
			if level, in := row.In(revision); in && level.Mandatory() && f.Verdict != report.Fail {
				continue // a MUST that is only warned of is not judged
			}
		}
		for _, id := range f.Exchanges {
			out[breach{f.Requirement, was(id)}] = true
		}
	}
	return out
}

// inForce reports whether the revision has one of the operator's laws. One that
// the book does not know yet may be in force.
func inForce(o mutation.Operator, b *requirement.Book, revision string) bool {
	return slices.ContainsFunc(o.Laws, func(id string) bool {
		row, ok := b.Find(id)
		_, in := row.In(revision)
		return !ok || in
	})
}

// tally is what became of the mutants of one operator.
type tally struct {
	operator        mutation.Operator
	applied, killed int
	survivors       []string
}

// hunt applies one operator to a recording.
func (y *tally) hunt(r recording, o originals) {
	op := y.operator
	revision := cmp.Or(op.Revision, mutation.Revision(r.rec))
	if !inForce(op, o.book, revision) {
		return
	}
	for _, m := range op.Apply(r.rec, draw(op.Name, r.name)) {
		before := breaches(o.cell(r, revision), op, o.book, revision, func(id int) int { return id })
		// What the original broke there already cannot be broken once more.
		fresh := slices.DeleteFunc(slices.Clone(m.At), func(id int) bool {
			return slices.ContainsFunc(op.Laws, func(law string) bool { return before[breach{law, m.Was[id-1]}] })
		})
		if len(fresh) == 0 {
			continue
		}
		y.applied++
		after := breaches(judge.Cell(m.Recording, judge.Options{Book: o.book, Revision: revision}), op, o.book, revision, func(id int) int { return id })
		killed := slices.ContainsFunc(fresh, func(id int) bool {
			return slices.ContainsFunc(op.Laws, func(law string) bool { return after[breach{law, id}] })
		})
		if killed {
			y.killed++
			continue
		}
		y.survivors = append(y.survivors, fmt.Sprintf("%s (%s), exchanges %v: %s", r.name, revision, m.At, m.What))
	}
}

// Of the mutants, 97 in 100 at least are killed: by a finding of a law that the
// operator breaks, against the party that breaks it, at an exchange that shows
// it, where the original has none.
func TestMutantsAreKilled(t *testing.T) {
	t.Parallel()
	all, o := recordings(t), originals{book(t), map[string]report.Cell{}}
	var rows []*tally
	applied, killed := 0, 0
	for _, op := range mutation.Operators() {
		y := &tally{operator: op}
		for _, r := range shuffled(all, op.Name) {
			if *mutations != "full" && y.applied >= sampled {
				break
			}
			y.hunt(r, o)
		}
		if y.applied == 0 {
			t.Errorf("%s applies to no recording", op.Name)
		}
		rows, applied, killed = append(rows, y), applied+y.applied, killed+y.killed
	}
	slices.SortStableFunc(rows, func(a, b *tally) int {
		return cmp.Or(cmp.Compare(len(b.survivors), len(a.survivors)), cmp.Compare(a.operator.Name, b.operator.Name))
	})
	t.Logf("%s, seed %d: %d operators, %d mutants, %d killed (%.1f %%)\n%s",
		*mutations, *seed, len(rows), applied, killed, 100*float64(killed)/float64(applied), table(rows))
	if 100*killed < 97*applied {
		t.Errorf("%d of %d mutants are killed, want 97 %%; the laws of the operators above that survive are not judged", killed, applied)
	}
}

// table lists the operators, those with the most survivors first.
func table(rows []*tally) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%7s %7s %8s  operator: laws\n", "applied", "killed", "survived")
	for _, y := range rows {
		fmt.Fprintf(&b, "%7d %7d %8d  %s: %s\n", y.applied, y.killed, len(y.survivors), y.operator.Name, strings.Join(y.operator.Laws, " "))
		if len(y.survivors) > 0 {
			fmt.Fprintf(&b, "%27s%s\n", "e.g. ", y.survivors[0])
		}
	}
	return b.String()
}
