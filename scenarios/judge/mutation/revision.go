package mutation

import (
	"regexp"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/requirement"
)

// Revision is the one in force in a recording: the last that a server answered
// with, else the last that a client offered in initialize, else the newest.
func Revision(rec *trace.Recording) string {
	version := regexp.MustCompile(`"protocolVersion"\s*:\s*"(\d{4}-\d\d-\d\d)"`)
	initialize := regexp.MustCompile(`"method"\s*:\s*"initialize"`)
	offered, answered := "", ""
	for _, x := range rec.Exchanges {
		if m := version.FindStringSubmatch(x.Request.Body.Text); m != nil && initialize.MatchString(x.Request.Body.Text) {
			offered = m[1]
		}
		if x.Response != nil {
			if m := version.FindStringSubmatch(x.Response.Body.Text); m != nil {
				answered = m[1]
			}
		}
	}
	switch {
	case answered != "":
		return answered
	case offered != "":
		return offered
	}
	return requirement.Newest()
}
