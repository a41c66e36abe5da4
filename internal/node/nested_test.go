package node

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A package whose vendor publishes a lockfile inside it.
const fakeNested = `case " $* " in *" --omit=dev "*) echo done > ran; exit 0;; esac
` + fakeInstall + `mkdir -p node_modules/a/lib
echo '{"packages":{"":{},"node_modules/b":{"version":"1.0.0","integrity":"INTEGRITY"}}}' > node_modules/a/lib/npm-shrinkwrap.json
`

func TestNested(t *testing.T) {
	t.Parallel()
	p := Package{Name: "a", Version: version, Nested: []string{"lib"}}
	in := Installer{Cache: t.TempDir()}
	done, err := in.Install(t.Context(), fakeRuntime(t, strings.Replace(fakeNested, "INTEGRITY", "sha512-x", 1)), p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(done.Root(), "lib", "ran")); err != nil {
		t.Errorf("npm has not run in the folder: %v", err)
	}
	for what, script := range map[string]string{
		"has no integrity":    strings.Replace(fakeNested, "INTEGRITY", "", 1),
		"npm-shrinkwrap.json": fakeInstall,
	} {
		in := Installer{Cache: t.TempDir()}
		if _, err := in.Install(t.Context(), fakeRuntime(t, script), p); !errors.Is(err, ErrInstall) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := in.Lookup(p); !errors.Is(err, ErrNotInstalled) {
			t.Errorf("%s: it is there: %v", what, err)
		}
	}
}
