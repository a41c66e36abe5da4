package useragent

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// selector is a list of compound CSS selectors; an element matches it when it
// matches one of them. It is the part of CSS that a script may use, so that
// both user agents understand every script in the same way.
type selector []compound

// compound is a sequence of simple selectors; all must hold.
type compound struct {
	tag    string
	simple []attribute
}

// attribute is a condition on an attribute. op is "" (present), "=", "^=",
// "$=", or "~=" (one of the words).
type attribute struct{ name, op, value string }

var (
	tagSyntax   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*`)
	nameSyntax  = regexp.MustCompile(`^[#.][a-zA-Z_-][a-zA-Z0-9_-]*`)
	brackSyntax = regexp.MustCompile(`^\[([a-zA-Z_-][a-zA-Z0-9_-]*)(?:([\^$~]?=)(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9_-]+)))?\]`)
)

func parseSelector(s string) (selector, error) {
	var list selector
	for part := range strings.SplitSeq(s, ",") {
		c, err := parseCompound(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("selector %q: %w", s, err)
		}
		list = append(list, c)
	}
	return list, nil
}

func parseCompound(s string) (compound, error) {
	if s == "" {
		return compound{}, errors.New("it is empty")
	}
	var c compound
	c.tag = strings.ToLower(tagSyntax.FindString(s))
	s = s[len(c.tag):]
	for s != "" {
		if name := nameSyntax.FindString(s); name != "" {
			condition := attribute{"id", "=", name[1:]}
			if name[0] == '.' {
				condition = attribute{"class", "~=", name[1:]}
			}
			c.simple = append(c.simple, condition)
			s = s[len(name):]
			continue
		}
		m := brackSyntax.FindStringSubmatch(s)
		if m == nil {
			return c, fmt.Errorf("cannot read %q (tag, #id, .class, [name], [name=value], [name^=value], [name$=value])", s)
		}
		c.simple = append(c.simple, attribute{strings.ToLower(m[1]), m[2], m[3] + m[4] + m[5]})
		s = s[len(m[0]):]
	}
	return c, nil
}

// find returns the first element in document order that matches, or nil.
func (s selector) find(root *html.Node) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && s.matches(n) {
			return n
		}
	}
	return nil
}

func (s selector) matches(n *html.Node) bool {
	for _, c := range s {
		if c.matches(n) {
			return true
		}
	}
	return false
}

func (c compound) matches(n *html.Node) bool {
	if c.tag != "" && c.tag != n.Data {
		return false
	}
	for _, condition := range c.simple {
		value, ok := attr(n, condition.name)
		if !ok || !condition.holds(value) {
			return false
		}
	}
	return true
}

func (a attribute) holds(value string) bool {
	switch a.op {
	case "":
		return true
	case "=":
		return value == a.value
	case "~=":
		for word := range strings.FieldsSeq(value) {
			if word == a.value {
				return true
			}
		}
		return false
	case "^=":
		return a.value != "" && strings.HasPrefix(value, a.value)
	default: // "$="
		return a.value != "" && strings.HasSuffix(value, a.value)
	}
}

// attr returns the value of an element's attribute.
func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// setAttr gives an element's attribute a value.
func setAttr(n *html.Node, name, value string) {
	for i, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func removeAttr(n *html.Node, name string) {
	for i, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			n.Attr = append(n.Attr[:i], n.Attr[i+1:]...)
			return
		}
	}
}
