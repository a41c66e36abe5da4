package emulated

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/strictyaml"
)

// wireFile says how the recordings of one client are replayed; the files are
// in testdata/wire, one for each client.
type wireFile struct {
	Replay []replay `yaml:"replay"`
	// Open are recordings that are not replayed yet, each with the reason.
	Open map[string]string `yaml:"open"`
}

// replay is a recording that an emulation must reproduce.
type replay struct {
	// Recording is client@version/variant below testdata/recordings.
	Recording string `yaml:"recording"`
	// Client is the selector of the emulation; "" means that of the recording.
	Client string `yaml:"client"`
	// After is the recording in which the client had got in before this one
	// began, with what the servers said then; "" means none.
	After string `yaml:"after"`
	// Configured are the credentials that the user typed in.
	Configured *configured `yaml:"configured"`
	// Settings are fields of Behaviour that the user of the recording had set
	// in the program's own configuration.
	Settings yaml.MapSlice `yaml:"settings"`
	// Lifetime of access tokens in seconds; 0 means the recorded one, of which
	// too little may be left on a slow machine.
	Lifetime int `yaml:"lifetime"`
	// Play is what the user does: "connect", "call TOOL", "restart", and
	// "expire" for the end of all tokens at the server, "age" for that of the
	// client's token by its own clock; "begin" is where the recording begins,
	// after what is played for the sake of After. An exclamation mark after the verb
	// means that it fails. nil means connect.
	Play []string `yaml:"play"`
	// Without are requests of the recording that the emulation leaves out, by
	// position, with the reason.
	Without []leftOut `yaml:"without"`
	// Beyond are requests of the emulation that the recording lacks.
	Beyond []leftOut `yaml:"beyond"`
	// Glance are requests, by position after Without, of which only method and
	// path are compared.
	Glance []leftOut `yaml:"glance"`
	// Rename rewrites words of the recording; a comment beside it says why.
	Rename map[string]string `yaml:"rename"`
}

type configured struct {
	ClientID     string `yaml:"clientId"`
	ClientSecret string `yaml:"clientSecret"`
}

// leftOut are positions with the reason why they are not compared.
type leftOut struct {
	Requests []int  `yaml:"requests"`
	Why      string `yaml:"why"`
}

// The wire of an emulation is held against the recording of the released
// client: which requests in which order, and field by field what is in them.
func TestTheWireIsThatOfTheRecording(t *testing.T) {
	t.Parallel()
	for name, file := range wireFiles(t) {
		for _, r := range file.Replay {
			t.Run(r.Recording, func(t *testing.T) {
				t.Parallel()
				for _, l := range slices.Concat(r.Without, r.Beyond, r.Glance) {
					if l.Why == "" {
						t.Errorf("%s: %v is left out without a reason", name, l.Requests)
					}
				}
				from := readRecording(t, r.Recording)
				if r.Lifetime > 0 {
					from.lifetime = r.Lifetime
				}
				if r.After != "" {
					before := readRecording(t, r.After)
					from.documents, from.challenge, from.sendsIss = before.documents, before.challenge, before.sendsIss
				}
				l := newLab(t, from)
				r.perform(t, l)
				got := without(wire(t, l.seen(), l.mcp.Listener.Addr().String(), l.as.Listener.Addr().String(), nil), r.Beyond)
				want := without(wire(t, from.requests, from.hosts["mcp-server"], from.hosts["authorization-server"], r.replacer()), r.Without)
				for _, at := range positions(r.Glance) {
					if at < len(got) && at < len(want) {
						got[at], want[at] = got[at][:1], want[at][:1]
					}
				}
				settleTail(got)
				settleTail(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("recording (-) and emulation (+) differ:\n%s", diff)
				}
			})
		}
	}
}

// Every recording of a client that has a profile is replayed, or listed with
// the reason why not.
func TestEveryRecordingIsReplayed(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for name, file := range wireFiles(t) {
		all := slices.Collect(maps.Keys(file.Open))
		for _, r := range file.Replay {
			all = append(all, r.Recording)
		}
		for _, recording := range all {
			if id, _, _ := strings.Cut(recording, "@"); id+".yaml" != name {
				t.Errorf("%s: %s belongs into another file", name, recording)
			}
			if known[recording] {
				t.Errorf("%s: %s twice", name, recording)
			}
			known[recording] = true
		}
	}
	ps, err := All()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(os.DirFS(recordings), "*/*.har")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".har")
		id, _, _ := strings.Cut(name, "@")
		if !known[name] && slices.ContainsFunc(ps, func(p *Profile) bool { return p.ID == id }) {
			t.Errorf("%s is replayed nowhere: it needs an entry in testdata/wire/%s.yaml", name, id)
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("%s: there is no such recording", name)
	}
}

func wireFiles(tb testing.TB) map[string]wireFile {
	tb.Helper()
	fsys := os.DirFS("testdata/wire")
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no files: %v", err)
	}
	out := map[string]wireFile{}
	for _, name := range names {
		var f wireFile
		if err := strictyaml.ReadFile(fsys, name, &f); err != nil {
			tb.Fatal(err)
		}
		out[path.Base(name)] = f
	}
	return out
}

// perform plays the user's part with the emulation.
func (r replay) perform(t *testing.T, l *lab) {
	t.Helper()
	selector := r.Client
	if selector == "" {
		selector, _, _ = strings.Cut(r.Recording, "/")
	}
	c := find(t, selector)
	b := c.Behaviour()
	if r.Settings != nil {
		text, err := yaml.Marshal(r.Settings)
		if err != nil {
			t.Fatal(err)
		}
		if err := strictyaml.Decode(r.Recording+": settings", text, &b); err != nil {
			t.Fatal(err)
		}
	}
	facts := clients.Facts{MCPURL: l.mcp.URL + "/mcp", UserAgent: follower{}, Seed: 7}
	if r.Configured != nil {
		facts.Credentials = &clients.Credentials{ClientID: r.Configured.ClientID, ClientSecret: r.Configured.ClientSecret}
	}
	s, err := New(c.Identity(), b).Start(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	if r.Play == nil {
		r.Play = []string{"connect"}
	}
	for _, step := range r.Play {
		verb, object, _ := strings.Cut(step, " ")
		verb, fails := strings.CutSuffix(verb, "!")
		var o clients.Outcome
		switch verb {
		case "connect":
			o = s.Connect(t.Context())
		case "call":
			o = s.Call(t.Context(), object, map[string]any{"text": "hi"})
		case "restart":
			o = s.Restart(t.Context())
		case "expire":
			l.expire()
			continue
		case "begin":
			l.forget()
			continue
		case "age":
			age(s)
			continue
		default:
			t.Fatalf("%s: unknown step %q", r.Recording, step)
		}
		if fails == (o.Status == clients.OK) {
			t.Errorf("%s: %s: %s", step, o.Status, o.Words)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// age lets the time of a client's token run out.
func age(s clients.Session) {
	if s, ok := s.(*Session); ok {
		t, _ := s.store.token(s.facts.MCPURL)
		t.expires = time.Now()
		s.store.setToken(s.facts.MCPURL, t)
	}
}

func (r replay) replacer() *strings.Replacer {
	var pairs []string
	for _, from := range slices.Sorted(maps.Keys(r.Rename)) {
		pairs = append(pairs, from, r.Rename[from])
	}
	return strings.NewReplacer(pairs...)
}

func positions(list []leftOut) []int {
	var out []int
	for _, l := range list {
		out = append(out, l.Requests...)
	}
	return out
}

// without drops the requests at the positions of list.
func without(lines [][]string, list []leftOut) [][]string {
	drop := positions(list)
	var out [][]string
	for i, l := range lines {
		if !slices.Contains(drop, i) {
			out = append(out, l)
		}
	}
	return out
}

// A replay that was played differently is noticed.
func TestADifferentWireIsNoticed(t *testing.T) {
	t.Parallel()
	from := readRecording(t, "claude-code@2.1.329/dcr")
	l := newLab(t, from)
	replay{Recording: "claude-code@2.1.329/dcr", Settings: yaml.MapSlice{{Key: "state", Value: map[string]string{"form": "hex"}}}}.perform(t, l)
	got := fmt.Sprint(wire(t, l.seen(), l.mcp.Listener.Addr().String(), l.as.Listener.Addr().String(), nil))
	if !strings.Contains(got, "state=<64 hex digits>") {
		t.Errorf("the setting is not on the wire: %s", got)
	}
}
