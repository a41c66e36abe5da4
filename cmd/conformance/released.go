package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	released "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/clients/sdk"
	"github.com/mcpcompat/mcpcompat/internal/cache"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

const (
	// driveTime bounds one drive of a released client. The slowest one seen needs a
	// quarter of it, on a machine that has nothing else to do.
	driveTime = time.Minute
	// scenarioTime is when the suite gives a client up that does not heed its own bound.
	scenarioTime = driveTime + 10*time.Second
	// atOnce is how many clients run at once. One client never runs twice at
	// once, since some listen on a port that they cannot choose.
	atOnce = 2
	// suiteTool is the tool of every MCP server of the suite. A user would ask
	// for it, so all clients are told the same.
	suiteTool = "test-tool"
)

// newest is the revision whose messages few released clients speak.
const newest = "2026-07-28"

// trial is one scenario, and how the suite is asked for it.
type trial struct {
	scenario string
	// messages is the revision of the messages that the suite speaks.
	messages string
	// forced has the suite examine what only a later revision demands.
	forced bool
}

func (t trial) String() string {
	if t.messages == newest {
		return t.scenario + " (" + newest + ")"
	}
	return t.scenario
}

// examined is what the suite makes of one released client.
type examined struct {
	client clients.Identity
	// missing says why it could not be examined; "" where it was.
	missing string
	results []result // one for each trial, in their order
}

// listed is a line of the suite's list of scenarios, with its revisions.
var listed = regexp.MustCompile(`^\s+- (auth/\S+) \[(\S+)\]`)

// trials are the scenarios about authorization that a revision has: extensions
// bind no client. What only the newest revision demands is examined with
// messages of the one before, which all clients speak; otherwise most would end
// at the first message, and nothing be learnt of what they do to authorize.
func trials(list []string) ([]trial, error) {
	const spoken = "2025-11-25"
	var out []trial
	for _, line := range list {
		m := listed.FindStringSubmatch(line)
		if len(m) == 0 || m[2] == "extension" {
			continue
		}
		t := trial{scenario: m[1], messages: spoken}
		switch revisions := strings.Split(m[2], ","); {
		case slices.Contains(revisions, spoken):
		case slices.Contains(revisions, newest):
			t.forced = true
		default:
			t.messages = slices.Max(revisions)
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		return nil, errors.New("the suite lists no scenario about authorization")
	}
	return append(out, trial{scenario: "auth/metadata-default", messages: newest}), nil
}

// releasedClients are the rows that are no emulations; names choose among them
// by id, and none means all.
func releasedClients(names []string, say func(string)) ([]clients.Client, error) {
	all := append(released.All(released.Options{Install: func(string) bool { return true }, Progress: say}), sdk.All()...)
	if len(names) == 0 {
		return all, nil
	}
	var out []clients.Client
	for _, name := range names {
		n := len(out)
		for _, c := range all {
			if id := c.Identity(); id.ID == name || id.String() == name {
				out = append(out, c)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("there is no released client %q", name)
		}
	}
	return out, nil
}

// released examines every released client. What a client fails is a result and
// no error.
func (e *examination) released(ctx context.Context, names []string) ([]examined, []trial, error) {
	all, err := releasedClients(names, func(words string) { e.say("%s", words) })
	if err != nil {
		return nil, nil, err
	}
	s, err := install(ctx, preRelease, func(words string) { e.say("%s", words) })
	if err != nil {
		return nil, nil, err
	}
	if s.env, err = drivenEnvironment(); err != nil {
		return nil, nil, err
	}
	list, err := s.list(ctx)
	if err != nil {
		return nil, nil, err
	}
	tries, err := trials(list)
	if err != nil {
		return nil, nil, err
	}
	out := make([]examined, len(all))
	errs := make([]error, len(all))
	free := make(chan struct{}, atOnce)
	var done sync.WaitGroup
	for i, c := range all {
		out[i].client = c.Identity()
		if err := c.Available(ctx); err != nil {
			out[i].missing = err.Error()
			e.say("%s: %s", c.Identity(), err)
			continue
		}
		done.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			out[i].results, errs[i] = e.client(ctx, s, c.Identity(), tries)
		})
	}
	done.Wait()
	return out, tries, errors.Join(errs...)
}

// drivenEnvironment leads a driven client to what is installed, which the home
// that the suite runs in would hide.
func drivenEnvironment() ([]string, error) {
	dir, err := cache.Dir()
	if err != nil {
		return nil, err
	}
	env := []string{cache.Env + "=" + dir, "MCPCOMPAT_INSTALL=no"}
	if path := os.Getenv(node.EnvNode); path != "" {
		env = append(env, node.EnvNode+"="+path)
	}
	return env, nil
}

// client takes one client through all trials.
func (e *examination) client(ctx context.Context, s suite, id clients.Identity, tries []trial) ([]result, error) {
	start := time.Now()
	var out []result
	for i, t := range tries {
		dir := filepath.Join(e.out, id.String(), fmt.Sprintf("%02d-%s", i+1, filepath.Base(t.scenario)))
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		r := run{release: preRelease, mode: modeReleased, what: t.String()}
		r.args = []string{"--scenario", t.scenario, "--spec-version", t.messages, "--timeout", strconv.FormatInt(scenarioTime.Milliseconds(), 10)}
		if t.forced {
			r.args = append(r.args, "--force")
		}
		found, err := e.trial(ctx, s, r, dir, id)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", id, t, err)
		}
		out = append(out, result{run: r, scenarios: []scenario{found}})
		e.say("%s, %d of %d: %s: %s", id, i+1, len(tries), t, found.mark())
	}
	e.say("%s: %s, in %d seconds", id, tally(out), int(time.Since(start).Seconds()))
	return out, nil
}

// The lines with which the suite says how a client ended that did not end well,
// and what it makes of the whole.
var (
	endedWith = regexp.MustCompile(`CLIENT EXITED WITH ERROR \(code (-?\d+)\)`)
	timedOut  = regexp.MustCompile(`CLIENT TIMED OUT|Client timed out`)
	overall   = regexp.MustCompile(`OVERALL: (PASSED|FAILED)`)
)

// trial makes one run with one scenario.
func (e *examination) trial(ctx context.Context, s suite, r run, dir string, id clients.Identity) (scenario, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return scenario{}, err
	}
	ended, rejected := "", false
	listen := func(line string) {
		if m := endedWith.FindStringSubmatch(line); m != nil {
			ended = m[1]
		}
		if timedOut.MatchString(line) {
			ended = outOfTimeEnd
		}
		if m := overall.FindStringSubmatch(line); m != nil {
			rejected = m[1] == "FAILED"
		}
	}
	command := []string{
		e.program, "drive", "--consent", "http", "--basis", string(id.Basis), "--call", suiteTool,
		"--timeout", driveTime.String(), id.String(),
	}
	results := filepath.Join(dir, "results")
	args := slices.Concat([]string{modeClient}, r.args, []string{"--output-dir", results, "--command", strings.Join(command, " ")})
	if err := s.call(ctx, dir, args, listen); err != nil {
		return scenario{}, err
	}
	found, err := readResults(results, modeClient, nil)
	if err != nil {
		return scenario{}, err
	}
	if len(found) != 1 {
		return scenario{}, fmt.Errorf("the suite left results of %d scenarios instead of one", len(found))
	}
	said, err := saidBy(results)
	if err != nil {
		return scenario{}, err
	}
	if outOfTime.MatchString(said) {
		ended = outOfTimeEnd
	}
	found[0].rejected, found[0].ended = rejected, cmp.Or(ended, "0")
	return found[0], nil
}

// outOfTime is what mcpcompat drive says of a client that it had to end, or that
// it waited for in vain.
var outOfTime = regexp.MustCompile(`\((timed-out\): |failed\): (?s:.*)` + context.DeadlineExceeded.Error() + `)`)

// saidBy is what the client of a run with one scenario printed.
func saidBy(results string) (string, error) {
	files, err := filepath.Glob(filepath.Join(results, "auth", "*", "stdout.txt"))
	if err != nil || len(files) == 0 {
		return "", err
	}
	data, err := os.ReadFile(files[0])
	return string(data), err
}
