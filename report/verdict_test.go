package report

import (
	"slices"
	"testing"
)

func TestWorst(t *testing.T) {
	t.Parallel()
	order := Verdicts()
	for i, v := range order {
		for j, o := range order {
			want := order[max(i, j)]
			if got := Worst(v, o); got != want {
				t.Errorf("Worst(%s, %s) = %s, want %s", v, o, got, want)
			}
			if got := v.WorseThan(o); got != (i > j) {
				t.Errorf("%s.WorseThan(%s) = %t", v, o, got)
			}
		}
	}
	if got := Worst(); got != Untested {
		t.Errorf("Worst() = %s: nothing seen must not be green", got)
	}
	if got := Worst(HarnessError, "green"); got != "green" {
		t.Errorf("Worst with an unknown word = %s: a typing error must not be hidden", got)
	}
}

func TestGoodAndRed(t *testing.T) {
	t.Parallel()
	good := []Verdict{Pass, RefusedRight, Warn}
	red := []Verdict{Untested, Fail, HarnessError}
	for _, v := range Verdicts() {
		if got := v.Good(); got != slices.Contains(good, v) {
			t.Errorf("%s.Good() = %t", v, got)
		}
		if got := v.Red(); got != slices.Contains(red, v) {
			t.Errorf("%s.Red() = %t", v, got)
		}
	}
	if Verdict("").Good() || !Verdict("").Red() || Verdict("").Valid() {
		t.Error("the empty verdict must be red and invalid")
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"conformant@1/reference":                      "connects",
		"conformant@1/mix-up":                         "refuses, rightly",
		"cursor@2.0/reference":                        "connects with warnings",
		"cursor@2.0/mix-up":                           "not applicable",
		"zed@1/reference":                             "connects",
		"zed@1/enterprise":                            "known: breaks at registration",
		"null@1/reference":                            "untested",
		"null@1/enterprise":                           "breaks at challenge",
		"vscode@1.107+port-taken/enterprise":          "breaks at authorize",
		"vscode@1.107+port-taken/exact-redirect-port": "breaks at authorize",
		"cursor@2.0/enterprise":                       "connects, then breaks at refresh",
		"cursor@2.0/exact-redirect-port":              "connects, breaks a rule",
		"mcp-remote@0.15.1/enterprise":                "harness error",
	}
	for _, c := range sample().Cells {
		if got := c.Outcome(); got != want[c.Name()] {
			t.Errorf("%s: %q, want %q", c.Name(), got, want[c.Name()])
		}
		delete(want, c.Name())
	}
	if len(want) > 0 {
		t.Errorf("cells without a test: %v", want)
	}
}

// The judge decides; what it did not name does not tell, however bad it is.
func TestTellingFindingIsTheOneTheJudgeNamed(t *testing.T) {
	t.Parallel()
	for why, want := range map[string]string{
		"redirect/loopback-any-port": "redirect/loopback-any-port",
		"scope/from-challenge":       "scope/from-challenge",
		"call/bearer":                "", // it saw nothing
		"no/such-check":              "",
		"":                           "",
	} {
		c := sample().Find("vscode@1.107+port-taken/enterprise")[0]
		c.Why = why
		for _, culprit := range Culprits() {
			c.Culprit = culprit
			if _, f, ok := c.Telling(); f.Check != want || ok != (want != "") {
				t.Errorf("why %q, culprit %s: %q tells", why, culprit, f.Check)
			}
		}
	}
}

func TestRerunQuotesForTheShell(t *testing.T) {
	t.Parallel()
	r := sample()
	c := r.Find("vscode@1.107+port-taken/enterprise")[0]
	want := "mcpcompat run --client vscode@1.107+port-taken --deployment enterprise" +
		" --basis emulated --revision 2026-07-28 --consent http --seed 7"
	if got := r.Rerun(c); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	c.Client = "odd' name"
	if got := r.Rerun(c); got[:len(`mcpcompat run --client 'odd'\'' name' `)] != `mcpcompat run --client 'odd'\'' name' ` {
		t.Errorf("not quoted: %s", got)
	}
	if got := r.Rerun(); got != "" {
		t.Errorf("no cells give %q", got)
	}
}

func TestReasonDoesNotRepeatTheOutcome(t *testing.T) {
	t.Parallel()
	for summary, want := range map[string]string{
		"breaks at authorize: 400 page":  "400 page",
		"Breaks at authorize.":           "",
		"breaks at authorize":            "",
		"breaks at authorizer":           "breaks at authorizer",
		"The port was taken.":            "The port was taken.",
		"":                               "",
		"breaks at authorize; and İ too": "and İ too",
	} {
		c := Cell{Verdict: Fail, Stage: "authorize", Summary: summary}
		if got := c.reason(); got != want {
			t.Errorf("%q: %q, want %q", summary, got, want)
		}
	}
}
