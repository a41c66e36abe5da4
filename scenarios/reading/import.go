package reading

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// maxHead is how much of a file is looked at to tell what it is, in bytes.
const maxHead = 4 << 10

// Import reads a recording or a HAR file. Which of them it is, the beginning of
// the file says; its name decides when it does not. Of a HAR file that does not
// say who spoke to whom, or what the setting was, both are inferred.
func Import(r io.Reader, name string) (*trace.Recording, error) {
	in := bufio.NewReaderSize(r, maxHead)
	head, err := in.Peek(maxHead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if other := otherFormat(head); other != "" {
		return nil, fmt.Errorf("%s: %s", name, other)
	}
	if !isHAR(head, name) {
		return trace.ReadRecording(in, name)
	}
	rec, err := trace.FromHAR(in, name)
	if err != nil {
		return nil, err
	}
	complete(rec)
	return rec, nil
}

// isHAR tells a HAR file from a recording by the first member: log in the one,
// schema in the other. Where it is neither, the other members in sight decide.
func isHAR(head []byte, path string) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if rest, ok := bytes.CutPrefix(text, []byte("{")); ok {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if bytes.HasPrefix(rest, []byte(`"log"`)) {
			return true
		}
		if bytes.HasPrefix(rest, []byte(`"schema"`)) {
			return false
		}
	}
	isRecording := bytes.Contains(text, []byte(`"mcpcompat/recording/`))
	return !isRecording && (bytes.Contains(text, []byte(`"log"`)) || strings.HasSuffix(strings.ToLower(path), ".har"))
}

// complete fills in what an imported recording does not say: first who spoke to
// whom, then the setting.
func complete(rec *trace.Recording) {
	fillActors(rec.Exchanges)
	fillSetting(rec)
}
