package emulated

import (
	_ "embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// recordingList names the recordings of released programs that the project
// keeps, a line each: id@version/name. The recordings themselves are too large
// to be carried in the program.
//
//go:embed recordings.txt
var recordingList string

// Recordings lists the recordings that evidence may name: id@version/name.
func Recordings() []string { return strings.Fields(recordingList) }

// recordingsIn lists those that lie beside the profiles of fsys, as
// recordings/id@version/name.har.
func recordingsIn(fsys fs.FS) []string {
	files, err := fs.Glob(fsys, "recordings/*/*.har")
	if err != nil {
		return nil // only a wrong pattern is an error, and this one is right
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "recordings/"), ".har")
	}
	return files
}

// checkRecordings reports recordings that evidence names and nobody has. Other
// words say that something was seen and not kept.
func (d *document) checkRecordings(e Evidence, line int) {
	named := regexp.MustCompile(`^([a-z0-9-]+@[^\s:]+): (.+)$`).FindStringSubmatch(e.Source)
	if e.Basis != Recorded || named == nil {
		return
	}
	for name := range strings.SplitSeq(named[2], ",") {
		if recording := named[1] + "/" + strings.TrimSpace(name); !slices.Contains(d.recordings, recording) {
			d.problemf(line, "%s", missingRecording(recording, d.recordings))
		}
	}
}

func missingRecording(name string, known []string) string {
	program, _, _ := strings.Cut(name, "/")
	var others []string
	for _, k := range known {
		if rest, ok := strings.CutPrefix(k, program+"/"); ok {
			others = append(others, rest)
		}
	}
	if others == nil {
		return fmt.Sprintf("there is no recording %s, nor any other of %s", name, program)
	}
	return fmt.Sprintf("there is no recording %s: of %s there are %s", name, program, strings.Join(others, ", "))
}
