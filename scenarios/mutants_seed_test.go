package scenarios_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/internal/variation"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// seeds is how many variations are tried.
const seeds = 200

// What the specification leaves open is nobody's fault: the conformant client
// stays green however the servers vary it.
func TestNoSeedIsAFinding(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	profiles, err := emulated.All()
	if err != nil {
		t.Fatal(err)
	}
	found, err := profiles.Find("conformant")
	if err != nil {
		t.Fatal(err)
	}
	wires := map[string]bool{}
	for n := range int64(seeds) {
		t.Run(fmt.Sprintf("seed=%d", n+1), func(t *testing.T) {
			o := scenarios.RunOptions{Book: book, Seed: n + 1}
			got := measureIn(t, o, found[0], deploy(t)).cell
			if !allPass(got) {
				t.Errorf("%s\nagain: mcpcompat run --client conformant --deployment reference --seed %d", tell(got), n+1)
			}
			wires[got.Wire] = true
		})
	}
	if len(wires) < 8 { // four prefixes of endpoints, three paths of the issuer
		t.Errorf("all seeds together look like %d", len(wires))
	}
}

// The same holds beside legal settings, and however the client varies what is
// left open to it.
func TestNoLegalVariationIsAFinding(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	for n := range int64(seeds) {
		t.Run(fmt.Sprintf("seed=%d", n+1), func(t *testing.T) {
			t.Parallel()
			v := seed{variation.Seed(n + 1)}
			settings := v.settings()
			c := newMutant(t, "varied",
				mutant.Authorize(v.shuffle), mutant.Form(mutant.Token, v.shuffle),
				mutant.Sends(mutant.Registration, func(r *trace.Request) { r.Body.Text = string(v.Object("registration", []byte(r.Body.Text))) }),
				mutant.Sends(mutant.Any, v.headers), mutant.Answers(v.answer))
			m := measureIn(t, scenarios.RunOptions{Book: book, Seed: n + 1}, c, deploy(t, settings...))
			forge(t, m.recording, v.answer, nil)
			for name, got := range map[string]report.Cell{
				"as sent": m.cell, "as received": judge.Cell(m.recording, judge.Options{Book: book}),
			} {
				if !allPass(got) {
					t.Errorf("%s, with %v\n%sagain: go test ./scenarios -run 'TestNoLegalVariationIsAFinding/seed=%d$'", name, settings, tell(got), n+1)
				}
			}
		})
	}
}

func allPass(c report.Cell) bool {
	for _, f := range verdicts(c) {
		if f.Verdict != report.Pass {
			return false
		}
	}
	return c.Verdict == report.Pass && c.Connected
}

// seed varies the client and the settings beside what the servers vary.
type seed struct{ variation.Seed }

// rng draws for one question, so that an answer is varied the same way however
// often it is looked at.
func (v seed) rng(question string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(question))
	return rand.New(rand.NewPCG(uint64(v.Seed), h.Sum64()))
}

// settings are some of the legal ways in which servers differ.
func (v seed) settings() []string {
	var out []string
	for _, alternatives := range [][]string{
		{"mcpServer.challenge.scope=all"},
		{"mcpServer.challenge.resourceMetadata=omitted", "mcpServer.metadata.path=/oauth/resource", "mcpServer.metadata.path=off"},
		{"mcpServer.metadata.scopesSupported=omitted", "mcpServer.metadata.scopesSupported=empty"},
		{"mcpServer.transport.response=event-stream"},
		{"mcpServer.transport.revisions=[2025-11-25]", "mcpServer.transport.revisions=[2026-07-28]", "mcpServer.transport.revisions=[2025-03-26]"},
		{"mcpServer.scopes.challengeIncludesGranted=on"},
		{"mcpServer.scopes.hierarchy=write-implies-read"},
		{"mcpServer.dpop.use=advertised", "mcpServer.dpop.use=required", "mcpServer.dpop.use=off"},
		{"authServer.metadata.rfc8414=off", "authServer.metadata.oidc=off", "authServer.metadata.oidc=appended"},
		{"authServer.metadata.scopesSupported=omitted"},
		{"authServer.registration.clientIdMetadataDocuments=off", "authServer.registration.dynamic=off"},
		{"authServer.registration.applicationType=enforced"},
		{"authServer.token.expiresIn=omitted"},
		{"authServer.token.scope=omitted"},
		{"authServer.refresh.issue=never"},
		{"authServer.scope.offlineAccess=granted"},
		{"authServer.par.required=on"},
		{"authServer.dpop.nonce=required"},
	} {
		rng := v.rng(alternatives[0])
		if rng.IntN(3) == 0 {
			out = append(out, alternatives[rng.IntN(len(alternatives))])
		}
	}
	return out
}

// shuffle varies the order of parameters.
func (v seed) shuffle(p *mutant.Params) {
	v.rng(fmt.Sprint("order of ", len(*p))).Shuffle(len(*p), func(i, j int) { (*p)[i], (*p)[j] = (*p)[j], (*p)[i] })
}

// headers varies the case of header names.
func (v seed) headers(r *trace.Request) {
	write := []func(string) string{strings.ToLower, strings.ToUpper, http.CanonicalHeaderKey}[v.rng("header case").IntN(3)]
	out := http.Header{}
	for name, values := range r.Header {
		if name != "User-Agent" { // net/http looks for this one by its usual name
			name = write(name)
		}
		out[name] = values
	}
	r.Header = out
}

// answer varies the form of MCP messages; the servers vary the rest by
// themselves.
func (v seed) answer(x *trace.Exchange) {
	if strings.Contains(x.Request.Body.Text, `"jsonrpc"`) {
		x.Response.Body.Text = string(v.Respace("message", []byte(x.Response.Body.Text)))
	}
}
