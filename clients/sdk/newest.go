package sdk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/mcpcompat/mcpcompat/internal/proc"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// ErrNoGo is wrapped when there is no go command to ask the module proxy with.
var ErrNoGo = errors.New("no go command in PATH")

const (
	// newestTimeout bounds a question to the module proxy.
	newestTimeout = 30 * time.Second
	lastLines     = 5
)

// Newest asks the module proxy of this machine for the newest release of the
// client's SDK, by way of the go command. The error wraps ErrNoGo where there is
// none.
func Newest(ctx context.Context, id string) (string, error) {
	module, ok := map[string]string{"go-sdk": goSDKModule, "mcp-go": mcpGoModule}[id]
	if !ok {
		return "", fmt.Errorf("no SDK that runs in this process: %q", id)
	}
	ctx, cancel := context.WithTimeout(ctx, newestTimeout)
	defer cancel()
	version, err := newest(ctx, module)
	if err != nil {
		return "", fmt.Errorf("%s: asking for the newest %s: %w", id, module, err)
	}
	return strings.TrimPrefix(version, "v"), nil
}

func newest(ctx context.Context, module string) (_ string, err error) {
	dir, err := scratch.New("go")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, dir.Remove()) }()
	var lines []string
	process, err := proc.Start(ctx, proc.Options{
		Path: "go", Args: []string{"list", "-m", "-f", "{{.Version}}", module + "@latest"}, Home: dir.Path, Env: access(),
		Stdout: func(line string) { lines = append(lines, line) },
	})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoGo, err)
	}
	<-process.Done()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if version := strings.Join(lines, " "); process.ExitCode() == 0 && semver.IsValid(version) {
		return version, nil
	}
	return "", fmt.Errorf("go list (%s): %s", process.State(), strings.Join(append(process.Tail(lastLines), lines...), "; "))
}

// access carries over how this machine reaches its module proxy: the go command's
// own configuration, proxies and certificates. Nothing but the list of releases is
// asked for, and no other toolchain.
func access() []string {
	var env []string
	if dir, err := os.UserConfigDir(); err == nil {
		env = append(env, "GOENV="+filepath.Join(dir, "go", "env"))
	}
	for _, have := range os.Environ() {
		name, _, _ := strings.Cut(have, "=")
		switch {
		case strings.HasSuffix(strings.ToLower(name), "_proxy"),
			strings.HasPrefix(name, "GO") && strings.HasSuffix(name, "PROXY"), name == "GOPRIVATE", name == "GOROOT",
			name == "GOENV", name == "SSL_CERT_FILE", name == "SSL_CERT_DIR":
			env = append(env, have)
		}
	}
	return append(env, "GOTOOLCHAIN=local", "GOFLAGS=-modcacherw", "GOWORK=off")
}
