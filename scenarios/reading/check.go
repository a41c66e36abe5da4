package reading

import "fmt"

func Quote(s string) string { return fmt.Sprintf("%q", s) }
