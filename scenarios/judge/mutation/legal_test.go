package mutation_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/mutation"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// No variation raises an alarm: every finding is as good as before, and door,
// culprit and connection are the same.
func TestLegalVariationsRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	all, b := recordings(t), book(t)
	type row struct {
		name    string
		applied int
		alarms  []string
	}
	var rows []row
	applied, alarmed := 0, 0
	strangers := map[string]*trace.Recording{}
	for _, v := range mutation.Variations() {
		y := row{name: v.Name}
		for _, r := range shuffled(all, v.Name) {
			if *mutations != "full" && y.applied >= sampled {
				break
			}
			rng := draw(v.Name, r.name)
			varied, ok := v.Apply(r.rec, rng)
			if !ok {
				continue
			}
			original, how := r.rec, "recorded"
			// A recorder at the servers knows who is who; a file that a browser
			// or a proxy saved does not say.
			if v.Headers != nil || rng.IntN(2) == 0 {
				how = "from a file"
				if strangers[r.name] == nil {
					strangers[r.name] = fromFile(t, r.rec, nil)
				}
				original, varied = strangers[r.name], fromFile(t, varied, v.Headers)
			}
			y.applied++
			if worse := alarms(judgedAsItIs(original, b), judgedAsItIs(varied, b)); len(worse) > 0 {
				y.alarms = append(y.alarms, fmt.Sprintf("%s (%s): %s", r.name, how, strings.Join(worse, "; ")))
			}
		}
		if y.applied == 0 {
			t.Errorf("%s applies to no recording", v.Name)
		}
		rows, applied, alarmed = append(rows, y), applied+y.applied, alarmed+len(y.alarms)
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(len(b.alarms), len(a.alarms)), cmp.Compare(a.name, b.name))
	})
	var table strings.Builder
	fmt.Fprintf(&table, "%7s %7s  variation\n", "applied", "alarms")
	for _, y := range rows {
		fmt.Fprintf(&table, "%7d %7d  %s\n", y.applied, len(y.alarms), y.name)
		if len(y.alarms) > 0 {
			fmt.Fprintf(&table, "%22s%s\n", "e.g. ", y.alarms[0])
		}
	}
	t.Logf("%s, seed %d: %d variations, applied %d times, %d false alarms (%.1f %%)\n%s",
		*mutations, *seed, len(rows), applied, alarmed, 100*float64(alarmed)/float64(applied), table.String())
	if alarmed > 0 {
		t.Errorf("%d false alarms at %d legal variations, want none", alarmed, applied)
	}
	if *mutations == "full" && applied < 2000 {
		t.Errorf("%d legal variations, want 2000 at least", applied)
	}
}

// judgedAsItIs lets the judge find out the revision by itself.
func judgedAsItIs(rec *trace.Recording, b *requirement.Book) report.Cell {
	return judge.Cell(rec, judge.Options{Book: b})
}

// alarms lists in what the varied recording looks worse than the original.
func alarms(original, varied report.Cell) []string {
	var out []string
	for _, p := range []struct{ what, before, after string }{
		{"door", original.Stage, varied.Stage},
		{"culprit", original.Culprit, varied.Culprit},
		{"connected", strconv.FormatBool(original.Connected), strconv.FormatBool(varied.Connected)},
	} {
		if p.before != p.after {
			out = append(out, fmt.Sprintf("%s %q, was %q", p.what, p.after, p.before))
		}
	}
	type key struct{ check, law, party string }
	worst := map[key]int{}
	for _, f := range findings(original) {
		k := key{f.Check, f.Requirement, f.Party}
		worst[k] = max(worst[k], badness(f))
	}
	for _, f := range findings(varied) {
		k := key{f.Check, f.Requirement, f.Party}
		if badness(f) > worst[k] {
			worst[k] = badness(f)
			out = append(out, fmt.Sprintf("%s %s %s (%s) at %v: %s, expected %s", f.Party, f.Verdict, f.Requirement, f.Check, f.Exchanges, f.Observed, f.Expected))
		}
	}
	return out
}

func badness(f report.Finding) int {
	switch f.Verdict {
	case report.Fail:
		return 2
	case report.Warn:
		return 1
	default:
		return 0
	}
}

// fromFile writes the recording as a HAR file and reads it as that of a
// stranger, who marks neither parties nor setting. names rewrites the names of
// headers, nil leaves them.
func fromFile(t testing.TB, rec *trace.Recording, names func(string) string) *trace.Recording {
	t.Helper()
	var file bytes.Buffer
	if err := trace.ToHAR(&file, rec); err != nil {
		t.Fatal(err)
	}
	var har any
	if err := json.Unmarshal(file.Bytes(), &har); err != nil {
		t.Fatal(err)
	}
	strip(har, names)
	data, err := json.Marshal(har)
	if err != nil {
		t.Fatal(err)
	}
	out, err := reading.Import(bytes.NewReader(data), "a stranger's file")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// strip takes away the members that are this project's own.
func strip(v any, names func(string) string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if strings.HasPrefix(name, "_") {
				delete(v, name)
				continue
			}
			if list, ok := member.([]any); ok && name == "headers" && names != nil {
				for _, h := range list {
					if pair, ok := h.(map[string]any); ok {
						pair["name"] = names(fmt.Sprint(pair["name"]))
					}
				}
			}
			strip(member, names)
		}
	case []any:
		for _, member := range v {
			strip(member, names)
		}
	}
}
