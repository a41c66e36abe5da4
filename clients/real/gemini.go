//go:build unix

package real

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/internal/proc"
)

func gemini() program {
	return program{
		id: "gemini-cli", name: "Gemini CLI", npm: "@google/gemini-cli", version: "0.61.0",
		node: "20", entry: script("gemini"),
		asksLogin: regexp.MustCompile(`Please set an Auth method`),
	}
}

// Gemini is the Gemini CLI (https://github.com/google-gemini/gemini-cli), which
// is run once for each thing to do, with a prompt on its command line: it
// connects, logs in where it has to, after asking whether it may, and then asks
// its model. Its model is ours. Where it cannot help itself any more, the user logs
// in by hand the next time that the program is started.
type Gemini struct {
	*release

	port *portLease
}

func newGemini(r *release) *Gemini { return &Gemini{r, newPortLease(r.id)} }

// Registration implements clients.Client. Left alone, the program waits for the
// callback at any free port; what an operator has registered is given to it as
// its setting oauth.redirectUri, which fixes the port as well.
func (g *Gemini) Registration() clients.Registration {
	return clients.Registration{
		Name:         "Gemini CLI",
		RedirectURIs: []string{fmt.Sprintf("http://localhost:%d/oauth/callback", g.port.port())},
		AuthMethod:   "client_secret_post",
	}
}

// Start implements clients.Client.
func (g *Gemini) Start(ctx context.Context, f clients.Facts) (clients.Session, error) {
	box, err := g.sandbox(ctx, f)
	if err != nil {
		return nil, err
	}
	d := &geminiCommand{box: box}
	s := &session{sandbox: box, driver: d}
	if err := d.model.open(s); err != nil { //nolint:contextcheck // the model lives as long as the session
		return nil, err
	}
	box.env = []string{"GEMINI_API_KEY=none", "GOOGLE_GEMINI_BASE_URL=" + d.model.URL(), "GEMINI_CLI_NO_RELAUNCH=true"}
	if err := d.configure(f, g.Registration().RedirectURIs[0]); err != nil {
		return nil, closing(s, err)
	}
	if f.Credentials == nil {
		return s, nil
	}
	return leased(ctx, g.port, s)
}

// geminiCommand runs the program once for each thing to do.
type geminiCommand struct {
	box   *sandbox
	model model
}

func (d *geminiCommand) configure(f clients.Facts, redirectURI string) error {
	type object = map[string]any
	oauth := object{"enabled": true}
	if c := f.Credentials; c != nil {
		oauth["clientId"], oauth["redirectUri"] = c.ClientID, redirectURI
		if c.ClientSecret != "" {
			oauth["clientSecret"] = c.ClientSecret
		}
	}
	return writeJSON(filepath.Join(f.Home, ".gemini", "settings.json"), object{
		"security":   object{"auth": object{"selectedType": "gemini-api-key"}, "folderTrust": object{"enabled": false}},
		"general":    object{"disableAutoUpdate": true, "enableAutoUpdate": false},
		"privacy":    object{"usageStatisticsEnabled": false},
		"telemetry":  object{"enabled": false},
		"mcpServers": object{serverName: object{"httpUrl": f.MCPURL, "trust": true, "oauth": oauth}},
	})
}

// connect logs in by hand where the program would not do so by itself.
func (d *geminiCommand) connect(ctx context.Context) error {
	before := d.loggedIn()
	if d.box.facts.Credentials != nil && !before {
		if err := d.login(ctx); err != nil {
			return err
		}
	}
	err := d.begin(ctx)
	badTokens := before && d.loggedIn()
	if err == nil || !badTokens && !says(err, geminiByHand) {
		return err
	}
	if err := d.login(ctx); err != nil {
		return err
	}
	return d.begin(ctx)
}

// geminiByHand are the words with which the program leaves the login to its user,
// whose command looks for metadata where the login that begins by itself does not.
var geminiByHand = regexp.MustCompile("Please authenticate manually with /mcp auth")

// begin has the program do nothing but begin: it has listed the tools when it
// offers them to its model.
func (d *geminiCommand) begin(ctx context.Context) error {
	d.model.Forget()
	p, err := d.run(ctx, "Do nothing.")
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(d.model.Offered(), func(name string) bool { return strings.Contains(name, serverName) }) {
		return geminiFailure(p, "it offered its model no tool of the server")
	}
	return nil
}

func (d *geminiCommand) call(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	turn := d.model.Ask(serverName, tool, arguments)
	p, err := d.run(ctx, "Call the tool "+tool+".")
	if err != nil {
		return "", err
	}
	result, err := d.model.result(turn)
	switch {
	case err != nil:
		return "", geminiFailure(p, err.Error())
	case result.Failed:
		return "", &answered{words: result.Text}
	}
	text := strings.TrimPrefix(result.Text, "<untrusted_context>\n")
	return strings.TrimSuffix(text, "\n</untrusted_context>"), nil
}

// geminiReasons are the lines of the program's log that say why it has no tools
// of a server.
var geminiReasons = regexp.MustCompile(`^\[MCP error\] |^OAuth callback re`)

// geminiFailure is what the program says of a run in which something was missing.
func geminiFailure(p *proc.Process, missing string) error {
	var reasons []string
	for _, line := range p.Since(0) {
		if geminiReasons.MatchString(line) && !slices.Contains(reasons, line) {
			reasons = append(reasons, strings.TrimPrefix(line, "[MCP error] "))
		}
	}
	const most = 8
	reasons = reasons[:min(len(reasons), most)]
	return &answered{words: strings.Join(append(reasons, missing), "; ")}
}

// geminiQuestion ends the line on which the program asks whether it may open a
// browser.
const geminiQuestion = "[Y/n]: "

// run runs the program to its end. Asked whether it may open a browser, the user
// says yes. What the program logs for its developers says why it failed; without
// that it says no more than that there was an issue.
func (d *geminiCommand) run(ctx context.Context, prompt string) (*proc.Process, error) {
	var process *proc.Process
	started := make(chan struct{})
	mark := d.box.browser.mark()
	args := []string{"-m", geminiModel, "--yolo", "--debug", "-p", prompt}
	o := proc.Options{Split: splitQuestion, Stdout: func(line string) {
		<-started
		if strings.HasSuffix(line, geminiQuestion) {
			_, _ = process.Write([]byte("y\n")) // a program that has ended is noticed by whoever waits for it
		}
	}}
	process, err := d.box.start(args, o) //nolint:contextcheck // the program is ended by its session
	if err != nil {
		return nil, err
	}
	close(started)
	_, err = await[struct{}](ctx, d.box, process, mark, "", nil)
	if err != nil && process.Err() == nil {
		return nil, err // it still runs
	}
	if process.ExitCode() != 0 {
		return nil, process.Err()
	}
	return process, nil
}

// geminiModel is a name that the program takes for a model without asking
// another one which model to use.
const geminiModel = "gemini-2.5-flash"

// splitQuestion cuts output into lines, and where a question waits for its
// answer.
func splitQuestion(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.Index(data, []byte(geminiQuestion)); i >= 0 && !bytes.Contains(data[:i], []byte("\n")) {
		end := i + len(geminiQuestion)
		return end, data[:end], nil
	}
	return bufio.ScanLines(data, atEOF)
}
