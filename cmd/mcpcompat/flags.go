package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mcpcompat/mcpcompat/scenarios"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// choice is a flag whose values are listed.
type choice struct {
	value   *string
	allowed []string
	word    string // stands for the values in the help; "" lists them
}

func (c choice) String() string {
	if c.value == nil { // pflag asks a zero value for its default
		return ""
	}
	return *c.value
}

func (c choice) Type() string { return cmp.Or(c.word, strings.Join(c.allowed, "|")) }

func (c choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return fmt.Errorf("allowed: %s", strings.Join(c.allowed, ", "))
	}
	*c.value = s
	return nil
}

// addChoice adds a flag whose values are listed.
func addChoice(f *pflag.FlagSet, p *string, name, value string, allowed []string, usage string) {
	*p = value
	f.Var(choice{value: p, allowed: allowed}, name, usage)
}

func bases() []string { return []string{"emulated", "real", "sdk", "probe"} }

// measureFlags are those of the commands that measure.
type measureFlags struct {
	selection scenarios.Selection
	revision  string
	consent   string
	seed      int64
	parallel  int
	shard     shardFlag
	json      bool
	out       string
}

// add adds the flags; clients and deployments say what is measured where none
// is named.
func (m *measureFlags) add(cmd *cobra.Command, clients, deployments string) {
	f := cmd.Flags()
	f.SortFlags = false
	s := &m.selection
	f.StringSliceVar(&s.Clients, "client", nil, "clients by name, e.g. vscode or codex@0.169.0, or all (default: "+clients+")")
	f.StringSliceVar(&s.Deployments, "deployment", nil, "deployments by name, or all (default: "+deployments+")")
	f.StringSliceVar(&s.Scenarios, "scenario", nil, "scenarios by id, e.g. C.4,C.6 (default: all)")
	f.StringVar(&s.Suite, "suite", "", "a named selection, see mcpcompat list suites")
	addChoice(f, &s.Basis, "basis", "", bases(), "only clients of one basis (default: all)")
	addRevision(f, &m.revision)
	addChoice(f, &m.consent, "consent", "auto", []string{"browser", "http", "auto"},
		"who gives consent: a real browser, plain http, or what fits the cell")
	f.Int64Var(&m.seed, "seed", 1, "feeds every choice that the protocol leaves open")
	f.IntVar(&m.parallel, "parallel", 0, "cells measured at once (default: as many as processors, twice that without programs)")
	f.Var(&m.shard, "shard", "measure one of several parts, so that as many machines share the work, e.g. 2/4")
	f.BoolVar(&m.json, "json", false, "write the results to standard output as JSON, and nothing else")
	addOut(f, &m.out)
}

func addRevision(f *pflag.FlagSet, p *string) {
	*p = requirement.Newest()
	f.Var(choice{p, requirement.Revisions(), "date"}, "revision",
		"revision of the MCP specification: "+strings.Join(requirement.Revisions(), ", "))
}

func addOut(f *pflag.FlagSet, p *string) {
	f.StringVar(p, "out", "out", "folder of results and recordings")
}

// check refuses what was given and would be dropped quietly.
func (m *measureFlags) check(f *pflag.FlagSet) error {
	for _, list := range []struct {
		name   string
		values []string
	}{
		{"client", m.selection.Clients},
		{"deployment", m.selection.Deployments},
		{"scenario", m.selection.Scenarios},
	} {
		if f.Changed(list.name) && (len(list.values) == 0 || slices.Contains(list.values, "")) {
			return fmt.Errorf("--%s has an empty name; leave the flag out to select the default", list.name)
		}
	}
	if f.Changed("suite") && m.selection.Suite == "" {
		return errors.New("--suite has an empty name; leave the flag out to select the default")
	}
	if m.parallel < 0 {
		return fmt.Errorf("--parallel %d: allowed: 0 (as many as suits the processors) or more", m.parallel)
	}
	if m.out == "" {
		return errors.New("--out has an empty name")
	}
	return nil
}
