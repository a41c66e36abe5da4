package wire

import "github.com/mcpcompat/mcpcompat/report"

// Difference is a feature in which two lists differ.
type Difference struct {
	Path string `json:"path"`
	// Was and Is are the values; "" stands for a feature that the list does not
	// have, because the client never came to that door.
	Was string `json:"was"`
	Is  string `json:"is"`
}

// Diff compares two lists feature by feature, in the order of the doors. A
// feature that one of them lacks is a difference only where missing is true:
// two runs that broke at different doors differ in their verdict already, and
// that says more than twenty values.
func Diff(was, is []report.Feature, missing bool) []Difference {
	var out []Difference
	before := map[string]string{}
	for _, f := range was {
		before[f.Path] = f.Value
	}
	seen := map[string]bool{}
	for _, f := range is {
		seen[f.Path] = true
		old, known := before[f.Path]
		if old != f.Value && (known || missing) {
			out = append(out, Difference{f.Path, old, f.Value})
		}
	}
	for _, f := range was {
		if missing && !seen[f.Path] {
			out = append(out, Difference{f.Path, f.Value, ""})
		}
	}
	return out
}
