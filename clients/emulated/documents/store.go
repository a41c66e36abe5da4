package documents

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

//go:embed *.yaml
var embedded embed.FS

// Document is a captured client ID metadata document
// (draft-ietf-oauth-client-id-metadata-document).
type Document struct {
	// URL is where the client publishes it, and its client_id. {url-hash} in a
	// path segment stands for any text there, and for the same text in Body:
	// the client publishes a document for every MCP server (Codex).
	URL string `yaml:"url"`
	// Captured is the day of the copy, as YYYY-MM-DD.
	Captured string `yaml:"captured"`
	// Source says who saw it: "fetched", or a link to a third party's copy.
	Source string `yaml:"source"`
	// CacheControl is the header field of the answer; "" means none is known.
	CacheControl string `yaml:"cacheControl"`
	// Body is the JSON document.
	Body string `yaml:"body"`
}

// Store finds documents by URL. The zero value is empty.
type Store struct{ byURL map[string]Document }

// All returns the documents that come with the program; they are read once.
func All() (Store, error) { return loadEmbedded() }

var loadEmbedded = sync.OnceValues(func() (Store, error) { return Load(embedded) }) //nolint:gochecknoglobals // read once, never changed

// LoadDir is [Load] for a directory of the user's own. Errors name files with
// the directory in front; one for a directory that is not there wraps
// fs.ErrNotExist.
func LoadDir(dir string) (Store, error) {
	if _, err := os.Stat(dir); err != nil {
		return Store{}, fmt.Errorf("client ID metadata documents: %w", err)
	}
	return load(os.DirFS(dir), dir)
}

// Load reads every .yaml file at the top of fsys. All that is wrong is
// returned at once.
func Load(fsys fs.FS) (Store, error) { return load(fsys, "") }

// Join puts stores together. Of two documents with one URL the first is kept
// and the other reported.
func Join(stores ...Store) (Store, error) {
	all := Store{byURL: map[string]Document{}}
	var problems []error
	for _, s := range stores {
		for _, d := range s.Documents() {
			if _, taken := all.byURL[d.URL]; taken {
				problems = append(problems, fmt.Errorf("%s is captured twice", d.URL))
				continue
			}
			all.byURL[d.URL] = d
		}
	}
	return all, errors.Join(problems...)
}

func load(fsys fs.FS, dir string) (Store, error) {
	s := Store{byURL: map[string]Document{}}
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return s, err
	}
	var problems []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		shown := filepath.Join(dir, name)
		var d Document
		if err := strictyaml.Decode(shown, data, &d); err != nil {
			problems = append(problems, err)
			continue
		}
		if err := d.check(); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", shown, err))
			continue
		}
		if _, taken := s.byURL[d.URL]; taken {
			problems = append(problems, fmt.Errorf("%s: %s is captured twice", shown, d.URL))
			continue
		}
		s.byURL[d.URL] = d
	}
	return s, errors.Join(problems...)
}

func (d Document) check() error {
	u, err := url.Parse(d.URL)
	if err != nil || u.Scheme != "https" || u.Path == "" || u.Path == "/" {
		return fmt.Errorf("url %q is not https with a path", d.URL)
	}
	if _, err := time.Parse(time.DateOnly, d.Captured); err != nil || d.Source == "" {
		return errors.New("a document needs a source and the day it was captured as YYYY-MM-DD")
	}
	var body struct {
		ClientID     string   `json:"client_id"`
		ClientName   string   `json:"client_name"`
		RedirectURIs []string `json:"redirect_uris"`
	}
	if err := json.Unmarshal([]byte(d.Body), &body); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	if body.ClientID != d.URL || body.ClientName == "" || len(body.RedirectURIs) == 0 {
		return fmt.Errorf("body: want client_id %q, a client_name and redirect_uris", d.URL)
	}
	return nil
}

// Document returns the captured document at a URL, as it was served; at the
// jwks_uri of a captured document, the public half of [SigningKey].
func (s Store) Document(address string) (body []byte, header http.Header, ok bool) {
	d, ok := s.byURL[address]
	if !ok {
		d, ok = s.family(address)
	}
	if !ok {
		return s.keysAt(address)
	}
	header = http.Header{"Content-Type": {"application/json"}}
	if d.CacheControl != "" {
		header.Set("Cache-Control", d.CacheControl)
	}
	return []byte(d.Body), header, true
}

// urlHash stands for what is different in each document of a family.
const urlHash = "{url-hash}"

// family returns the document at an address that only its family is known of.
func (s Store) family(address string) (Document, bool) {
	for _, d := range s.byURL {
		before, after, isFamily := strings.Cut(d.URL, urlHash)
		rest, hasBefore := strings.CutPrefix(address, before)
		hash, hasAfter := strings.CutSuffix(rest, after)
		if isFamily && hasBefore && hasAfter && hash != "" && !strings.ContainsAny(hash, "/?#") {
			d.URL, d.Body = address, strings.ReplaceAll(d.Body, urlHash, hash)
			return d, true
		}
	}
	return Document{}, false
}

func (s Store) keysAt(address string) (body []byte, header http.Header, ok bool) {
	if !slices.Contains(s.KeySets(), address) {
		return nil, nil, false
	}
	body, err := keySet()
	return body, http.Header{"Content-Type": {"application/json"}}, err == nil
}

// KeySets lists the jwks_uri of the documents that have one.
func (s Store) KeySets() []string {
	var out []string
	for _, d := range s.byURL {
		var body struct {
			JWKS string `json:"jwks_uri"`
		}
		if json.Unmarshal([]byte(d.Body), &body) == nil && body.JWKS != "" && !slices.Contains(out, body.JWKS) {
			out = append(out, body.JWKS)
		}
	}
	slices.Sort(out)
	return out
}

// Documents lists the documents by URL.
func (s Store) Documents() []Document {
	out := make([]Document, 0, len(s.byURL))
	for _, d := range s.byURL {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Document) int {
		if a.URL < b.URL {
			return -1
		}
		return 1
	})
	return out
}
