package naming

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/report"
)

// Sample is what one recording of a known client shows of its wire.
type Sample struct {
	// Client is id@version[+condition].
	Client   string
	Features []report.Feature
}

// Signature is the wire of one client, as recordings of it show it.
type Signature struct {
	Client string `json:"client"`
	// Recordings says how many it was made from.
	Recordings int `json:"recordings"`
	// Features are the values that were seen, by the path that the feature has in
	// a profile.
	Features map[string][]string `json:"features"`
}

// id is the client without version and condition.
func (s Signature) id() string {
	id, _, _ := strings.Cut(s.Client, "@")
	return id
}

// Sign makes signatures of samples, one for each client, in the order of their
// ids.
func Sign(samples []Sample) []Signature {
	of := map[string]*Signature{}
	for _, sample := range samples {
		s := of[sample.Client]
		if s == nil {
			s = &Signature{Client: sample.Client, Features: map[string][]string{}}
			of[sample.Client] = s
		}
		s.Recordings++
		for _, f := range habits(sample.Features) {
			if !slices.Contains(s.Features[f.Path], f.Value) {
				s.Features[f.Path] = append(s.Features[f.Path], f.Value)
			}
		}
	}
	var out []Signature
	for _, client := range slices.Sorted(maps.Keys(of)) {
		for _, values := range of[client].Features {
			slices.Sort(values)
		}
		out = append(out, *of[client])
	}
	return out
}

// runtimes are the User-Agents that a program does not choose; features have
// them without versions.
func runtimes() []string {
	return []string{"none", "node", "undici", "Bun", "Deno", "Go-http-client", "python-httpx", "python-httpx2", "Java-http-client"}
}

// habits are the features by which likeness is judged: neither the names that a
// program gives itself, which anybody can send, nor what the operator decides.
func habits(features []report.Feature) []report.Feature {
	var out []report.Feature
	for _, f := range features {
		switch {
		case f.Path == "registration.dynamic.clientName", f.Path == "registration.clientIdMetadataDocument", f.Path == "registration.order":
		case strings.HasPrefix(f.Path, "headers.userAgent") && !slices.Contains(runtimes(), f.Value):
		default:
			out = append(out, f)
		}
	}
	return out
}

func readSignatures(to *[]Signature) error {
	const name = "data/signatures.json"
	raw, err := data.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
