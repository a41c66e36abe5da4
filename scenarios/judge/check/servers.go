package check

import "strings"

// ProbeOf is the id of the probe on which a check rests: the first two parts of
// its own.
func (c Check) ProbeOf() string {
	const parts = 2
	return strings.Join(strings.SplitN(c.ID, "/", parts+1)[:parts], "/")
}
