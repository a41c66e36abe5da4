//go:build unix

package real

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

// inspectorWebPort is where the program listens unless it is told otherwise.
const inspectorWebPort = 6274

func inspectorWeb() program {
	p := inspector()
	p.condition = "web"
	return p
}

// InspectorWeb is the web form of the MCP Inspector, in a window of a headless
// browser. Its page is left for the login and comes back to a new connection.
type InspectorWeb struct {
	*release

	port  *portLease
	desks desks
}

func newInspectorWeb(r *release) *InspectorWeb {
	return &InspectorWeb{release: r, port: fixedPort(r, inspectorWebPort)}
}

// Registration implements clients.Client. The page has a place for credentials
// among a server's settings, which is not filled in here.
func (*InspectorWeb) Registration() clients.Registration {
	return clients.Registration{
		Name:          "MCP Inspector",
		RedirectURIs:  []string{fmt.Sprintf("http://localhost:%d/oauth/callback", inspectorWebPort)},
		NoCredentials: true,
	}
}

// Available implements clients.Client. It takes a browser too.
func (i *InspectorWeb) Available(ctx context.Context) error {
	if err := i.browserMissing(); err != nil {
		return err
	}
	return i.release.Available(ctx)
}

// Start implements clients.Client.
func (i *InspectorWeb) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := i.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	box.env = []string{
		"CLIENT_PORT=" + strconv.Itoa(inspectorWebPort),
		"MCP_AUTO_OPEN_ENABLED=false", "MCP_INSPECTOR_SECRET_STORE=file",
	}
	s := &session{sandbox: box}
	at, err := i.desks.take(f.Home, inspectorFurniture)
	if err != nil {
		return nil, s.abandon(err)
	}
	d := &inspectorWindow{box: box, desk: at}
	s.driver, s.release = d, func() {
		d.leave()
		i.desks.giveBack(at)
	}
	return leased(ctx, i.port, s)
}

// inspectorPage is how the program says where its page is, with the key to it.
var inspectorPage = regexp.MustCompile(`http://(localhost|127\.0\.0\.1):\d+/?\?\S+`)

// inspectorFurniture is how the program is started.
func inspectorFurniture(d *desk) error {
	d.launch = func(ctx context.Context, box *sandbox, _ string) (*proc.Process, string, error) {
		o := box.options([]string{"--web", "--server-url", box.facts.MCPURL, "--transport", "http"}, proc.Options{})
		// What it prints is masked when it is kept, and the key is needed.
		pages := make(chan string, 1)
		o.Stdout = func(line string) {
			if found := inspectorPage.FindString(line); found != "" {
				select {
				case pages <- found:
				default:
				}
			}
		}
		p, err := proc.Start(context.Background(), o) //nolint:contextcheck // the program outlives the attempt that starts it
		if err != nil {
			return nil, "", err
		}
		box.watch(p)
		page, err := await(ctx, box, p, box.browser.mark(), "its page", pages)
		if err != nil {
			p.Close() //nolint:errcheck // it always returns nil
			return nil, "", err
		}
		return p, page, nil
	}
	return nil
}
