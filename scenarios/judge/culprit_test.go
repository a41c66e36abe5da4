package judge

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
)

func TestCulpritByTheFourRules(t *testing.T) {
	t.Parallel()
	finding := func(id, party, level string, verdict report.Verdict, seen Stage, shuts ...Stage) judged {
		return judged{
			report.Finding{Check: id, Party: party, Level: level, Verdict: verdict, Stage: string(seen)},
			Check{ID: id, Breaks: shuts},
		}
	}
	const client, server = "client", "authorization-server"
	coded := finding("coded", client, "MUST", report.Fail, DoorAuthorize, DoorAuthorize)
	coded.check.Codes = []string{"invalid_scope"}
	for name, c := range map[string]struct {
		found      []judged
		code       string
		party, why string
	}{
		"a MUST that shuts the door": {
			found: []judged{
				finding("should", client, "SHOULD", report.Warn, DoorRegistration, DoorAuthorize),
				finding("must", server, "MUST", report.Fail, DoorAuthorize, DoorAuthorize),
				finding("another", client, "MUST", report.Fail, DoorChallenge, DoorChallenge),
			},
			party: server, why: "must",
		},
		"MUST NOT counts as one": {
			found: []judged{
				finding("should", server, "SHOULD NOT", report.Warn, DoorChallenge, DoorAuthorize),
				finding("must", client, "MUST NOT", report.Fail, DoorAuthorize, DoorAuthorize),
			},
			party: client, why: "must",
		},
		"else a SHOULD that shuts it": {
			found: []judged{
				finding("elsewhere", server, "MUST", report.Fail, DoorChallenge, DoorChallenge),
				finding("should", client, "SHOULD", report.Warn, DoorAuthorize, DoorAuthorize),
			},
			party: client, why: "should",
		},
		"else a MUST on the way that shuts another door": {
			found: []judged{
				finding("harmless", client, "MUST", report.Fail, DoorChallenge),
				finding("elsewhere", server, "MUST", report.Fail, DoorRegistration, DoorToken),
			},
			party: server, why: "elsewhere",
		},
		"a server's at a door that was passed led astray": {
			found: []judged{finding("astray", server, "MUST", report.Fail, DoorChallenge, DoorChallenge)},
			party: server, why: "astray",
		},
		"a client's MUST whose doors were passed is harmless": {
			found: []judged{finding("passed", client, "MUST", report.Fail, DoorRegistration, DoorRegistration)},
			party: BothWithinSpec,
		},
		"a refusal that is plainly about something else": {found: []judged{coded}, code: "invalid_dpop_proof", party: BothWithinSpec},
		"else nobody": {
			found: []judged{
				finding("harmless", client, "MUST", report.Fail, DoorChallenge),
				finding("should", client, "SHOULD", report.Warn, DoorChallenge, DoorToken),
				finding("later", server, "MUST", report.Fail, DoorToken, DoorAuthorize),
				finding("kept", server, "MUST", report.Pass, DoorAuthorize, DoorAuthorize),
			},
			party: BothWithinSpec,
		},
		"the nearest to the start first": {
			found: []judged{
				finding("late", client, "MUST", report.Fail, DoorAuthorize, DoorAuthorize),
				finding("early", server, "MUST", report.Fail, DoorServerMetadata, DoorAuthorize),
			},
			party: server, why: "early",
		},
		"the refusal is about this":           {found: []judged{coded}, code: "invalid_scope", party: client, why: "coded"},
		"no finding":                          {party: BothWithinSpec},
		"another refusal, but a MUST was hit": {found: []judged{coded}, code: "server_error", party: client, why: "coded"},
		"another refusal, and a MUST is about it": {
			found: []judged{coded, finding("any", server, "MUST", report.Fail, DoorAuthorize, DoorAuthorize)},
			code:  "server_error", party: server, why: "any",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			party, why := culprit(c.found, DoorAuthorize, c.code)
			id := ""
			if why != nil {
				id = why.Check
			}
			if party != c.party || id != c.why {
				t.Errorf("%s because of %q, want %s because of %q", party, id, c.party, c.why)
			}
		})
	}
}

// What broke first is what a cell is known by.
func TestTheFirstBreak(t *testing.T) {
	t.Parallel()
	wayIn := goal{stage: DoorToken, reason: "way in"}
	earlier := goal{stage: DoorAuthorize, reason: "earlier on the way in"}
	refresh := goal{stage: DoorRefresh, later: true, reason: "refresh"}
	restart := goal{stage: DoorChallenge, later: true, reason: "restart"}
	for name, c := range map[string]struct {
		missed []goal
		inTurn bool
		want   string
	}{
		"nothing":                        {nil, true, ""},
		"first door on the way":          {[]goal{wayIn, earlier}, true, earlier.reason},
		"the way in comes first":         {[]goal{restart, wayIn}, true, wayIn.reason},
		"then what was attempted first":  {[]goal{refresh, restart}, true, refresh.reason},
		"or what lies first on the path": {[]goal{refresh, restart}, false, restart.reason},
	} {
		got := ""
		if g := firstBreak(c.missed, c.inTurn); g != nil {
			got = g.reason
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
