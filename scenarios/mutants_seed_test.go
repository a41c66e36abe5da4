package scenarios_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/clients/mutant"
	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
)

// seeds is how many variations are tried.
const seeds = 200

// What the specification leaves open is nobody's fault: the conformant pair
// stays green however it is varied.
func TestNoLegalVariationIsAFinding(t *testing.T) {
	t.Parallel()
	book := lawBook(t)
	for seed := uint64(1); seed <= seeds; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			v := variation(seed)
			settings := v.settings()
			d := deploy(t, settings...)
			if v.rng("issuer path").IntN(3) == 0 {
				d.IssuerPath = "/tenant"
			}
			c := newMutant(t, "varied",
				mutant.Authorize(v.shuffle), mutant.Form(mutant.Token, v.shuffle),
				mutant.Sends(mutant.Registration, func(r *trace.Request) { v.rewrite(&r.Body, r.URL, true) }),
				mutant.Sends(mutant.Any, v.headers), mutant.Answers(v.answer))
			o := scenarios.RunOptions{Book: book, Seed: int64(seed)}
			m := measureIn(t, o, c, d)
			forge(t, m.recording, v.answer, nil)
			for name, got := range map[string]report.Cell{
				"as sent": m.cell, "as received": judge.Cell(m.recording, judge.Options{Book: book}),
			} {
				if !allPass(got) {
					t.Errorf("%s, with %v and issuer path %q\n%s"+
						"again: go test ./scenarios -run 'TestNoLegalVariationIsAFinding/seed=%d$'",
						name, settings, d.IssuerPath, tell(got), seed)
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

// variation draws from a seed. Each question has a generator of its own, so
// that an answer is varied the same way however often it is looked at.
type variation uint64

func (v variation) rng(question string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(question))
	return rand.New(rand.NewPCG(uint64(v), h.Sum64()))
}

// settings are some of the legal ways in which servers differ.
func (v variation) settings() []string {
	var out []string
	for _, alternatives := range [][]string{
		{"mcpServer.challenge.layout=joined"},
		{`mcpServer.challenge.extraSchemes=[Negotiate, 'Basic realm="a, b"']`},
		{"mcpServer.challenge.extraSchemesPosition=last"},
		{"mcpServer.challenge.scope=all"},
		{"mcpServer.challenge.resourceMetadata=omit", "mcpServer.metadata.path=/oauth/resource", "mcpServer.metadata.path=off"},
		{"mcpServer.metadata.scopesSupported=omit", "mcpServer.metadata.scopesSupported=empty"},
		{"mcpServer.transport.response=event-stream"},
		{"mcpServer.transport.revisions=[2025-11-25]", "mcpServer.transport.revisions=[2026-07-28]", "mcpServer.transport.revisions=[2025-03-26]"},
		{"mcpServer.scopes.challengeIncludesGranted=on"},
		{"mcpServer.scopes.hierarchy=write-implies-read"},
		{"mcpServer.dpop.use=advertised", "mcpServer.dpop.use=required", "mcpServer.dpop.use=off"},
		{"authServer.metadata.rfc8414=off", "authServer.metadata.oidc=off", "authServer.metadata.oidc=appended"},
		{"authServer.metadata.scopesSupported=omitted"},
		{"authServer.registration.clientIdMetadataDocuments=off", "authServer.registration.dynamic=off"},
		{"authServer.registration.applicationType=enforced"},
		{"authServer.token.expiresIn=omit"},
		{"authServer.token.scope=omit"},
		{"authServer.refresh.issue=never"},
		{"authServer.scope.offlineAccess=grant"},
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
func (v variation) shuffle(p *mutant.Params) {
	v.rng(fmt.Sprint("order of ", len(*p))).Shuffle(len(*p), func(i, j int) { (*p)[i], (*p)[j] = (*p)[j], (*p)[i] })
}

// headers varies the case of header names.
func (v variation) headers(r *trace.Request) {
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

// answer varies the form of documents and challenges.
func (v variation) answer(x *trace.Exchange) {
	isMCP := strings.Contains(x.Request.Body.Text, `"jsonrpc"`)
	v.rewrite(&x.Response.Body, x.Request.URL, !isMCP)
	for i, value := range x.Response.Header.Values("WWW-Authenticate") {
		if isChallengeOf(value, "Bearer") || isChallengeOf(value, "DPoP") {
			x.Response.Header["Www-Authenticate"][i] = v.challenge(value)
		}
	}
}

// isChallengeOf tells whether a header value is one challenge of a scheme.
func isChallengeOf(value, scheme string) bool {
	return strings.HasPrefix(value, scheme+" ") && strings.Count(value, "Bearer ")+strings.Count(value, "DPoP ") == 1 &&
		!strings.Contains(value, "Basic") && !strings.Contains(value, "Negotiate")
}

// challenge writes a challenge in another of its forms (RFC 9110 section 11).
func (v variation) challenge(value string) string {
	scheme, _, _ := strings.Cut(value, " ")
	params := regexp.MustCompile(`([a-z_]+)="([^"]*)"`).FindAllStringSubmatch(value, -1)
	rng := v.rng(fmt.Sprint("challenge of ", len(params)))
	rng.Shuffle(len(params), func(i, j int) { params[i], params[j] = params[j], params[i] })
	var parts []string
	for _, p := range params {
		name, text := p[1], p[2]
		if rng.IntN(3) == 0 {
			name = strings.ToUpper(name)
		}
		switch isToken := regexp.MustCompile(`^[\w.~-]+$`).MatchString(text); {
		case isToken && rng.IntN(2) == 0:
		case rng.IntN(3) == 0 && text != "":
			text = `"\` + text + `"` // any character may be escaped
		default:
			text = `"` + text + `"`
		}
		parts = append(parts, name+[]string{"=", " = "}[rng.IntN(2)]+text)
	}
	if rng.IntN(2) == 0 {
		scheme = strings.ToUpper(scheme)
	}
	return scheme + " " + strings.Join(parts, []string{",", ", ", " ,\t"}[rng.IntN(3)])
}

// rewrite varies the order and the spacing of a JSON object, and adds members
// that nobody knows.
func (v variation) rewrite(b *trace.Body, where string, extra bool) {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(b.Text), &members) != nil || members == nil {
		return
	}
	path := where
	if u, err := url.Parse(where); err == nil {
		path = u.Path
	}
	rng := v.rng("json at " + path)
	if extra {
		members["x_unknown"] = json.RawMessage(`{"issuer":"https://other.example","list":[1,null,"é\/"]}`)
	}
	names := slices.Sorted(maps.Keys(members))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	space := []string{"", " ", "\n\t"}[rng.IntN(3)]
	var parts []string
	for _, name := range names {
		parts = append(parts, space+`"`+name+`"`+space+":"+space+string(members[name]))
	}
	b.Text = "{" + strings.Join(parts, space+",") + space + "}"
}
