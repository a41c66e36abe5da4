//go:build unix

package real

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestFixedPortExcludesOthers(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "port.lock")
	// Two leases of one port are what two processes have.
	one, other := &portLease{number: 1, fixed: true, file: file}, &portLease{number: 1, fixed: true, file: file}
	ctx := t.Context()
	for _, holder := range []string{"a", "a"} { // sessions with one server share it
		if err := one.take(ctx, holder); err != nil {
			t.Fatal(err)
		}
	}
	short, cancel := context.WithTimeout(ctx, 3*lockInterval)
	defer cancel()
	if err := other.take(short, "b"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("leased twice: %v", err)
	}
	taken := make(chan error, 1)
	go func() { taken <- other.take(ctx, "b") }()
	one.giveBack("a")
	select {
	case err := <-taken:
		t.Errorf("given away although one session has it: %v", err)
	case <-time.After(2 * lockInterval):
	}
	one.giveBack("a")
	if err := <-taken; err != nil {
		t.Error(err)
	}
	other.giveBack("b")
	broken := &portLease{number: 1, fixed: true, file: filepath.Join(t.TempDir(), "missing", "port.lock")}
	for range 2 { // a lease that failed is not kept
		if err := broken.take(ctx, "c"); err == nil {
			t.Error("leased without a lock")
		}
	}
}

func TestOnlyLimitedProgramsSaySo(t *testing.T) {
	t.Parallel()
	for _, c := range All(Options{}) {
		l, ok := c.(clients.Limited)
		if !ok {
			t.Fatalf("%s does not say for how much it stands", c.Identity())
		}
		if is, want := l.Limits() != "", c.Identity().ID == "vscode"; is != want {
			t.Errorf("%s: %q", c.Identity(), l.Limits())
		}
	}
}

func TestMajorVersionChoosesTheLine(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"1.30.0": "@modelcontextprotocol/sdk", "2.0.0": "@modelcontextprotocol/client", "3.1.0": "@modelcontextprotocol/client",
	} {
		c, err := Release("typescript-sdk", version, Options{})
		if err != nil {
			t.Fatal(err)
		}
		ts, ok := c.(*TypeScriptSDK)
		if !ok || ts.npm != want || c.Identity().Version != version {
			t.Errorf("%s is %+v of %s", version, c.Identity(), ts.npm)
		}
	}
	if n := len(slices.DeleteFunc(IDs(), func(id string) bool { return id != "typescript-sdk" })); n != 1 {
		t.Errorf("it is listed %d times", n)
	}
}

func TestConditionChoosesTheInterface(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"1.0.103": "copilot-cli@1.0.103", "1.0.103+headless": "copilot-cli@1.0.103+headless",
	} {
		if c, err := Release("copilot-cli", version, Options{}); err != nil || c.Identity().String() != want {
			t.Errorf("%s: %v, %v", version, c, err)
		}
	}
	if c, err := Release("vscode", "1.140.0", Options{}); err != nil || c.Identity().Condition != "web" {
		t.Errorf("the only interface: %v, %v", c, err)
	}
	if _, err := Release("codex", "1.0.0+raining", Options{}); !errors.Is(err, ErrNoAdapter) {
		t.Errorf("a condition that there is none of: %v", err)
	}
}

func TestSplitQuestion(t *testing.T) {
	t.Parallel()
	scanner := bufio.NewScanner(strings.NewReader("one\nmay I? [Y/n]: two\nthree"))
	scanner.Split(splitQuestion)
	var got []string
	for scanner.Scan() {
		got = append(got, scanner.Text())
	}
	if want := []string{"one", "may I? [Y/n]: ", "two", "three"}; !slices.Equal(got, want) {
		t.Errorf("split into %q", got)
	}
}

func TestPermitted(t *testing.T) {
	t.Parallel()
	ask := func(options string) string {
		answer, ok := permitted("session/request_permission", json.RawMessage(`{"options":`+options+`}`))
		if !ok {
			return ""
		}
		b, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := ask(`[{"optionId":"no","kind":"reject_once"},{"optionId":"yes","kind":"allow_once"}]`); !strings.Contains(got, `"yes"`) {
		t.Errorf("answered %s", got)
	}
	if got := ask(`[{"optionId":"no","kind":"reject_once"}]`); !strings.Contains(got, "cancelled") {
		t.Errorf("answered %s", got)
	}
	if got := ask(`1`); got != "" {
		t.Errorf("answered %s", got)
	}
	if _, ok := permitted("fs/read_text_file", nil); ok {
		t.Error("read a file")
	}
}
