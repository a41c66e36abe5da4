package useragent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/mcpcompat/mcpcompat/clients"
)

// httpTab is the page that is shown, and the way to the next one.
type httpTab struct {
	visit     *visit
	toServers http.RoundTripper
	toClient  http.RoundTripper
	jar       http.CookieJar

	at     *url.URL
	status int
	root   *html.Node
	end    *clients.Landing
}

func (t *httpTab) open(ctx context.Context, _ string) error {
	return t.follow(ctx, request{method: http.MethodGet, url: t.visit.start})
}

func (t *httpTab) landed() *clients.Landing { return t.end }

func (t *httpTab) rest(context.Context) clients.Landing {
	return clients.Landing{URL: t.at.String(), Status: t.status, Page: visibleText(t.root)}
}

func (t *httpTab) find(_ context.Context, selectors []string) (*url.URL, []bool, error) {
	found := make([]bool, len(selectors))
	for i, s := range selectors {
		if s == "" {
			found[i] = true
			continue
		}
		node, err := t.element(s)
		if err != nil && !errors.Is(err, errNoElement) {
			return nil, nil, err
		}
		found[i] = node != nil
	}
	return t.at, found, nil
}

func (t *httpTab) element(s string) (*html.Node, error) {
	sel, err := parseSelector(s)
	if err != nil {
		return nil, err
	}
	if n := sel.find(t.root); n != nil {
		return n, nil
	}
	return nil, fmt.Errorf("%w: %s", errNoElement, s)
}

func (t *httpTab) fill(_ context.Context, s, text string) error {
	n, err := t.element(s)
	if err != nil {
		return err
	}
	setAttr(n, "value", text)
	return nil
}

func (t *httpTab) click(ctx context.Context, s string) error {
	n, err := t.element(s)
	if err != nil {
		return err
	}
	if href, ok := attr(n, "href"); ok && n.DataAtom == atom.A {
		target, err := t.at.Parse(href)
		if err != nil {
			return fmt.Errorf("link %s: %w", s, err)
		}
		return t.follow(ctx, request{method: http.MethodGet, url: target, from: t.at})
	}
	if kind, _ := attr(n, "type"); kind == "checkbox" || kind == "radio" {
		toggle(n)
		return nil
	}
	form := formOf(t.root, n)
	if form == nil {
		return fmt.Errorf("%w: %s is neither a link nor in a form", errNoElement, s)
	}
	r, err := t.submission(form, n)
	if err != nil {
		return fmt.Errorf("form of %s: %w", s, err)
	}
	return t.follow(ctx, r)
}

func toggle(n *html.Node) {
	if _, checked := attr(n, "checked"); checked {
		removeAttr(n, "checked")
		return
	}
	setAttr(n, "checked", "")
}

// submission is the request that the browser sends for a form.
func (t *httpTab) submission(form, button *html.Node) (request, error) {
	action, _ := attr(form, "action")
	if override, ok := attr(button, "formaction"); ok {
		action = override
	}
	method, _ := attr(form, "method")
	if override, ok := attr(button, "formmethod"); ok {
		method = override
	}
	target := t.at
	if action != "" {
		var err error
		if target, err = t.at.Parse(action); err != nil {
			return request{}, err
		}
	}
	data := encode(formData(t.root, form, button))
	if !strings.EqualFold(method, http.MethodPost) {
		with := *target
		with.RawQuery = data
		return request{method: http.MethodGet, url: &with, from: t.at}, nil
	}
	return request{method: http.MethodPost, url: target, body: data, from: t.at}, nil
}
