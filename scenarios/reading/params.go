package reading

import "github.com/mcpcompat/mcpcompat/internal/params"

// Params are the parameters of a query or form, in order and with repetitions.
type Params = params.List

// ParseParams decodes a query string or form body.
func ParseParams(raw string) Params { return params.Parse(raw) }
