//go:build unix

package real

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"sync"

	_ "embed"
)

// The extension by which VS Code is told what to do.
var (
	//go:embed vscode/package.json
	extensionManifest string
	//go:embed vscode/extension.js
	extensionScript string
)

// extensionHost is where the extensions of VS Code's windows connect to.
type extensionHost struct {
	listener net.Listener
	token    string
	done     sync.WaitGroup

	mu      sync.Mutex
	windows map[string]chan *extension // by the folder that is open in them
	open    map[net.Conn]bool
}

// extension is the one that runs in a window.
type extension struct {
	conn    net.Conn
	gone    chan struct{} // closed when its window is
	mu      sync.Mutex
	last    int
	pending map[int]chan extensionAnswer
}

type extensionAnswer struct {
	ID     int             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *string         `json:"error"`
}

// errNoWindow is returned when the window has gone in which the extension ran.
var errNoWindow = errors.New("the window has gone")

func newExtensionHost(ctx context.Context) (*extensionHost, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h := &extensionHost{listener: l, token: rand.Text(), windows: map[string]chan *extension{}, open: map[net.Conn]bool{}}
	h.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			h.mu.Lock()
			h.open[conn] = true
			h.mu.Unlock()
			h.done.Go(func() { h.serve(conn) })
		}
	})
	return h, nil
}

// install writes the extension into the folder of extensions.
func (*extensionHost) install(dir string) error {
	dir = filepath.Join(dir, "mcpcompat.driver-1.0.0")
	return errors.Join(
		writeFile(filepath.Join(dir, "package.json"), extensionManifest),
		writeFile(filepath.Join(dir, "extension.js"), extensionScript))
}

// environment tells the extension where to connect to.
func (h *extensionHost) environment() []string {
	address, _ := h.listener.Addr().(*net.TCPAddr)
	return []string{"MCPCOMPAT_DRIVER_PORT=" + strconv.Itoa(address.Port), "MCPCOMPAT_DRIVER_TOKEN=" + h.token}
}

// window is where the extension arrives of the window with that folder.
func (h *extensionHost) window(folder string) chan *extension {
	h.mu.Lock()
	defer h.mu.Unlock()
	arrives, ok := h.windows[folder]
	if !ok {
		arrives = make(chan *extension, 1)
		h.windows[folder] = arrives
	}
	return arrives
}

// serve reads what an extension says until its window is gone.
func (h *extensionHost) serve(conn net.Conn) {
	defer func() {
		h.mu.Lock()
		delete(h.open, conn)
		h.mu.Unlock()
		conn.Close()
	}()
	in := json.NewDecoder(bufio.NewReader(conn))
	var hello struct {
		Token  string `json:"token"`
		Folder string `json:"folder"`
	}
	if err := in.Decode(&hello); err != nil || subtle.ConstantTimeCompare([]byte(hello.Token), []byte(h.token)) != 1 {
		return
	}
	e := &extension{conn: conn, gone: make(chan struct{}), pending: map[int]chan extensionAnswer{}}
	defer close(e.gone)
	arrives := h.window(hello.Folder)
	select {
	case <-arrives: // one that nobody has waited for, of a page that was shown again
	default:
	}
	arrives <- e
	for {
		var a extensionAnswer
		if err := in.Decode(&a); err != nil {
			return
		}
		e.mu.Lock()
		waiting := e.pending[a.ID]
		delete(e.pending, a.ID)
		e.mu.Unlock()
		if waiting != nil {
			waiting <- a
		}
	}
}

func (h *extensionHost) close() {
	_ = h.listener.Close() // nobody is to come any more
	h.mu.Lock()
	for conn := range h.open {
		conn.Close()
	}
	h.mu.Unlock()
	h.done.Wait()
}

// request has the extension do something. A result of nil is not looked at.
func (e *extension) request(ctx context.Context, action string, parameters, result any) error {
	answer := make(chan extensionAnswer, 1)
	e.mu.Lock()
	e.last++
	id := e.last
	e.pending[id] = answer
	e.mu.Unlock()
	line, err := json.Marshal(map[string]any{"id": id, "action": action, "parameters": parameters})
	if err != nil {
		return err
	}
	if _, err := e.conn.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%w: %w", errNoWindow, err)
	}
	select {
	case a := <-answer:
		switch {
		case a.Error != nil:
			return &answered{words: *a.Error}
		case result == nil:
			return nil
		}
		return json.Unmarshal(a.Result, result)
	case <-e.gone:
		return errNoWindow
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
