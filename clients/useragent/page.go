package useragent

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageText is what a person can read on a page, at most maxPage characters.
func pageText(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	return visibleText(root)
}

func visibleText(root *html.Node) string {
	var words []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			words = append(words, strings.Fields(n.Data)...)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Template:
			return
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
	return shorten(strings.Join(words, " "))
}

// shorten cuts a text to the characters that a landing holds.
func shorten(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), maxPage)])
}

// formOf is the form that a control belongs to, nil for none.
func formOf(root, n *html.Node) *html.Node {
	if id, ok := attr(n, "form"); ok {
		return selector{{tag: "form", simple: []attribute{{"id", "=", id}}}}.find(root)
	}
	for p := range n.Ancestors() {
		if p.DataAtom == atom.Form {
			return p
		}
	}
	return nil
}

// formData is what a browser submits for the form when the button is clicked,
// in the order of the document.
func formData(root, form, button *html.Node) []field {
	var out []field
	for n := range root.Descendants() {
		name, _ := attr(n, "name")
		if _, disabled := attr(n, "disabled"); disabled || name == "" || n.Type != html.ElementNode {
			continue
		}
		if formOf(root, n) != form {
			continue
		}
		if value, ok := controlValue(n, n == button); ok {
			out = append(out, field{name, value})
		}
	}
	return out
}

// field is one name and value of a submitted form.
type field struct{ name, value string }

// controlValue is what a control contributes to its form; ok is false when it
// contributes nothing.
func controlValue(n *html.Node, clicked bool) (value string, ok bool) {
	value, has := attr(n, "value")
	switch n.DataAtom {
	case atom.Button:
		return value, clicked
	case atom.Textarea:
		if has {
			return value, true // filled in by the script
		}
		if n.FirstChild != nil {
			return n.FirstChild.Data, true
		}
		return "", true
	case atom.Select:
		return selected(n)
	case atom.Input:
	default:
		return "", false
	}
	switch kind, _ := attr(n, "type"); strings.ToLower(kind) {
	case "submit", "image":
		return value, clicked
	case "button", "reset", "file":
		return "", false
	case "checkbox", "radio":
		if !has {
			value = "on"
		}
		_, checked := attr(n, "checked")
		return value, checked
	}
	return value, true
}

// selected is the value of the chosen option, else of the first one.
func selected(n *html.Node) (string, bool) {
	var first, chosen *html.Node
	for o := range n.Descendants() {
		if o.DataAtom != atom.Option {
			continue
		}
		if first == nil {
			first = o
		}
		if _, ok := attr(o, "selected"); ok {
			chosen = o
		}
	}
	if chosen == nil {
		chosen = first
	}
	if chosen == nil {
		return "", false
	}
	if value, ok := attr(chosen, "value"); ok {
		return value, true
	}
	return visibleText(chosen), true
}

// encode writes fields in the form encoding, in their order.
func encode(fields []field) string {
	pairs := make([]string, len(fields))
	for i, f := range fields {
		pairs[i] = url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value)
	}
	return strings.Join(pairs, "&")
}
