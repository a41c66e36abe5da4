package main

import (
	"bytes"
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
		"<html>":                        "standard input:1:1: not valid JSON",
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

// A file with two flows says so before anything else.
func TestJudgeNamesTheFlows(t *testing.T) {
	t.Parallel()
	entry := smallHAR[strings.Index(smallHAR, `"entries":[`)+len(`"entries":[`) : len(smallHAR)-len(`]}}`)]
	other := strings.Replace(entry, "127.0.0.1:41002", "127.0.0.1:41003", 1)
	i := newInvocation(t)
	i.stdin = strings.NewReader(strings.Replace(smallHAR, entry, entry+","+other, 1))
	if code := i.run("judge", "-"); code != exitOK || !strings.HasPrefix(i.stdout.String(), "2 flows on the recording") {
		t.Errorf("exit %d: %s%s", code, i.stdout.String(), i.stderr.String())
	}
	i.stdin = strings.NewReader(smallHAR)
	if code := i.run("judge", "-"); code != exitOK || !strings.HasPrefix(i.stdout.String(), "  Client ") {
		t.Errorf("exit %d: %s%s", code, i.stdout.String(), i.stderr.String())
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
