package mutation_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/mutation"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// What is made of a recording is a recording, and leaves the original as it is.
func TestMutantsAreRecordings(t *testing.T) {
	t.Parallel()
	for _, r := range shuffled(recordings(t), t.Name())[:6] {
		before := written(t, r.rec)
		for _, o := range mutation.Operators() {
			for _, m := range o.Apply(r.rec, draw(o.Name, r.name)) {
				inOrder(t, o.Name+" of "+r.name, m.Recording)
				if len(m.At) == 0 || len(m.Was) != len(m.Recording.Exchanges) || m.What == "" {
					t.Errorf("%s of %s: at %v, was %v, what %q", o.Name, r.name, m.At, m.Was, m.What)
				}
			}
		}
		for _, v := range mutation.Variations() {
			if rec, ok := v.Apply(r.rec, draw(v.Name, r.name)); ok {
				inOrder(t, v.Name+" of "+r.name, rec)
			}
		}
		if diff := cmp.Diff(before, written(t, r.rec)); diff != "" {
			t.Fatalf("%s was changed:\n%s", r.name, diff)
		}
	}
}

func TestASeedDrawsTheSameMutants(t *testing.T) {
	t.Parallel()
	r := shuffled(recordings(t), t.Name())[0]
	for _, o := range mutation.Operators() {
		a, b := o.Apply(r.rec, draw(o.Name)), o.Apply(r.rec, draw(o.Name))
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s of %s differs:\n%s", o.Name, r.name, diff)
		}
	}
}

func written(t *testing.T, rec *trace.Recording) string {
	t.Helper()
	var b bytes.Buffer
	if err := trace.WriteRecording(&b, rec); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// inOrder reports IDs or times that are out of order, and what a file loses.
func inOrder(t *testing.T, name string, rec *trace.Recording) {
	t.Helper()
	for i, x := range rec.Exchanges {
		if x.ID != i+1 || i > 0 && x.At < rec.Exchanges[i-1].At {
			t.Errorf("%s: exchange %d has the ID %d, at %s", name, i+1, x.ID, x.At)
		}
	}
	var b bytes.Buffer
	if err := trace.ToHAR(&b, rec); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, err := reading.Import(&b, name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	for i, x := range again.Exchanges {
		if got, want := x.Request.URL, rec.Exchanges[i].Request.URL; got != want {
			t.Errorf("%s: exchange %d is read back with the URL %s, was %s", name, i+1, got, want)
		}
		if got, want := x.Request.Body.Text, rec.Exchanges[i].Request.Body.Text; got != want {
			t.Errorf("%s: exchange %d is read back with the body %s, was %s", name, i+1, got, want)
		}
	}
}
