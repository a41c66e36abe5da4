package real

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
)

// place writes a program of ours into the folder of what it runs on. The name is
// extended by what tells one program from another, so that several versions of
// ours can share a cache.
func place(dir, name string, source []byte) (string, error) {
	sum := sha256.Sum256(source)
	ext := filepath.Ext(name)
	name = strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:4]) + ext
	path := filepath.Join(dir, name)
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, source) {
		return path, nil
	}
	tmp, err := os.CreateTemp(dir, name)
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(source)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return path, err
}
