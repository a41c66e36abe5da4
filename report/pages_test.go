package report

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// described is the sample with what is known of a client and a deployment.
func described() *Results {
	r := sample()
	const port = "authServer.redirect.loopbackPort"
	r.Clients = []ClientInfo{
		{
			Client: "cursor@2.0", Basis: "emulated", Name: "Cursor", Vendor: "Anysphere", Homepage: "https://cursor.com", Current: true,
			Title: "three redirect URIs", KnownFrom: "vendor-doc", Register: []string{"cursor://callback"},
			Capabilities: []Capability{
				{
					Name: "redirect URI",
					Settings: []Setting{
						{Name: "redirect.host", Value: "localhost"},
						{Name: "redirect.port", Value: "an ephemeral one", Default: true},
						{Name: "redirect.whenBusy", Value: "fail", Meaning: "the login fails"},
					},
					Sources: []Source{
						{Claims: []string{"redirect"}, Basis: "issue", Date: "2026-09-30", Source: "cursor/cursor#1"},
						{Claims: []string{"redirect.port"}, Basis: "recorded", Date: "2026-11-21", Source: "cursor@2.0: dcr"},
					},
				},
				{Name: "refresh"},
			},
			Unknown: []Unknown{{Name: "refresh", Used: "as the specification says"}},
		},
		{Client: "zed@1", Basis: "emulated", Name: "Zed", Title: "before 2.0", KnownFrom: "issue"},
	}
	r.Deployments = []DeploymentInfo{{
		ID: "enterprise", Name: "Enterprise", Kind: "deviant", Provider: "embedded", Description: "As companies run it",
		Settings: []Setting{{Name: port, Value: "exact", Meaning: "the port is compared, too"}},
		Remedies: []string{"loopback-any-port", "dcr-facade"},
		Sources: []Source{{
			Claims: []string{"authServer.redirect"}, Basis: "vendor-doc", Date: "2026-10-01", Source: "https://idp.example/docs", Says: "It compares all",
		}},
	}}
	return r
}

func TestPagesGolden(t *testing.T) {
	t.Parallel()
	pages := Pages(described(), PageOptions{Lookups: sampleLookups(t)})
	for _, name := range []string{
		"docs/clients/cursor.md", "docs/clients/zed.md", "docs/clients/README.md",
		"docs/deployments/enterprise.md", "docs/deployments/mix-up.md", "docs/deployments/README.md",
	} {
		golden(t, "pages/"+name, pages[name])
	}
	if len(pages) != 1+7+5 { // the matrix, six clients and four deployments, each kind with its index
		t.Errorf("pages %q", slices.Sorted(maps.Keys(pages)))
	}
}

// Every link from one generated page to another leads somewhere.
func TestLinksBetweenPages(t *testing.T) {
	t.Parallel()
	pages := Pages(described(), PageOptions{Lookups: sampleLookups(t)})
	links := 0
	for from, text := range pages {
		for _, part := range strings.Split(text, "](")[1:] {
			to, _, _ := strings.Cut(part, ")")
			file, anchor, _ := strings.Cut(to, "#")
			if strings.HasPrefix(to, "https://") {
				continue
			}
			links++
			target := from
			if file != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(from), file))
			}
			page, ok := pages[target]
			if !ok {
				t.Errorf("%s leads to %s, which is no page", from, to)
			}
			heading := "## " + strings.ReplaceAll(capital(anchor), "-", " ")
			if anchor != "" && strings.Count(page, `<a id="`+anchor+`">`) != 1 && !strings.Contains(page, heading) {
				t.Errorf("%s leads to %s, which has no such place", from, to)
			}
		}
	}
	if links < 30 {
		t.Errorf("only %d links", links)
	}
}

// The pages that are rendered from the kept data are those that were written.
func TestPagesAreWrittenWithTheirData(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := WriteFile(filepath.Join(root, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	write("README.md", "# Before\n"+readmeBegin+"an old matrix\n"+readmeEnd+"after\n")
	write("docs/clients/gone.md", generatedNote+"a client that is no more")
	write("docs/clients/notes.md", "written by a person")
	o := PageOptions{Lookups: sampleLookups(t), Columns: []Column{{ID: "enterprise"}, {ID: "reference", Head: "ref"}}}
	if err := WritePages(root, described(), o); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadPagesData(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range Pages(kept, o) {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %v, and other text when it is rendered from the kept data", name, err)
		}
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# Before\n", "[ref](docs/deployments/reference.md)", readmeEnd + "after\n"} {
		if !strings.Contains(string(readme), want) {
			t.Errorf("README.md does not say %q:\n%s", want, readme)
		}
	}
	if strings.Contains(string(readme), "an old matrix") {
		t.Error("README.md still has the old matrix")
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "clients", "gone.md")); !os.IsNotExist(err) {
		t.Errorf("the page of a client that is no more is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "clients", "notes.md")); err != nil {
		t.Errorf("a page that a person wrote is gone: %v", err)
	}
	// Writing again changes nothing, not even the compressed data.
	before, err := os.ReadFile(filepath.Join(root, PagesData))
	if err != nil {
		t.Fatal(err)
	}
	again := described()
	slices.Reverse(again.Cells)
	if err := WritePages(root, again, o); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(filepath.Join(root, PagesData)); err != nil || !bytes.Equal(after, before) {
		t.Errorf("%v: the data depends on the order of the cells", err)
	}
}

func TestPagesDataThatCannotBeRead(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if _, err := ReadPagesData(root); err == nil {
		t.Error("read from nowhere")
	}
	file := filepath.Join(root, PagesData)
	if err := WriteFile(file, []byte("no gzip")); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadPagesData(root); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("the error %v does not name the file", err)
	}
}

func TestAPageOfNothing(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Cells = nil
	if pages := Pages(r, PageOptions{}); len(pages) != 3 {
		t.Errorf("pages of nothing: %q", slices.Sorted(maps.Keys(pages)))
	}
}
