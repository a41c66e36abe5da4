package importlaw

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mcpcompat/mcpcompat"

// file is a Go file and what it imports.
type file struct {
	dir     string // relative to the module, with slashes
	name    string
	imports []string
}

func (f file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

func TestEveryImportIsLawful(t *testing.T) {
	t.Parallel()
	for _, f := range projectFiles(t) {
		for _, v := range violations(f) {
			t.Error(v)
		}
	}
}

// A ban on a package that was renamed bans nothing, so whatever the law names
// must exist.
func TestTheLawNamesOnlyWhatExists(t *testing.T) {
	t.Parallel()
	dirs := map[string]bool{}
	for _, f := range projectFiles(t) {
		for d := f.dir; d != "."; d = path.Dir(d) {
			dirs[d] = true
		}
	}
	named := map[string]string{}
	for _, a := range articles {
		named[a.path], named[a.example] = a.path, a.path
		for _, list := range [][]string{a.may, a.never, a.tests} {
			for _, d := range list {
				named[d] = a.path
			}
		}
	}
	for _, m := range monopolies {
		for _, d := range m.only {
			named[d] = m.module
		}
	}
	for d, where := range named {
		if !dirs[d] {
			t.Errorf("the article on %s names %s, where there is no Go file", where, d)
		}
	}

	mod, err := os.ReadFile(filepath.Join(moduleRoot(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range monopolies {
		if !strings.Contains(string(mod), m.module+" v") {
			t.Errorf("go.mod does not require %s, on which there is an article", m.module)
		}
	}
}

func TestEveryArticleBites(t *testing.T) {
	t.Parallel()
	for _, a := range articles {
		bad := file{dir: a.path, name: "x.go", imports: []string{module + "/" + a.example}}
		if got := violations(bad); len(got) != 1 || !strings.Contains(got[0], a.because) {
			t.Errorf("%s importing %s: violations %q, want one that says %q", a.path, a.example, got, a.because)
		}
		good := file{dir: a.path, name: "x.go", imports: []string{"net/http"}}
		for _, d := range a.may {
			good.imports = append(good.imports, module+"/"+d)
		}
		if got := violations(good); len(got) != 0 {
			t.Errorf("%s importing what it may: violations %q, want none", a.path, got)
		}
	}
	for _, m := range monopolies {
		for _, f := range []file{
			{dir: "report", name: "x.go", imports: []string{m.module + "/sub"}},
			{dir: m.only[0], name: "x.go", imports: []string{m.module}},
			{dir: m.only[0], name: "x_test.go", imports: []string{m.module}},
			{dir: "report", name: "x_test.go", imports: []string{m.module}},
		} {
			atHome := f.dir != "report"
			lawful := atHome && (!m.onlyInTests || f.isTest()) || m.freeInTests && f.isTest()
			if got := violations(f); (len(got) == 0) != lawful {
				t.Errorf("%s/%s importing %s: violations %q, lawful should be %t", f.dir, f.name, m.module, got, lawful)
			}
		}
	}
}

func TestAPackageWithoutAnArticleIsAViolation(t *testing.T) {
	t.Parallel()
	if got := violations(file{dir: "helpers", name: "x.go"}); len(got) != 1 {
		t.Errorf("violations %q, want one", got)
	}
}

// violations lists what is unlawful about a file, one sentence each.
func violations(f file) []string {
	a, ok := articleFor(f.dir)
	if !ok {
		return []string{fmt.Sprintf("%s: no article of the import law covers this directory", f.dir)}
	}
	var out []string
	for _, imported := range f.imports {
		because := ""
		if own, ok := strings.CutPrefix(imported, module+"/"); ok {
			if !a.allows(own, f.isTest()) {
				because = a.because
			}
		} else {
			because = broken(f, imported)
		}
		if because != "" {
			out = append(out, fmt.Sprintf("%s imports %s: %s", path.Join(f.dir, f.name), imported, because))
		}
	}
	return out
}

// articleFor finds the article with the longest path that covers dir.
func articleFor(dir string) (article, bool) {
	var best article
	for _, a := range articles {
		if covers(a.path, dir) && len(a.path) > len(best.path) {
			best = a
		}
	}
	return best, best.path != ""
}

func (a article) allows(own string, test bool) bool {
	if test && coveredBy(a.tests, own) {
		return true
	}
	if coveredBy(a.never, own) {
		return false
	}
	return covers(a.path, own) || coveredBy(a.may, own)
}

// broken returns the reason of the monopoly that the import breaks, or "".
func broken(f file, imported string) string {
	for _, m := range monopolies {
		if !covers(m.module, imported) || f.isTest() && m.freeInTests {
			continue
		}
		if !coveredBy(m.only, f.dir) || m.onlyInTests && !f.isTest() {
			return m.because
		}
	}
	return ""
}

func coveredBy(dirs []string, p string) bool {
	for _, d := range dirs {
		if covers(d, p) {
			return true
		}
	}
	return false
}

func covers(dir, p string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// projectFiles parses the imports of every Go file of the module, whatever its
// build constraints.
func projectFiles(t *testing.T) []file {
	t.Helper()
	root := moduleRoot(t)
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			// The go command looks into none of these either.
			if p != root && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f := file{dir: path.Dir(filepath.ToSlash(rel)), name: d.Name()}
		for _, i := range parsed.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", rel, err)
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// moduleRoot is the nearest directory upwards that holds go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = parent
	}
}
