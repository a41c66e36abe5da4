package reading

import "fmt"

// Quote writes a value of the wire in quotes.
func Quote(s string) string { return fmt.Sprintf("%q", s) }
