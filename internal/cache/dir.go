package cache

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Env names the environment variable that points to the cache folder.
const Env = "MCPCOMPAT_CACHE"

const modulePath = "github.com/mcpcompat/mcpcompat"

// Dir is where programs are installed: MCPCOMPAT_CACHE, else .cache in
// the clone that the working directory belongs to, else mcpcompat in the
// user's cache folder. The folder need not exist yet.
func Dir() (string, error) {
	if dir := os.Getenv(Env); dir != "" {
		return filepath.Abs(dir)
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("looking for the cache folder: %w", err)
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		if isModuleRoot(dir) {
			return filepath.Join(dir, ".cache"), nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("looking for the cache folder: %w (set %s)", err, Env)
	}
	return filepath.Join(user, "mcpcompat"), nil
}

func isModuleRoot(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false
	}
	defer f.Close()
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		if name, ok := strings.CutPrefix(scanner.Text(), "module "); ok {
			return strings.TrimSpace(name) == modulePath
		}
	}
	return false
}
