package judge

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func TestCulpritByTheFourRules(t *testing.T) {
	t.Parallel()
	finding := func(id, party, level string, verdict report.Verdict, seen reading.Door, shuts ...reading.Door) judged {
		return judged{
			report.Finding{Check: id, Party: party, Level: level, Verdict: verdict, Stage: string(seen)},
			check.Check{ID: id, Breaks: shuts},
		}
	}
	const client, server = "client", "authorization-server"
	coded := finding("coded", client, "MUST", report.Fail, reading.DoorAuthorize, reading.DoorAuthorize)
	coded.check.Codes = []string{"invalid_scope"}
	for name, c := range map[string]struct {
		found      []judged
		code       string
		party, why string
	}{
		"a MUST that shuts the door": {
			found: []judged{
				finding("should", client, "SHOULD", report.Warn, reading.DoorRegistration, reading.DoorAuthorize),
				finding("must", server, "MUST", report.Fail, reading.DoorAuthorize, reading.DoorAuthorize),
				finding("another", client, "MUST", report.Fail, reading.DoorChallenge, reading.DoorChallenge),
			},
			party: server, why: "must",
		},
		"MUST NOT counts as one": {
			found: []judged{
				finding("should", server, "SHOULD NOT", report.Warn, reading.DoorChallenge, reading.DoorAuthorize),
				finding("must", client, "MUST NOT", report.Fail, reading.DoorAuthorize, reading.DoorAuthorize),
			},
			party: client, why: "must",
		},
		"else a SHOULD that shuts it": {
			found: []judged{
				finding("elsewhere", server, "MUST", report.Fail, reading.DoorChallenge, reading.DoorChallenge),
				finding("should", client, "SHOULD", report.Warn, reading.DoorAuthorize, reading.DoorAuthorize),
			},
			party: client, why: "should",
		},
		"else a MUST on the way that shuts another door": {
			found: []judged{
				finding("harmless", client, "MUST", report.Fail, reading.DoorChallenge),
				finding("elsewhere", server, "MUST", report.Fail, reading.DoorRegistration, reading.DoorToken),
			},
			party: server, why: "elsewhere",
		},
		"a server's at a door that was passed led astray": {
			found: []judged{finding("astray", server, "MUST", report.Fail, reading.DoorChallenge, reading.DoorChallenge)},
			party: server, why: "astray",
		},
		"a client's MUST whose doors were passed is harmless": {
			found: []judged{finding("passed", client, "MUST", report.Fail, reading.DoorRegistration, reading.DoorRegistration)},
			party: BothWithinSpec,
		},
		"a refusal that is plainly about something else": {found: []judged{coded}, code: "invalid_dpop_proof", party: BothWithinSpec},
		"else nobody": {
			found: []judged{
				finding("harmless", client, "MUST", report.Fail, reading.DoorChallenge),
				finding("should", client, "SHOULD", report.Warn, reading.DoorChallenge, reading.DoorToken),
				finding("later", server, "MUST", report.Fail, reading.DoorToken, reading.DoorAuthorize),
				finding("kept", server, "MUST", report.Pass, reading.DoorAuthorize, reading.DoorAuthorize),
			},
			party: BothWithinSpec,
		},
		"the nearest to the start first": {
			found: []judged{
				finding("late", client, "MUST", report.Fail, reading.DoorAuthorize, reading.DoorAuthorize),
				finding("early", server, "MUST", report.Fail, reading.DoorServerMetadata, reading.DoorAuthorize),
			},
			party: server, why: "early",
		},
		"the refusal is about this":           {found: []judged{coded}, code: "invalid_scope", party: client, why: "coded"},
		"no finding":                          {party: BothWithinSpec},
		"another refusal, but a MUST was hit": {found: []judged{coded}, code: "server_error", party: client, why: "coded"},
		"another refusal, and a MUST is about it": {
			found: []judged{coded, finding("any", server, "MUST", report.Fail, reading.DoorAuthorize, reading.DoorAuthorize)},
			code:  "server_error", party: server, why: "any",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			party, why := culprit(c.found, reading.DoorAuthorize, c.code)
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
	wayIn := goal{stage: reading.DoorToken, reason: "way in"}
	earlier := goal{stage: reading.DoorAuthorize, reason: "earlier on the way in"}
	refresh := goal{stage: reading.DoorRefresh, later: true, reason: "refresh"}
	restart := goal{stage: reading.DoorChallenge, later: true, reason: "restart"}
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
