//go:build unix

package real

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/node"
)

const (
	mcpRemoteVersion = "0.15.1"
	// mcpRemoteNode is the oldest Node.js that the HTTP client inside the
	// program runs on.
	mcpRemoteNode = "20.18.1"
)

//go:embed locks/mcp-remote
var mcpRemoteLock embed.FS

// MCPRemote is mcp-remote, the bridge by which hosts that only know programs
// reach remote MCP servers (https://github.com/punkpeye/mcp-remote). It opens
// with the protocol of its host; the stateless revision 2026-07-28 is an option
// of the program that is off by default, and so it is here.
type MCPRemote struct {
	options Options
	port    *portLease

	found           sync.Mutex
	runtime, script string // "" until they were found
}

// NewMCPRemote starts and installs nothing yet.
func NewMCPRemote(o Options) *MCPRemote {
	return &MCPRemote{options: o, port: newPortLease()}
}

// Identity implements clients.Client.
func (*MCPRemote) Identity() clients.Identity {
	return clients.Identity{ID: "mcp-remote", Name: "mcp-remote", Version: mcpRemoteVersion, Basis: clients.Real}
}

// Registration implements clients.Client. A port that is given on the command
// line is used as it is, so that is what an operator is told to register.
func (m *MCPRemote) Registration() clients.Registration {
	return clients.Registration{
		Name:         "mcp-remote",
		RedirectURIs: []string{"http://localhost:" + strconv.Itoa(m.port.number) + "/oauth/callback"},
	}
}

// Available implements clients.Client.
func (m *MCPRemote) Available(ctx context.Context) error {
	if _, _, err := m.program(ctx); err != nil {
		return fmt.Errorf("%w: %w", clients.ErrUnavailable, err)
	}
	return nil
}

// program returns Node.js and the script to run. They are looked for once:
// every session needs them, and asking Node.js for its version takes longer
// than many a login.
func (m *MCPRemote) program(ctx context.Context) (runtime, script string, err error) {
	m.found.Lock()
	defer m.found.Unlock()
	if m.script == "" {
		m.runtime, m.script, err = m.look(ctx)
	}
	return m.runtime, m.script, err
}

func (m *MCPRemote) look(ctx context.Context) (runtime, script string, err error) {
	r, err := node.Find(ctx, mcpRemoteNode)
	if err != nil {
		return "", "", err
	}
	lock, err := fs.Sub(mcpRemoteLock, "locks/mcp-remote")
	if err != nil {
		return "", "", err
	}
	p := node.Package{Name: "mcp-remote", Version: mcpRemoteVersion, Lock: lock}
	installed, err := m.options.installer().Lookup(p)
	if errors.Is(err, node.ErrNotInstalled) && m.options.Install {
		installed, err = m.options.installer().Install(ctx, r, p)
	}
	if err != nil {
		return "", "", err
	}
	script, err = installed.Script("mcp-remote")
	if err != nil {
		return "", "", err
	}
	return r.Path, script, nil
}

// Start implements clients.Client.
func (m *MCPRemote) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	if f.RootCAs != nil {
		return nil, fmt.Errorf("mcp-remote: %w: it reads certificates from a file, and only a pool is at hand", clients.ErrUnavailable)
	}
	runtime, script, err := m.program(ctx)
	if err != nil {
		return nil, fmt.Errorf("mcp-remote: %w: %w", clients.ErrUnavailable, err)
	}
	if err := os.MkdirAll(f.Home, 0o700); err != nil {
		return nil, fmt.Errorf("mcp-remote: %w", err)
	}
	s := &session{
		name: "mcp-remote", facts: f, path: runtime, args: []string{script, f.MCPURL},
		noise: processID, installed: filepath.Dir(filepath.Dir(script)),
	}
	if f.Credentials != nil {
		if err := m.port.take(ctx, f.MCPURL); err != nil {
			return nil, fmt.Errorf("mcp-remote: waiting for its callback port: %w", err)
		}
		s.release = func() { m.port.giveBack(f.MCPURL) }
		info, err := json.Marshal(credentials{f.Credentials.ClientID, f.Credentials.ClientSecret})
		if err != nil {
			s.release()
			return nil, fmt.Errorf("mcp-remote: %w", err)
		}
		s.args = append(s.args, strconv.Itoa(m.port.number), "--static-oauth-client-info", string(info))
	} else {
		s.args = append(s.args, strconv.Itoa(portFor(f.MCPURL)))
	}
	return s.prepare() //nolint:contextcheck // the session outlives its start
}

// processID is how the program begins each line that it logs.
var processID = regexp.MustCompile(`^(\[\d+\] )+`)

// credentials are how the program takes a client that was registered by hand.
type credentials struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret,omitempty"`
}
