package reading

import (
	"slices"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// without takes the Authorization headers away, as the export of a browser does.
func without(steps []step) []step {
	for i := range steps {
		delete(steps[i].header, "Authorization")
	}
	return steps
}

func TestAuthorizationRecorded(t *testing.T) {
	t.Parallel()
	refused := slices.Concat(login()[:7], []step{{line: "POST " + home + " -> 401", body: begins, reply: header("WWW-Authenticate", "Bearer")}})
	for name, test := range map[string]struct {
		creator string
		steps   []step
		want    bool
	}{
		"there":                    {"Firefox", login(), true},
		"left out by a browser":    {"WebInspector", without(login()), false},
		"left out by another":      {"proxy", without(login()), false},
		"never sent":               {"proxy", refused, true},
		"never sent, in a browser": {"WebInspector", refused, false},
		"crossed out":              {"proxy", []step{{line: "POST " + home + " -> 200", body: calls, header: header("Authorization", "***"), answer: results}}, true},
	} {
		v := NewView(importSteps(t, test.creator, test.steps...))
		if got := v.Recorded.Authorization(); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
		if p := v.Progress(v.Whole()); len(test.steps) == len(login()) && p.Broken != "" {
			t.Errorf("%s: broken at %s", name, p.Broken)
		}
	}
	if own := NewView(&trace.Recording{}); !own.Recorded.Authorization() || !own.Recorded.ResponseHeader("Cache-Control") || !own.Recorded.Body(trace.Body{}) {
		t.Error("of a recording that was made here something is not recorded")
	}
}

func TestHeadersRecorded(t *testing.T) {
	t.Parallel()
	for creator, want := range map[string]bool{"proxy": true, "bare recorder": false} {
		v := NewView(importSteps(t, creator, login()...))
		if got := v.Recorded.ResponseHeader("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %t, want %t", creator, got, want)
		}
		if !v.Recorded.ResponseHeader("www-authenticate") {
			t.Errorf("%s: WWW-Authenticate is there", creator)
		}
	}
}

// An answer whose payload the file does not hold is no refusal.
func TestBodiesRecorded(t *testing.T) {
	t.Parallel()
	steps := login()
	for i := range steps {
		if steps[i].answer != "" {
			steps[i].unknown, steps[i].answer = len(steps[i].answer), ""
		}
	}
	steps[9].answer = results // some are there
	v := NewView(importSteps(t, "proxy", steps...))
	switch {
	case !v.Tokens[0].Unrecorded, v.Tokens[0].OK, !v.Tokens[0].Issued():
		t.Errorf("token: %+v", v.Tokens[0])
	case !v.Registrations[0].Unrecorded, !v.Registrations[0].Shown():
		t.Errorf("registration: %+v", v.Registrations[0])
	case v.ServerMetadata[0].Usable(), !v.ServerMetadata[0].Found():
		t.Errorf("metadata: %+v", v.ServerMetadata[0])
	}
	if p := v.Progress(v.Whole()); p.Broken != "" || !strings.Contains(string(p.Passed[len(p.Passed)-1]), "call") {
		t.Errorf("%+v", p)
	}
}
