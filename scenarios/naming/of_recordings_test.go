package naming_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/scenarios/naming"
	"github.com/mcpcompat/mcpcompat/scenarios/naming/internal/sample"
)

// folders hold the recordings of released clients.
func folders() []string { return []string{"../../testdata/recordings", "testdata/recordings"} }

func load(t *testing.T) *naming.Book {
	t.Helper()
	book, err := naming.Load()
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// testdata/names.tsv says of each recording who the client is: by the wire
// alone, and with the recording's label (id@version, "-" where it has none).
func TestNamesOfRecordings(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/names.tsv")
	if err != nil {
		t.Fatal(err)
	}
	book, listed := load(t), map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 4 {
			t.Fatalf("%q has %d fields", line, len(fields))
		}
		name, label, wire, labelled := fields[0], fields[1], fields[2], fields[3]
		listed[name] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec, err := sample.Read(find(t, name))
			if err != nil {
				t.Fatal(err)
			}
			rec.Setting.Client = ""
			if got := book.Of(rec).String(); got != wire {
				t.Errorf("by the wire alone:\ngot  %s\nwant %s", got, wire)
			}
			if label != "-" {
				rec.Setting.Client = label
			}
			if got := book.Of(rec).String(); got != labelled {
				t.Errorf("labelled %s:\ngot  %s\nwant %s", label, got, labelled)
			}
		})
	}
	for _, name := range everyRecording(t) {
		if !listed[name] {
			t.Errorf("%s is missing in testdata/names.tsv", name)
		}
	}
}

func everyRecording(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, dir := range folders() {
		files, err := filepath.Glob(filepath.Join(dir, "*@*", "*.har"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d recordings, %v", dir, len(files), err)
		}
		for _, file := range files {
			name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".har")
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

func find(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range folders() {
		file := filepath.Join(dir, filepath.FromSlash(name)+".har")
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Fatalf("no recording %s", name)
	return ""
}

// A recorder that keeps no User-Agent takes versions and libraries away, and
// makes nothing wrong: what is said then is the beginning of what was said.
func TestNamesWithoutUserAgent(t *testing.T) {
	t.Parallel()
	book := load(t)
	for _, name := range everyRecording(t) {
		rec, err := sample.Read(find(t, name))
		if err != nil {
			t.Fatal(err)
		}
		rec.Setting.Client = ""
		whole := book.Of(rec)
		for i := range rec.Exchanges {
			rec.Exchanges[i].Request.Header = rec.Exchanges[i].Request.Header.Clone()
			rec.Exchanges[i].Request.Header.Del("User-Agent")
		}
		got := book.Of(rec)
		if got.Product != "" && got.Product != whole.Product || got.Version != "" && got.Version != whole.Version {
			t.Errorf("%s: %s, with User-Agent %s", name, got, whole)
		}
		for i, layer := range got.Beneath {
			if i >= len(whole.Beneath) || layer.Name != whole.Beneath[i].Name {
				t.Errorf("%s: %s, with User-Agent %s", name, got, whole)
			}
		}
	}
}
