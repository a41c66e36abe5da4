package mutant

import "github.com/mcpcompat/mcpcompat/internal/params"

// Params are the parameters of a query or form, in order and with repetitions.
type Params = params.List
