package server_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/judgetest"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/server"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// scene is a recording, and what a check must say of it. Names are the exchanges
// that a finding must name.
type scene struct {
	check string
	name  string
	write func(f *judgetest.Flow)
	want  check.State
	names []int
}

func scenes() []scene {
	return slices.Concat(discoveryScenes(), registrationScenes(), authorizeScenes(), tokenScenes(), refreshScenes(), accessScenes())
}

func TestAnswersOfServers(t *testing.T) {
	t.Parallel()
	checks := map[string]check.Check{}
	for _, c := range server.Checks() {
		checks[c.ID] = c
	}
	for _, s := range scenes() {
		t.Run(s.check+"/"+s.name, func(t *testing.T) {
			t.Parallel()
			c, ok := checks[s.check]
			if !ok {
				t.Fatalf("no check %s", s.check)
			}
			f := judgetest.New()
			s.write(f)
			got := c.Judge(reading.NewView(&f.Rec))
			if got.State != s.want {
				t.Fatalf("state %d, want %d: expected %s, observed %s %v", got.State, s.want, got.Expected, got.Observed, got.Exchanges)
			}
			for _, id := range s.names {
				if !slices.Contains(got.Exchanges, id) {
					t.Errorf("names exchanges %v, want %d among them", got.Exchanges, id)
				}
			}
			if s.want == check.Broken && (len(got.Exchanges) == 0 || got.Expected == "" || got.Observed == "") {
				t.Errorf("a finding without evidence: %+v", got)
			}
		})
	}
}

// Every check of the answers of servers has a recording that it convicts and one
// that it does not.
func TestEveryAnswerCheckHasBothScenes(t *testing.T) {
	t.Parallel()
	type seen struct{ bad, other bool }
	by := map[string]*seen{}
	for _, s := range scenes() {
		if by[s.check] == nil {
			by[s.check] = &seen{}
		}
		if s.want == check.Broken {
			by[s.check].bad = true
		} else {
			by[s.check].other = true
		}
	}
	for id, s := range by {
		if !s.bad || !s.other {
			t.Errorf("%s: convicts %t, does not %t", id, s.bad, s.other)
		}
	}
	for _, c := range server.AnswerChecks() {
		if by[c.ID] == nil {
			t.Errorf("no recording for %s", c.ID)
		}
	}
}

// A recording that is in order has no finding against a server, and one whose
// headers and bodies were left out has none either.
func TestNothingIsMissingFromWhatWasNotRecorded(t *testing.T) {
	t.Parallel()
	bare := func() *judgetest.Flow {
		f := judgetest.New().In(judgetest.WithResult)
		f.Rec.Creator = "a proxy"
		f.Refresh("r", "c", "&resource="+judgetest.MCPURL, http.StatusBadRequest, `{"error":"invalid_grant"}`)
		f.Post("/register", `{"redirect_uris":["`+judgetest.Redirect+`"]}`, http.StatusForbidden, "no")
		f.MCP("tools/call", "", http.StatusUnauthorized, "", "")
		for i := range f.Rec.Exchanges {
			x := &f.Rec.Exchanges[i]
			x.Response.Header = http.Header{}
			if x.ID > 5 {
				x.Response.Body = trace.Body{Size: 99}
			}
		}
		f.Rec.Exchanges[4].Response.Header.Set("Location", judgetest.Granted)
		return f
	}
	for name, f := range map[string]*judgetest.Flow{
		"in order": judgetest.New().In(judgetest.WithResult), "no headers, no bodies": bare(), "empty": judgetest.New(),
	} {
		v := reading.NewView(&f.Rec)
		for _, c := range server.AnswerChecks() {
			if r := c.Judge(v); r.State == check.Broken {
				t.Errorf("%s: %s: expected %s, observed %s %v", name, c.ID, r.Expected, r.Observed, r.Exchanges)
			}
		}
	}
}
