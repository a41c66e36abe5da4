//go:build unix

package real

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/internal/patience"
)

// inspectorWindow is a window of the Inspector, and who sits in front of it.
type inspectorWindow struct {
	box    *sandbox
	desk   *desk
	window *useragent.Window // nil while none is open
}

// The parts of the page.
const (
	inspectorSwitch = `label:has(input[role=switch][aria-label^="Connect"])`
	inspectorTab    = "label.mantine-SegmentedControl-label"
	inspectorAlert  = ".mantine-Notifications-notification"
	inspectorModal  = ".mantine-Modal-content"
	inspectorTool   = "button.list-item"
	inspectorResult = ".mantine-Card-root:has(h3) pre.mantine-Code-root"
	// The state of the server's card, once it is known.
	inspectorState = ".mantine-Card-root"
)

// errAgain says that the page was left for a login, and is back.
var errAgain = errors.New("it logged in, and forgot what for")

func (d *inspectorWindow) connect(ctx context.Context) error {
	d.leave()
	page, err := d.desk.enter(ctx, d.box)
	if err != nil {
		return err
	}
	d.box.browser.receives(d.receive)
	if d.window, err = d.desk.browser.Window(ctx, page, d.opens); err != nil {
		d.desk.leave()
		return err
	}
	if err := d.window.Click(ctx, useragent.Shown{Selector: inspectorSwitch}); err != nil {
		return err
	}
	_, err = d.attended(ctx, "the connection", useragent.Shown{Selector: inspectorTab, Text: "Tools"})
	return err
}

// call has a person fill in the tool's form. After a login the page has
// forgotten the call, and the person makes it once more.
func (d *inspectorWindow) call(ctx context.Context, tool string, arguments map[string]any) (text string, err error) {
	if d.window == nil {
		return "", errNotRunning
	}
	if text, err = d.execute(ctx, tool, arguments); errors.Is(err, errAgain) {
		text, err = d.execute(ctx, tool, arguments)
	}
	return text, err
}

// toolsScript answers with the tools in the list.
const toolsScript = `[...document.querySelectorAll("` + inspectorTool + `")].map(e => e.innerText.trim().split("\n")[0])`

// closeScript closes the last result, whose place the form takes.
const closeScript = `document.querySelector("button[aria-label='Close results']")?.click()`

// dismissScript closes the notifications that there are.
const dismissScript = `[...document.querySelectorAll("` + inspectorAlert + ` button")].forEach(e => e.click())`

// fieldScript puts the cursor into the field of an argument.
const fieldScript = `(() => {
  const label = [...document.querySelectorAll("label")].find(l => l.textContent.replace("*", "").trim() === %s);
  const field = label && document.getElementById(label.htmlFor);
  if (!field) return false;
  field.focus(); field.select();
  return true;
})()`

func (d *inspectorWindow) execute(ctx context.Context, tool string, arguments map[string]any) (string, error) {
	w := d.window
	var tools []string
	err := errors.Join(
		w.Click(ctx, useragent.Shown{Selector: inspectorTab, Text: "Tools"}),
		d.dismiss(ctx),
		w.Evaluate(ctx, closeScript, nil),
		w.Gone(ctx, useragent.Shown{Selector: inspectorResult}))
	if err != nil {
		return "", err
	}
	if _, _, err := w.Await(ctx, useragent.Shown{Selector: inspectorTool}); err != nil {
		return "", err
	}
	if err := w.Evaluate(ctx, toolsScript, &tools); err != nil {
		return "", err
	}
	if !slices.Contains(tools, tool) {
		return "", &answered{words: fmt.Sprintf("it lists no tool %s, but %s", tool, strings.Join(tools, ", "))}
	}
	run := useragent.Shown{Selector: "button", Text: "Execute Tool"}
	if err := w.Click(ctx, useragent.Shown{Selector: inspectorTool, Text: tool}); err != nil {
		return "", err
	}
	if _, _, err := w.Await(ctx, run); err != nil {
		return "", err
	}
	for name, value := range arguments {
		if err := d.fill(ctx, name, value); err != nil {
			return "", err
		}
	}
	if err := w.Click(ctx, run); err != nil {
		return "", err
	}
	return d.attended(ctx, "the result", useragent.Shown{Selector: inspectorResult})
}

func (d *inspectorWindow) fill(ctx context.Context, name string, value any) error {
	quoted, err := json.Marshal(name)
	if err != nil {
		return err
	}
	text, ok := value.(string)
	if !ok {
		data, err := json.Marshal(value)
		if err != nil {
			return err
		}
		text = string(data)
	}
	var there bool
	if err := d.window.Evaluate(ctx, fmt.Sprintf(fieldScript, quoted), &there); err != nil {
		return err
	}
	if !there {
		return &answered{fmt.Sprintf("its form has no field %s\n%s", name, otherInterface), clients.Unsupported}
	}
	return d.window.Type(ctx, text)
}

// attended waits until the page shows that it is done, an error, or that it has
// logged in once more; on the way a person allows that.
func (d *inspectorWindow) attended(ctx context.Context, what string, done useragent.Shown) (string, error) {
	modal := useragent.Shown{Selector: inspectorModal, Text: "permissions required"}
	for {
		i, text, err := d.sees(ctx, what, done, modal,
			useragent.Shown{Selector: inspectorAlert, Text: "Authorization complete"},
			inspectorBanner(),
			useragent.Shown{Selector: inspectorAlert, Text: "ailed"},
			useragent.Shown{Selector: inspectorAlert, Text: "rror"},
			useragent.Shown{Selector: inspectorState, Text: "Failed"})
		switch {
		case err != nil:
			return "", err
		case i == 0:
			return text, nil
		case i == 2 && done.Selector == inspectorResult:
			return "", errAgain
		case i == 2: // the connection comes next
			if err := d.dismiss(ctx); err != nil {
				return "", err
			}
		case i > 2:
			if !d.asks(ctx, modal) {
				return "", d.failure(ctx, text)
			}
		default:
			if err := d.window.Click(ctx, useragent.Shown{Selector: inspectorModal + " button", Text: "Authorize"}); err != nil {
				return "", err
			}
			if err := d.window.Gone(ctx, modal); err != nil && ctx.Err() != nil {
				return "", err // otherwise it has gone with its page
			}
		}
	}
}

// inspectorBanner stands above everything else after a login that failed.
func inspectorBanner() useragent.Shown {
	return useragent.Shown{Selector: "[role=alert]", Text: "needs attention"}
}

// explained is how long a notification may take after what it explains, on the
// clock of package patience.
const explained = time.Second

// briefly bounds a wait for one.
func briefly(ctx context.Context) (context.Context, context.CancelFunc) {
	return patience.Context(ctx, patience.Limits{Quiet: explained}, context.DeadlineExceeded)
}

// asks reports whether a dialog follows what has failed.
func (d *inspectorWindow) asks(ctx context.Context, modal useragent.Shown) bool {
	short, cancel := briefly(ctx)
	defer cancel()
	_, _, err := d.window.Await(short, modal)
	return err == nil
}

// failure is what the page says of what has failed.
func (d *inspectorWindow) failure(ctx context.Context, text string) error {
	short, cancel := briefly(ctx)
	defer cancel()
	if _, why, err := d.window.Await(short, inspectorBanner(), useragent.Shown{Selector: inspectorAlert}); err == nil {
		text = why
	}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	return &answered{words: d.box.clean(strings.Join(lines, "; "))}
}

// dismiss closes the notifications that there are.
func (d *inspectorWindow) dismiss(ctx context.Context) error {
	return errors.Join(
		d.window.Evaluate(ctx, dismissScript, nil),
		d.window.Gone(ctx, useragent.Shown{Selector: inspectorAlert}))
}

// sees waits until one of these is shown, or for what ends the attempt.
func (d *inspectorWindow) sees(ctx context.Context, what string, things ...useragent.Shown) (int, string, error) {
	type sight struct {
		index int
		text  string
		err   error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sights := make(chan sight, 1)
	go func() {
		var s sight
		s.index, s.text, s.err = d.window.Await(ctx, things...)
		sights <- s
	}()
	s, err := await(ctx, d.box, d.desk.process, d.box.browser.mark(), what, sights)
	return s.index, s.text, errors.Join(err, s.err)
}

func (d *inspectorWindow) opens(address string) {
	if err := d.box.browser.visit(address); err != nil {
		d.box.browser.lose(d.box.browser.mark()+1, fmt.Errorf("%w: %w", errBlocked, err))
	}
}

// receive shows the callback where the page was.
func (d *inspectorWindow) receive(callback *url.URL) clients.Reply {
	ctx, cancel := patience.Context(context.Background(), patience.Limits{Quiet: quietTime}, errHang)
	defer cancel()
	if err := d.window.Go(ctx, callback.String()); err != nil {
		return clients.Reply{Status: http.StatusBadGateway, HTML: "the page of the Inspector cannot be shown"}
	}
	return clients.Reply{Status: http.StatusOK, HTML: "the page of the Inspector"}
}

// leave closes the window.
func (d *inspectorWindow) leave() {
	if d.window == nil {
		return
	}
	d.window.Close()
	d.window = nil
	d.desk.leave()
}
