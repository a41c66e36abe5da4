package quirk

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed vocabulary/*.yaml
var vocabulary embed.FS

// wordsFile lists the words that values are made of; the other files hold rows.
const wordsFile = "words.yaml"

// Row is what the table says of one setting.
type Row struct {
	// Path is the setting's name as in YAML, its group in front.
	Path string `yaml:"path"`
	// Side is who has the setting, for example "client".
	Side string `yaml:"-"`
	// Is says in one sentence what the setting is.
	Is string `yaml:"is"`
	// Default is a clause: what is so where the setting is left out.
	Default string `yaml:"default"`
	// DefaultWord is a word that people write for the default; "" for none.
	DefaultWord string `yaml:"defaultWord"`
	// Values are the words that the setting takes.
	Values Values `yaml:"values"`
	// Takes says what the setting takes besides its words; "" for nothing.
	Takes string `yaml:"takes"`
	// Means is a clause: what such a value means; where the setting takes words
	// only, what a list of them means.
	Means string `yaml:"means"`
	// Formerly maps words that the setting once took to the present ones, so
	// that files that people wrote stay valid.
	Formerly map[string]string `yaml:"formerly"`
	// Note says what the specification says of the values, and who has them; ""
	// for nothing.
	Note string `yaml:"note"`
}

// Values are the words of a setting, in the order of the table.
type Values []Value

// Value is a word that a setting takes.
type Value struct {
	Word string
	// Means is a clause that reads as English after "setting: word —".
	Means string
}

// UnmarshalYAML reads a mapping from words to clauses and keeps its order.
func (v *Values) UnmarshalYAML(decode func(any) error) error {
	var pairs yaml.MapSlice
	if err := decode(&pairs); err != nil {
		return err
	}
	*v = nil
	for _, p := range pairs {
		word, okWord := p.Key.(string)
		means, okMeans := p.Value.(string)
		if !okWord || !okMeans {
			return fmt.Errorf("want a word and a clause, not %v: %v", p.Key, p.Value)
		}
		*v = append(*v, Value{Word: word, Means: means})
	}
	return nil
}

// words are those of the values, in order.
func (v Values) words() []string {
	var out []string
	for _, value := range v {
		out = append(out, value.Word)
	}
	return out
}

// table is the whole vocabulary.
type table struct {
	rows     map[string]Row
	order    []string
	synonyms map[string]string
}

// part is one file of rows.
type part struct {
	Side     string `yaml:"side"`
	Group    string `yaml:"group"`
	Settings []Row  `yaml:"settings"`
}

// wordList is the closed list of words.
type wordList struct {
	// Verbs say what happens to something, each with its meaning.
	Verbs map[string]string `yaml:"verbs"`
	// Protocol are names that specifications define.
	Protocol []string `yaml:"protocol"`
	// Names are places, sources, forms and manners.
	Names []string `yaml:"names"`
	// Synonyms are words that no value may be, each with the word that stands
	// for it.
	Synonyms map[string]string `yaml:"synonyms"`
}

// words are all words that values may be, in order.
func (l wordList) words() []string {
	out := append(slices.Collect(maps.Keys(l.Verbs)), slices.Concat(l.Protocol, l.Names)...)
	slices.Sort(out)
	return out
}

// read returns the table that comes with the program. It is read once; nobody
// may change it.
var read = sync.OnceValues(func() (*table, error) { //nolint:gochecknoglobals // read once, never changed
	files, err := fs.Sub(vocabulary, "vocabulary")
	if err != nil {
		return nil, fmt.Errorf("the table of settings: %w", err)
	}
	return readTable(files)
})

// Rows returns the whole table, by path.
func Rows() ([]Row, error) {
	t, err := read()
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, path := range t.order {
		out = append(out, t.rows[path])
	}
	return out, nil
}

// readTable reads every file and reports all that is wrong, with file and line.
func readTable(files fs.FS) (*table, error) {
	var list wordList
	if err := strictyaml.ReadFile(files, wordsFile, &list); err != nil {
		return nil, fmt.Errorf("the words of settings: %w", err)
	}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("the table of settings: %w", err)
	}
	t := &table{rows: map[string]Row{}, synonyms: list.Synonyms}
	problems := []error{list.check()}
	used := map[string]bool{}
	for _, name := range names {
		if name != wordsFile {
			problems = append(problems, t.add(files, name, list, used))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err // Whose words these are is known only when every row was read.
	}
	for _, word := range list.words() {
		if !used[word] {
			problems = append(problems, fmt.Errorf("%s: %q is the value of no setting", wordsFile, word))
		}
	}
	slices.Sort(t.order)
	return t, errors.Join(problems...)
}

// check reports words that stand twice in the list, and synonyms of nothing.
func (l wordList) check() error {
	var problems []error
	words := l.words()
	for i, word := range words {
		if i > 0 && word == words[i-1] {
			problems = append(problems, fmt.Errorf("%s: %q is there twice", wordsFile, word))
		}
	}
	for _, from := range slices.Sorted(maps.Keys(l.Synonyms)) {
		if to := l.Synonyms[from]; !slices.Contains(words, to) || slices.Contains(words, from) {
			problems = append(problems, fmt.Errorf("%s: synonym %q of %q: want one that is no word for one that is", wordsFile, from, to))
		}
	}
	return errors.Join(problems...)
}

// add reads one file of rows and notes which words they use.
func (t *table) add(files fs.FS, name string, list wordList, used map[string]bool) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("the table of settings: %w", err)
	}
	var p part
	if err := strictyaml.Decode(name, data, &p); err != nil {
		return fmt.Errorf("the table of settings: %w", err)
	}
	src := strictyaml.NewSource(name, data)
	var problems []error
	if p.Side == "" {
		problems = append(problems, src.Problem("side", "whose settings these are is missing"))
	}
	for i, row := range p.Settings {
		at := fmt.Sprintf("settings[%d]", i)
		report := func(key, format string, args ...any) {
			problems = append(problems, src.Problem(at+"."+key, row.Path+": "+format, args...))
		}
		row.check(report, list)
		row.Side, row.Path = p.Side, strings.TrimPrefix(p.Group+"."+row.Path, ".")
		if _, twice := t.rows[row.Path]; twice {
			report("path", "a second row for this setting")
		}
		t.rows[row.Path] = row
		t.order = append(t.order, row.Path)
		for _, word := range row.Values.words() {
			used[word] = true
		}
	}
	return errors.Join(problems...)
}

// check reports what is wrong with a row by itself.
func (r Row) check(report func(key, format string, args ...any), list wordList) {
	if r.Path == "" || !strings.HasSuffix(r.Is, ".") {
		report("path", "want a path, and a sentence that says what the setting is")
	}
	if r.Default == "" || strings.HasSuffix(r.Default, ".") {
		report("default", "want a clause without a full stop")
	}
	if r.Takes != "" && r.Means == "" || r.Takes == "" && len(r.Values) == 0 {
		report("path", "want values, or takes and means, or all three")
	}
	r.checkWords(report, list)
	for from, to := range r.Formerly {
		if slices.Contains(r.Values.words(), from) || to != r.DefaultWord && !slices.Contains(r.Values.words(), to) {
			report("formerly", "%s: want a word that was a value, and one that is", from)
		}
	}
}

// checkWords reports what is wrong with the words of a row.
func (r Row) checkWords(report func(key, format string, args ...any), list wordList) {
	for _, v := range r.Values {
		if v.Means == "" || strings.HasSuffix(v.Means, ".") {
			report("values", "%s: want a clause without a full stop", v.Word)
		}
		if v.Word == r.DefaultWord {
			report("defaultWord", "%q is a value", v.Word)
		}
		if to, isSynonym := list.Synonyms[v.Word]; isSynonym {
			report("values", "%q: write %q", v.Word, to)
		} else if !slices.Contains(list.words(), v.Word) {
			report("values", "%q is not in %s", v.Word, wordsFile)
		}
	}
}
