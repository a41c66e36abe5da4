//go:build unix

package real

import (
	"bytes"
	"io"
	"os"
	"regexp"
)

// logFile is a log that a program writes into its home.
type logFile struct {
	path string
	from int64 // what is before it belongs to the past
}

// maxLog bounds what is read of a log, in bytes.
const maxLog = 1 << 20

// begin forgets what was logged so far.
func (l *logFile) begin() {
	l.from = 0
	if is, err := os.Stat(l.path); err == nil {
		l.from = is.Size()
	}
}

// find returns what the groups of the first match hold, "" for none.
func (l *logFile) find(pattern *regexp.Regexp) string {
	f, err := os.Open(l.path)
	if err != nil {
		return "" // nothing was logged yet
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, l.from, maxLog))
	if err != nil {
		return ""
	}
	if m := pattern.FindSubmatch(text); m != nil {
		return string(bytes.Join(m[1:], nil))
	}
	return ""
}
