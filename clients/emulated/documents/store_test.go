package documents_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
)

const good = `url: https://x.example.com/client.json
captured: 2026-01-31
source: fetched
cacheControl: max-age=60
body: '{"client_id":"https://x.example.com/client.json","client_name":"X","redirect_uris":["http://127.0.0.1/"]}'
`

func TestADocumentIsServedAsCaptured(t *testing.T) {
	t.Parallel()
	s, err := documents.Load(fstest.MapFS{"x.yaml": {Data: []byte(good)}})
	if err != nil {
		t.Fatal(err)
	}
	body, header, ok := s.Document("https://x.example.com/client.json")
	if !ok || !strings.HasPrefix(string(body), `{"client_id"`) || header.Get("Cache-Control") != "max-age=60" {
		t.Errorf("%t %s %v", ok, body, header)
	}
	if _, _, ok := s.Document("https://x.example.com/other.json"); ok {
		t.Error("a document that nobody captured")
	}
	if n := len(s.Documents()); n != 1 {
		t.Errorf("%d documents", n)
	}
}

func TestADocumentOfAFamilyIsServed(t *testing.T) {
	t.Parallel()
	family := strings.ReplaceAll(good, "/client.json", "/{url-hash}/client.json")
	family = strings.ReplaceAll(family, "127.0.0.1/", "127.0.0.1/callback/{url-hash}")
	s, err := documents.Load(fstest.MapFS{"x.yaml": {Data: []byte(family)}})
	if err != nil {
		t.Fatal(err)
	}
	body, _, ok := s.Document("https://x.example.com/g_6G4jrLUfHB/client.json")
	want := `{"client_id":"https://x.example.com/g_6G4jrLUfHB/client.json","client_name":"X","redirect_uris":["http://127.0.0.1/callback/g_6G4jrLUfHB"]}`
	if !ok || string(body) != want {
		t.Errorf("%t %s", ok, body)
	}
	for _, other := range []string{"https://x.example.com/client.json", "https://x.example.com/a/b/client.json", "https://x.example.com//client.json"} {
		if _, _, ok := s.Document(other); ok {
			t.Errorf("%s is no document of the family", other)
		}
	}
}

func TestTheEmbeddedDocumentsAreGood(t *testing.T) {
	t.Parallel()
	s, err := documents.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Documents()) < 4 {
		t.Errorf("only %d documents", len(s.Documents()))
	}
}

func TestWrongDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"plain http":       {"url: https:", "url: http:"},
		"another id":       {`"client_id":"https://x`, `"client_id":"https://y`},
		"no redirect URIs": {`["http://127.0.0.1/"]`, `[]`},
		"no JSON":          {`body: '{`, `body: '`},
		"no date":          {"2026-01-31", "yesterday"},
		"no source":        {"source: fetched\n", ""},
		"unknown key":      {"source:", "origin:"},
	} {
		text := strings.Replace(good, change[0], change[1], 1)
		_, err := documents.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
		if text == good || err == nil || !strings.Contains(err.Error(), "x.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := documents.Load(fstest.MapFS{"x.yaml": {Data: []byte(good)}, "y.yaml": {Data: []byte(good)}}); err == nil {
		t.Error("one URL captured twice")
	}
}
