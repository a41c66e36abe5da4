package judge

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// begun is a client that has a token for 200 seconds and has called with it.
func begun() *flow {
	f := newFlow()
	f.told("call", "echo")
	f.token(200, `{"access_token":"a1","refresh_token":"r1","token_type":"Bearer","expires_in":200}`)
	f.call("a1", 200, "", resultOf)
	f.answered("ok", "")
	return f
}

func TestRefreshesAreCounted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		play func(f *flow)
		want report.OverTime
	}{
		"none": {func(*flow) {}, report.OverTime{}},
		"after a refusal": {func(f *flow) {
			f.call("a1", 401, "Bearer", "")
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
		}, report.OverTime{Refreshes: 1}},
		"of its own accord": {func(f *flow) {
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
		}, report.OverTime{Refreshes: 1, Unasked: 1}},
		"a request without a token is no refusal of one": {func(f *flow) {
			f.call("", 401, "Bearer", "")
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
		}, report.OverTime{Refreshes: 1, Unasked: 1}},
		"in a row": {func(f *flow) {
			for i := 1; i <= 7; i++ {
				f.refreshed("r"+strconv.Itoa(i), "a"+strconv.Itoa(i+1), "r"+strconv.Itoa(i+1))
			}
			f.call("a8", 200, "", resultOf) // the last one is used
		}, report.OverTime{Refreshes: 7, Unasked: 7, Row: 6}},
		"with what was replaced": {func(f *flow) {
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
			f.refreshed("r1", "a3", "r3")
			f.call("a3", 200, "", resultOf)
		}, report.OverTime{Refreshes: 2, Unasked: 2, Again: 1}},
		"without rotation nothing is replaced": {func(f *flow) {
			f.refreshed("r1", "a2", "r1")
			f.refreshed("r1", "a3", "r1")
			f.call("a2", 200, "", resultOf)
			f.call("a3", 200, "", resultOf)
		}, report.OverTime{Refreshes: 2, Unasked: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := begun()
			test.play(f)
			test.want.Lifetime, test.want.Calls = 200, 1
			if diff := cmp.Diff(&test.want, overTime(reading.NewView(&f.rec))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHowAClientGoesOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		play   func(f *flow) // what follows when it is told to go on
		status string
		want   report.Resumption
	}{
		"with its token": {func(f *flow) { f.call("a1", 200, "", resultOf) }, "ok", report.Kept},
		"with a new one": {func(f *flow) {
			f.refreshed("r1", "a2", "r2")
			f.call("a2", 200, "", resultOf)
		}, "ok", report.Renewed},
		"with a login": {func(f *flow) {
			f.authorize(200, "")
			f.call("a2", 200, "", resultOf)
		}, "ok", report.LoggedIn},
		"not at all":      {func(f *flow) { f.call("a1", 200, "", resultOf) }, "failed", report.Stopped},
		"without a token": {func(f *flow) { f.call("", 200, "", resultOf) }, "ok", ""},
	} {
		for _, action := range []string{"restart", reading.SecondSession} {
			t.Run(name+", "+action, func(t *testing.T) {
				t.Parallel()
				f := begun()
				f.told(action, "")
				test.play(f)
				f.answered(test.status, "")
				got := overTime(reading.NewView(&f.rec))
				if is := map[string]report.Resumption{"restart": got.Restart, reading.SecondSession: got.Second}[action]; is != test.want {
					t.Errorf("%q, want %q", is, test.want)
				}
			})
		}
	}
}

// A restart says nothing of stored tokens where the last one was refused, and
// the call after it belongs to it: some programs connect only then.
func TestARestartWithoutALoginIsNoRestart(t *testing.T) {
	t.Parallel()
	f := begun()
	f.call("a1", 401, "Bearer", "")
	f.told("restart", "")
	f.authorize(200, "")
	f.answered("ok", "")
	if got := overTime(reading.NewView(&f.rec)).Restart; got != "" {
		t.Errorf("without a login: %q", got)
	}
	f.call("a2", 200, "", resultOf)
	f.told("restart", "")
	f.call("a2", 200, "", resultOf)
	f.answered("ok", "")
	if got := overTime(reading.NewView(&f.rec)).Restart; got != report.Kept {
		t.Errorf("with one again: %q", got)
	}
	f = begun()
	f.told("restart", "")
	f.answered("ok", "")
	f.told("call", "echo")
	f.refreshed("r1", "a2", "r2")
	f.answered("ok", "")
	if got := overTime(reading.NewView(&f.rec)).Restart; got != report.Renewed {
		t.Errorf("with a call: %q", got)
	}
	if overTime(reading.NewView(&newFlow().rec)) != nil {
		t.Error("something is said of a client without a token")
	}
}

func TestSessionsThatTakeTurns(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]report.Resumption{"": report.Kept, "r2": report.Renewed, "r1": report.Collided} {
		f := begun()
		f.told(reading.SecondSession, "")
		f.call("a1", 200, "", resultOf)
		f.answered("ok", "")
		f.told("call", "echo")
		f.refreshed("r1", "a2", "r2")
		f.answered("ok", "")
		f.told(reading.SecondSession, "echo")
		if sent != "" {
			f.refreshed(sent, "a3", "r3")
		}
		f.call("a2", 200, "", resultOf)
		f.answered("ok", "")
		if got := overTime(reading.NewView(&f.rec)); got.Second != report.Kept || got.Turn != want {
			t.Errorf("with %q: second %q, turn %q, want %q", sent, got.Second, got.Turn, want)
		}
	}
}
