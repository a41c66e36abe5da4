package useragent

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// EnvBrowser names the environment variable that points to the browser to use.
const EnvBrowser = "MCPCOMPAT_BROWSER"

// ErrNoBrowser is wrapped when no usable browser was found.
var ErrNoBrowser = errors.New("no browser")

// FindBrowser returns the path of the browser to use: MCPCOMPAT_BROWSER, else
// the first of chromium-headless-shell, chromium and Google Chrome. The error
// wraps ErrNoBrowser and says what would help.
func FindBrowser() (string, error) {
	if path := os.Getenv(EnvBrowser); path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("%w: %s=%s: %w", ErrNoBrowser, EnvBrowser, path, err)
		}
		return found, nil
	}
	names := []string{
		// What Debian puts into PATH is a shell script that stays between.
		"/usr/lib/chromium/chromium-headless-shell",
		"chromium-headless-shell", "headless-shell", "chrome-headless-shell",
		"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome",
	}
	if runtime.GOOS == "darwin" {
		names = append(names,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: none of %s (install chromium-headless-shell or chromium, or set %s)",
		ErrNoBrowser, strings.Join(names, ", "), EnvBrowser)
}
