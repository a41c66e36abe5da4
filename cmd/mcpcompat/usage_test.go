package main

import (
	"strings"
	"testing"
)

func TestHelpGolden(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"run"}, {"matrix"}, {"list"}, {"explain"}, {"judge"}, {"drive"}} {
		name := strings.Join(append([]string{"help"}, args...), "-") + ".txt"
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInvocation(t)
			if code := i.run(append(args, "--help")...); code != exitOK {
				t.Errorf("exit %d: %s", code, i.stderr.String())
			}
			golden(t, name, i.stdout.String())
		})
	}
}

func TestHelpNamesNoCommandThatDoesNotExist(t *testing.T) {
	t.Parallel()
	i := newInvocation(t)
	i.run()
	for _, command := range []string{"check", "serve", "diagnose", "report"} {
		if strings.Contains(i.stdout.String(), "\n  "+command+" ") {
			t.Errorf("the help lists %s", command)
		}
	}
	if !strings.Contains(i.stdout.String(), "\n  matrix ") {
		t.Errorf("the help does not list matrix:\n%s", i.stdout.String())
	}
}

// Whatever is wrong with the command line: exit 2, a sentence on standard
// error that says what is allowed or was meant, nothing on standard output.
func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"runn":                           `unknown command "runn": did you mean run?`,
		"zzzzzz":                         `unknown command "zzzzzz": there are drive, explain, judge, list, matrix, nightly, pages, run`,
		"run --clinet a":                 "unknown flag --clinet: did you mean --client?",
		"run --zzzzzz":                   "unknown flag --zzzzzz; see mcpcompat run --help",
		"run --consent maybe":            "allowed: browser, http, auto",
		"run --basis true":               "allowed: emulated, real, sdk",
		"run --revision 2024-11-05":      "allowed: 2025-03-26, 2025-06-18, 2025-11-25, 2026-07-28",
		"run --seed one":                 `invalid argument "one" for "--seed"`,
		"run --parallel -1":              "--parallel -1: allowed: 0",
		"run --client=":                  "--client has an empty name",
		"run --deployment a,,b":          "--deployment has an empty name",
		"run --suite=":                   "--suite has an empty name",
		"run --out=":                     "--out has an empty name",
		"run --client zzz":               "unknown name",
		"run now":                        `takes no arguments, and "now" was given`,
		"matrix --pages=":                "--pages has an empty name",
		"matrix --accept --scenario C.1": "--accept needs all scenarios",
		"list":                           "takes one of clients, deployments",
		"list client":                    `unknown kind of list "client": did you mean clients?`,
		"list clients --basis none":      "allowed: emulated, real, sdk",
		"explain":                        "takes one name, not 0 arguments",
		"explain a b":                    "takes one name, not 2 arguments",
		"judge":                          "takes one file, not 0 arguments",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			i := newInvocation(t)
			if code := i.run(strings.Fields(line)...); code != exitError {
				t.Errorf("exit %d", code)
			}
			got := i.stderr.String()
			if !strings.HasPrefix(got, "mcpcompat: ") || !strings.Contains(got, want) {
				t.Errorf("standard error %q does not say %q", got, want)
			}
			if i.stdout.Len() > 0 {
				t.Errorf("standard output: %s", i.stdout.String())
			}
		})
	}
}
