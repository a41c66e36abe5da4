package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestJudgeReadsStandardInput(t *testing.T) {
	t.Parallel()
	var rec bytes.Buffer
	if err := trace.WriteRecording(&rec, recording("alpha@1.0")); err != nil {
		t.Fatal(err)
	}
	i := newInvocation(t)
	for _, tt := range []struct{ name, input, want string }{
		{"a HAR file", smallHAR, "some-client 1"},
		{"with a byte order mark", "\xef\xbb\xbf" + smallHAR, "some-client 1"},
		{"with another member first", `{"comment":"x",` + smallHAR[1:], "some-client 1"},
		{"a recording", rec.String(), "Client            alpha 1.0"},
	} {
		i.stdin = strings.NewReader(tt.input)
		if code := i.run("judge", "-"); code != exitOK || !strings.Contains(i.stdout.String(), tt.want) {
			t.Errorf("%s: exit %d: %s%s", tt.name, code, i.stdout.String(), i.stderr.String())
		}
	}
	for input, want := range map[string]string{
		"":                              "standard input: the file is empty",
		smallHAR[:len(smallHAR)/2]:      "standard input:",
		"<html>":                        "standard input: the file is HTML or XML",
		`{"a":1}`:                       "neither a HAR file, which has a member log, nor a recording",
		"\x1f\x8b\x08":                  "compressed by gzip: unpack it first",
		`{"log":{}}`:                    "standard input: the HAR file has no entries",
		`{"schema":"x"}`:                `standard input: schema is "x"`,
		rec.String()[:rec.Len()-10]:     "the file ends in the middle",
		`{"log":{"entries":[{"a":1}]}}`: "standard input: no entry can be read: entry 1: ",
	} {
		i.stdin = strings.NewReader(input)
		if code := i.run("judge", "-"); code != exitError || !strings.Contains(i.stderr.String(), want) {
			t.Errorf("%.40q: exit %d: %s", input, code, i.stderr.String())
		}
	}
}

func TestJudgeSaysWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.stdin = strings.NewReader(strings.Replace(smallHAR, `"entries":[`, `"entries":[{"request":{"method":"GET","url":"/a?code=hush"}},`, 1))
	if code := i.run("judge", "-", "--json"); code != exitOK {
		t.Fatalf("exit %d: %s", code, i.stderr.String())
	}
	const want = `mcpcompat: standard input: left out: entry 1: a request needs a method and an absolute url, this one has "GET" and "/a?…"`
	if got := strings.TrimSpace(i.stderr.String()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The name of a file may hold what a terminal obeys.
func TestNamesOfFilesAreShownEscaped(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	const name, shown = "a\x1b[31m\u202eb.har", `a\x1b[31m\u202eb.har`
	if err := os.WriteFile(i.path(name), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{name, "absent" + name} {
		if code := i.run("judge", "{}/"+file); code != exitError {
			t.Errorf("exit %d", code)
		}
		if got := i.stderr.String(); !strings.Contains(got, shown) || strings.ContainsAny(got, "\x1b\u202e") {
			t.Errorf("%q", got)
		}
	}
}

// twoFlows is the small file with the same request to a second MCP server, by
// another program.
func twoFlows() string {
	entry := smallHAR[strings.Index(smallHAR, `"entries":[`)+len(`"entries":[`) : len(smallHAR)-len(`]}}`)]
	other := strings.Replace(entry, "127.0.0.1:41002", "127.0.0.1:41003", 1)
	other = strings.Replace(other, "some-client/1", "other-client/2", 1)
	return strings.Replace(smallHAR, entry, entry+","+other, 1)
}

// A file with two flows says so before anything else, and each is judged.
func TestJudgeJudgesEachFlow(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	judge := func(args ...string) string {
		t.Helper()
		i.stdin = strings.NewReader(twoFlows())
		if code := i.run(append([]string{"judge", "-"}, args...)...); code != exitOK {
			t.Errorf("%q: exit %d: %s", args, code, i.stderr.String())
		}
		return i.stdout.String()
	}
	both := judge()
	at := 0
	for _, want := range []string{
		"2 flows on the recording\n  Flow 1 ", "Flow 1\n  Client            some-client 1", "41002/mcp → 401",
		"  1 other exchange in this file is left out; --all shows it.", "Flow 2\n  Client            other-client 2", "41003/mcp → 401",
	} {
		next := strings.Index(both[at:], want)
		if next < 0 {
			t.Fatalf("no %q after that in\n%s", want, both)
		}
		at += next
	}
	if second := judge("--flow", "2"); strings.Contains(second, "some-client 1") || strings.Contains(second, "41002/mcp → 401") ||
		!strings.Contains(second, "other-client 2") {
		t.Errorf("got:\n%s", second)
	}
	if all := judge("--flow", "2", "--all"); !strings.Contains(all, "41002/mcp → 401") {
		t.Errorf("got:\n%s", all)
	}
	var list []named
	if err := json.Unmarshal([]byte(judge("--json")), &list); err != nil || len(list) != 2 || list[0].Flow != 1 || list[1].Who.Product != "other-client" {
		t.Errorf("%v: %+v", err, list)
	}
	var one named
	if err := json.Unmarshal([]byte(judge("--json", "--flow", "2")), &one); err != nil || one.Flow != 2 {
		t.Errorf("%v: %+v", err, one)
	}
	for flow, want := range map[string]string{"3": "there is no flow 3: the file holds 2", "0": "--flow counts from 1", "x": "invalid"} {
		i.stdin = strings.NewReader(twoFlows())
		if code := i.run("judge", "-", "--flow", flow); code != exitError || !strings.Contains(i.stderr.String(), want) {
			t.Errorf("--flow %s: exit %d: %s", flow, code, i.stderr.String())
		}
	}
}

// One flow is no news.
func TestJudgeOfOneFlow(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.stdin = strings.NewReader(smallHAR)
	if code := i.run("judge", "-"); code != exitOK || !strings.HasPrefix(i.stdout.String(), "  Client ") {
		t.Errorf("exit %d: %s%s", code, i.stdout.String(), i.stderr.String())
	}
}

// JSON of a stranger's file steers no terminal, and reads as it was written.
func TestJSONIsEscaped(t *testing.T) {
	t.Parallel()
	const evil = "a\u202eb\u009bc\x1b[2J\x7f\U000e0001\n"
	var b strings.Builder
	if err := writeJSON(&b, evil); err != nil {
		t.Fatal(err)
	}
	var back string
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back != evil {
		t.Errorf("%v: %q", err, back)
	}
	if strings.ContainsAny(b.String(), "\u202e\u009b\x1b\x7f\U000e0001") {
		t.Errorf("%q", b.String())
	}
}

// In words the judgement itself lists what was left out.
func TestJudgementListsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.stdin = strings.NewReader(strings.Replace(smallHAR, `"entries":[`, `"entries":[{"request":{"method":"GET","url":"/a?code=hush"}},`, 1))
	if code := i.run("judge", "-"); code != exitOK || !strings.Contains(i.stdout.String(), "Left out of the file\n  entry 1: ") {
		t.Errorf("exit %d: %s%s", code, i.stdout.String(), i.stderr.String())
	}
	if i.stderr.Len() > 0 {
		t.Errorf("and again: %s", i.stderr.String())
	}
}
