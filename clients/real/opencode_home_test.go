//go:build unix

package real

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// The program fetches nothing where the folder is there and the lockfile has
// what it would add.
func TestOpencodeHasNothingToFetch(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "opencode")
	if err := furnish(folder); err != nil {
		t.Fatal(err)
	}
	if is, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil || !is.IsDir() {
		t.Errorf("no folder of packages: %v", err)
	}
	data, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct {
			Dependencies map[string]string `json:"dependencies"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	if _, ok := lock.Packages[""].Dependencies[opencodeTypes]; !ok {
		t.Errorf("the lockfile has %v", lock.Packages)
	}
	if err := furnish(filepath.Join(folder, "package.json")); err == nil {
		t.Error("a file in the place of the folder was taken")
	}
}
