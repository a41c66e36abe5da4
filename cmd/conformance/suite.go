package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/node"
	"github.com/mcpcompat/mcpcompat/internal/proc"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

//go:embed locks
var locks embed.FS

const suitePackage = "@modelcontextprotocol/conformance"

// oldestNode is what the suite needs: from 0.1.15 on it calls fs.globSync,
// which came with 22.
const oldestNode = "22"

// runTime bounds one call of the suite; the longest takes a quarter minute.
const runTime = 5 * time.Minute

// suite is an installed release.
type suite struct {
	node   node.Runtime
	script string
	// env are variables for it and the clients that it starts; nil means none.
	env []string
}

func install(ctx context.Context, release string, say func(string)) (suite, error) {
	installer := node.Installer{Progress: say}
	npm, err := node.Find(ctx, "18") // any that can install
	if err != nil {
		return suite{}, err
	}
	var s suite
	if s.node, err = installer.Runtime(ctx, oldestNode, true); err != nil {
		return suite{}, err
	}
	lock, err := fs.Sub(locks, "locks/"+release)
	if err != nil {
		return suite{}, err
	}
	installed, err := installer.Install(ctx, npm, node.Package{Name: suitePackage, Version: release, Lock: lock})
	if err != nil {
		return suite{}, err
	}
	s.script, err = installed.Script("conformance")
	return s, err
}

// call runs the suite to its end. It exits with 1 when a scenario failed, which
// is a result and no error; line is told each line of its output, and at the end
// the last 200 of what it printed as errors.
func (s suite) call(ctx context.Context, dir string, args []string, line func(string)) error {
	ctx, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	home := filepath.Join(dir, "home")
	if err := os.MkdirAll(home, 0o750); err != nil {
		return err
	}
	process, err := proc.Start(ctx, proc.Options{
		Path: s.node.Path, Args: append([]string{s.script}, args...), Dir: dir, Home: home, Env: s.env, Stdout: line,
	})
	if err != nil {
		return err
	}
	<-process.Done()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("the suite has not ended: %w", err)
	}
	for _, text := range process.Since(0) {
		line(text)
	}
	if code := process.ExitCode(); code != 0 && code != 1 {
		return fmt.Errorf("the suite %s:\n%s", process.State(), strings.Join(process.Tail(15), "\n"))
	}
	return nil
}

// list returns what the suite prints of its scenarios for clients.
func (s suite) list(ctx context.Context) (lines []string, err error) {
	dir, err := scratch.New("conformance")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dir.Remove()) }()
	err = s.call(ctx, dir.Path, []string{"list", "--client"}, func(line string) { lines = append(lines, line) })
	return lines, err
}
