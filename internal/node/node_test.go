package node

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
)

const version = "1.2.3"

func runtimeOrSkip(t *testing.T) Runtime {
	t.Helper()
	r, err := Find(t.Context(), "18")
	if err != nil {
		t.Skip("needs Node.js: " + err.Error())
	}
	return r
}

// fake is a program that stands in for node and npm.
func fake(t *testing.T, dir, name, script string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	t.Setenv(EnvNode, "")
	if _, err := Find(t.Context(), "18"); !errors.Is(err, ErrNoNode) || !strings.Contains(err.Error(), "none in PATH") {
		t.Errorf("without Node.js: %v", err)
	}
	old := fake(t, dir, "node", "echo v16.4.0\n")
	if _, err := Find(t.Context(), "18"); !errors.Is(err, ErrNoNode) || !strings.Contains(err.Error(), old+" is 16.4.0") {
		t.Errorf("with an old Node.js: %v", err)
	}
	if r, err := Find(t.Context(), "16.4"); err != nil || r.Version != "16.4.0" || r.Path != old {
		t.Errorf("with Node.js that is just new enough: %+v, %v", r, err)
	}
	t.Setenv(EnvNode, fake(t, dir, "other", "echo v22.19.0\n"))
	if r, err := Find(t.Context(), "18"); err != nil || r.Version != "22.19.0" {
		t.Errorf("with %s: %+v, %v", EnvNode, r, err)
	}
	t.Setenv(EnvNode, fake(t, dir, "broken", "echo something else\n"))
	if _, err := Find(t.Context(), "18"); !errors.Is(err, ErrNoNode) || !strings.Contains(err.Error(), "something else") {
		t.Errorf("with a program that is no Node.js: %v", err)
	}
	if _, err := Find(t.Context(), "new"); err == nil {
		t.Error("a bad version was accepted")
	}
}

func lockfile(name, version, integrity string) fstest.MapFS {
	return fstest.MapFS{
		"package.json": {Data: []byte(`{"dependencies":{"` + name + `":"` + version + `"}}`)},
		"package-lock.json": {Data: []byte(`{"lockfileVersion":3,"packages":{"":{},"node_modules/` + name +
			`":{"version":"` + version + `","integrity":"` + integrity + `"}}}`)},
	}
}

func TestPackagesThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]Package{
		"range":            {Name: "a", Version: "^1.2.3"},
		"tag":              {Name: "a", Version: "latest"},
		"option as name":   {Name: "--global", Version: version},
		"path as name":     {Name: "../a", Version: version},
		"no lockfile":      {Name: "a", Version: version, Lock: fstest.MapFS{}},
		"other version":    {Name: "a", Version: version, Lock: lockfile("a", "1.2.4", "sha512-x")},
		"no integrity":     {Name: "a", Version: version, Lock: lockfile("a", version, "")},
		"broken lockfile":  {Name: "a", Version: version, Lock: fstest.MapFS{"package-lock.json": {Data: []byte("{")}}},
		"empty name":       {Version: version},
		"version and more": {Name: "a", Version: "1.2.3 b"},
	} {
		if _, err := (Installer{Cache: t.TempDir()}).Install(t.Context(), Runtime{}, p); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	good := Package{Name: "@scope/a", Version: version, Lock: lockfile("@scope/a", version, "sha512-x")}
	folder, err := good.folder()
	if err != nil || !strings.HasPrefix(folder, "@scope+a@1.2.3-") {
		t.Errorf("folder %q, %v", folder, err)
	}
}

// fakeRuntime has an npm that installs a package out of nothing and counts how
// often it was asked.
func fakeRuntime(t *testing.T, script string) Runtime {
	t.Helper()
	dir := t.TempDir()
	fake(t, dir, "npm", script)
	return Runtime{Path: filepath.Join(dir, "node"), Version: "20.0.0"}
}

const fakeInstall = `mkdir -p node_modules/a
echo '{"bin":{"tool":"dist/tool.js"}}' > node_modules/a/package.json
echo '{"packages":{"node_modules/a":{"version":"1.2.3","integrity":"sha512-x"}}}' > package-lock.json
`

func TestInstallsOnceForAll(t *testing.T) {
	t.Parallel()
	count := filepath.Join(t.TempDir(), "count")
	r := fakeRuntime(t, "echo x >> "+count+"\nsleep 0.2\n"+fakeInstall)
	var told atomic.Int32
	in := Installer{Cache: t.TempDir(), Progress: func(string) { told.Add(1) }}
	p := Package{Name: "a", Version: version}
	if _, err := in.Lookup(p); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("before: %v", err)
	}
	stale := filepath.Join(in.Cache, "npm", "a@1.2.3.tmp17")
	if err := os.MkdirAll(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			done, err := in.Install(t.Context(), r, p)
			if err != nil {
				t.Error(err)
				return
			}
			script, err := done.Script("tool")
			if err != nil || !strings.HasSuffix(script, "/npm/a@1.2.3/node_modules/a/dist/tool.js") {
				t.Errorf("program %q, %v", script, err)
			}
		})
	}
	wg.Wait()
	if n, _ := os.ReadFile(count); string(n) != "x\n" || told.Load() != 1 {
		t.Errorf("npm ran as %q, progress was told %d times", n, told.Load())
	}
	entries, err := os.ReadDir(filepath.Join(in.Cache, "npm"))
	if err != nil || len(entries) != 2 { // the package and its lock
		t.Errorf("left in the cache: %v, %v", entries, err)
	}
	done, err := in.Lookup(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := done.Script("other"); err == nil {
		t.Error("found a program that the package does not have")
	}
}

func TestInstallFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		want   error
		words  string
	}{
		"registry": {"echo npm error code ECONNREFUSED >&2; exit 1", ErrRegistry, "ECONNREFUSED"},
		"release": {
			"echo npm error notarget No matching version found for @a/b@9.9.9. >&2; exit 1", ErrNoRelease, "no such release: @a/b@9.9.9",
		},
		"integrity": {"echo npm error code EINTEGRITY >&2; exit 1", ErrInstall, "EINTEGRITY"},
		"no lock":   {"mkdir -p node_modules/a", ErrInstall, "package-lock.json"},
		"no checksum": {
			"mkdir -p node_modules/a; echo '{\"packages\":{\"node_modules/a\":{\"version\":\"1.2.3\"}}}' > package-lock.json",
			ErrInstall, "has no integrity",
		},
		"nothing":     {"exit 0", ErrInstall, "installed nothing"},
		"no npm here": {"", ErrNoNode, "no npm"},
	} {
		r := fakeRuntime(t, c.script)
		if c.script == "" {
			if _, err := r.npm(); err == nil {
				continue // npm of PATH stands in
			}
		}
		in := Installer{Cache: t.TempDir()}
		_, err := in.Install(t.Context(), r, Package{Name: "a", Version: version})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
		if entries, _ := os.ReadDir(filepath.Join(in.Cache, "npm")); len(entries) != 1 {
			t.Errorf("%s: left in the cache: %v", name, entries)
		}
	}
}

func TestInstallEndsWithTheContext(t *testing.T) {
	t.Parallel()
	started := filepath.Join(t.TempDir(), "started")
	r := fakeRuntime(t, "echo > "+started+"; sleep 300")
	in := Installer{Cache: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for range time.Tick(5 * time.Millisecond) {
			if ctx.Err() != nil {
				return
			}
			if _, err := os.Stat(started); err == nil {
				cancel()
				return
			}
		}
	}()
	_, err := in.Install(ctx, r, Package{Name: "a", Version: version})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestRegistryOutOfReach asks the real npm for a registry on a closed port.
func TestRegistryOutOfReach(t *testing.T) {
	r := runtimeOrSkip(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	t.Setenv("NPM_CONFIG_REGISTRY", "http://"+address+"/")
	t.Setenv("NPM_CONFIG_FETCH_RETRIES", "0")
	in := Installer{Cache: t.TempDir()}
	if _, err := in.Install(t.Context(), r, Package{Name: "a", Version: version}); !errors.Is(err, ErrRegistry) {
		t.Errorf("with a dead registry: %v", err)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	in := Installer{Cache: t.TempDir()}
	if got, err := in.Versions("@scope/a"); err != nil || len(got) != 0 {
		t.Errorf("in an empty cache: %q, %v", got, err)
	}
	for _, dir := range []string{
		"@scope+a@1.10.0", "@scope+a@1.9.0-0123abcd", "@scope+a@1.9.0", "@scope+a@2.0.0-rc.1-0123abcd",
		"@scope+a@3.0.0.tmp17", "@scope+ab@4.0.0", "a@5.0.0",
	} {
		if err := os.MkdirAll(filepath.Join(in.Cache, "npm", dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(in.Cache, "npm", "@scope+a@6.0.0"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := in.Versions("@scope/a"); err != nil || strings.Join(got, " ") != "1.9.0 1.10.0 2.0.0-rc.1" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := in.Versions("../a"); err == nil {
		t.Error("a path was taken for a name")
	}
}

func TestRuntimeOfOurOwn(t *testing.T) {
	old := fake(t, t.TempDir(), "node", "echo v16.4.0\n")
	t.Setenv(EnvNode, old)
	t.Setenv("PATH", t.TempDir())
	in := Installer{Cache: t.TempDir()}
	if r, err := in.Runtime(t.Context(), "16", false); err != nil || r.Path != old {
		t.Errorf("the machine's own: %+v, %v", r, err)
	}
	if _, err := in.Runtime(t.Context(), "99", true); !errors.Is(err, ErrNoNode) {
		t.Errorf("newer than any: %v", err)
	}
	if _, err := in.Runtime(t.Context(), "22.19", false); !errors.Is(err, ErrNoNode) {
		t.Errorf("without installing: %v", err)
	}
	if runtime.GOOS != "linux" {
		t.Skip("npm has Node.js for Linux only")
	}
	lock, err := fs.Sub(ownLock, "lock")
	if err != nil {
		t.Fatal(err)
	}
	own := Package{Name: "node-linux-" + arch(), Version: ownVersion, Lock: lock}
	dir, err := in.dir(own)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(Installed{Package: own, Dir: dir}.Root(), "bin", "node")
	if err := os.MkdirAll(filepath.Dir(want), 0o700); err != nil {
		t.Fatal(err)
	}
	if r, err := in.Runtime(t.Context(), "22.19", false); err != nil || r.Path != want || r.Version != ownVersion {
		t.Errorf("ours: %+v, %v", r, err)
	}
	done := Installed{Package: own, Dir: dir}
	if _, err := done.File(own.Name + "/bin"); err != nil {
		t.Error(err)
	}
	if _, err := done.File("other-win32-x64/node.exe"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("a package for another platform: %v", err)
	}
}
