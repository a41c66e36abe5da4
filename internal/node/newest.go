package node

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/internal/proc"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// newestTimeout bounds a question to the registry.
const newestTimeout = 30 * time.Second

// Newest asks the registry for the newest release of a package: the one that an
// installation without a version gets. The error wraps ErrRegistry when it cannot
// be reached.
func Newest(ctx context.Context, r Runtime, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, newestTimeout)
	defer cancel()
	path, err := r.npm()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	home, err := scratch.New("npm")
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = home.Remove() }() // an empty folder at worst
	var lines []string
	process, err := proc.Start(ctx, proc.Options{
		Path: path, Args: []string{"view", name, "dist-tags.latest", "--loglevel=error", "--cache", home.Path},
		Dir: home.Path, Home: home.Path, Env: environment(r), Stdout: func(line string) { lines = append(lines, strings.TrimSpace(line)) },
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	<-process.Done()
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("asking for the newest %s: %w: %w", name, ErrRegistry, err)
	}
	if process.ExitCode() != 0 {
		words := strings.Join(process.Tail(lastLines), "\n")
		return "", fmt.Errorf("asking for the newest %s: %w:\n%s", name, cause(words), words)
	}
	for _, line := range lines {
		if IsExact(line) {
			return line, nil
		}
	}
	return "", fmt.Errorf("asking for the newest %s: %w: the answer was %q", name, ErrInstall, strings.Join(lines, " "))
}
