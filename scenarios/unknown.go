package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/nearest"
)

// unknown says that there is no such name, and which was probably meant.
func unknown(what, name string, known []string) error {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	if near := nearest.Names(name, known); len(near) > 0 {
		return fmt.Errorf("%w: unknown %s %q: did you mean %s?", ErrSelection, what, name, strings.Join(near, " or "))
	}
	return fmt.Errorf("%w: unknown %s %q: there are %s", ErrSelection, what, name, strings.Join(known, ", "))
}
