//go:build unix

package real

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/proc"
	"github.com/mcpcompat/mcpcompat/internal/scratch"
)

// vscodeData and vscodeExtensions are VS Code's folders in a home.
func vscodeData(home string) string       { return filepath.Join(home, "data") }
func vscodeExtensions(home string) string { return filepath.Join(home, "extensions") }

// vscodeListens is how the program says where its interface is.
var vscodeListens = regexp.MustCompile(`HTTP server listening on (http://127\.0\.0\.1:\d+)/`)

// vscodeFurniture is what VS Code will need in a home. It starts nothing.
func vscodeFurniture(ctx context.Context, d *desk) error {
	hosts, err := newExtensionHost(ctx)
	if err != nil {
		return err
	}
	sockets, err := scratch.New("") // their names must be short
	if err == nil {
		err = hosts.install(vscodeExtensions(d.home))
	}
	d.clear = func() error {
		hosts.close()
		return sockets.Remove()
	}
	if err != nil {
		return errors.Join(err, d.clear())
	}
	d.extensions = hosts
	d.launch = func(ctx context.Context, box *sandbox, address string) (*proc.Process, string, error) {
		bind := strings.TrimPrefix(address, "http://")
		if bind == "" {
			bind = "127.0.0.1:0"
		}
		o := box.options([]string{
			"--auth", "none", "--bind-addr", bind, "--config", filepath.Join(d.home, "code-server.yaml"),
			"--user-data-dir", vscodeData(d.home), "--extensions-dir", vscodeExtensions(d.home),
			"--disable-telemetry", "--disable-update-check",
			"--disable-workspace-trust", "--disable-getting-started-override",
		}, proc.Options{})
		o.Env = slices.Concat(o.Env, hosts.environment(), []string{"TMPDIR=" + sockets.Path, "XDG_RUNTIME_DIR=" + sockets.Path})
		p, line, err := d.start(ctx, box, o, vscodeListens.MatchString)
		if err != nil {
			return nil, "", err
		}
		return p, vscodeListens.FindStringSubmatch(line)[1], nil
	}
	return nil
}
