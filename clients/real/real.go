package real

import (
	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

// Options are common to all adapters.
type Options struct {
	// Cache is where programs are installed; "" means node.CacheDir.
	Cache string
	// Install lets Available install what is missing from the cache; without
	// it, only programs that are installed already can run.
	Install bool
	// Progress is told in words what takes time; nil means nobody is.
	Progress func(message string)
}

func (o Options) installer() node.Installer {
	return node.Installer{Cache: o.Cache, Progress: o.Progress}
}

// All returns a client for every released program that there is an adapter for.
func All(o Options) []clients.Client {
	return []clients.Client{NewMCPRemote(o)}
}
