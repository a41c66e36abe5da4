package naming

import (
	"slices"
	"strconv"
	"strings"
)

// Source says where a name was found.
type Source string

// The sources of a name, the best first.
const (
	// Initialize is clientInfo of the initialize request.
	Initialize Source = "initialize"
	// Meta is clientInfo in the _meta of a request (MCP 2026-07-28), or a
	// member of _meta that only one product has.
	Meta Source = "_meta"
	// SoftwareID is software_id of the registration (RFC 7591 section 2).
	SoftwareID Source = "software_id"
	// Registration is client_name or client_uri of the registration.
	Registration Source = "registration"
	// Document is the URL of a client ID metadata document, or its client_name.
	Document Source = "client ID metadata document"
	// Redirect is a redirect URI that belongs to one product.
	Redirect Source = "redirect URI"
	// UserAgent is the User-Agent header of the client's requests.
	UserAgent Source = "User-Agent"
	// Label is what the recording itself says: the setting of a run, or the
	// comment of a HAR file.
	Label Source = "label of the recording"
)

// Name is who the client was. The zero value means that nothing is known.
type Name struct {
	// Product is the display name; "" when only a library is known, or nothing.
	Product string `json:"product,omitempty"`
	// Edition tells builds of one product apart, e.g. code-server; "" for none.
	Edition string `json:"edition,omitempty"`
	// Version is "" when no source states a real one.
	Version string `json:"version,omitempty"`
	// Profile is the id of the emulated client that stands for the product; ""
	// when there is none.
	Profile string `json:"profile,omitempty"`
	// Source is where Product was found; "" when Product is.
	Source Source `json:"source,omitempty"`
	// Beneath are the libraries that the program is built on, the nearest first.
	Beneath []Layer `json:"beneath,omitempty"`
	// Through is the bridge that spoke on the wire in the program's place; nil
	// means that it spoke itself.
	Through *Layer `json:"through,omitempty"`
	// Others are names on the recording that do not fit Product.
	Others []string `json:"others,omitempty"`
	// Exchanges are the first exchanges in which the name, or what lies beneath
	// it, was seen.
	Exchanges []int `json:"exchanges,omitempty"`

	at int // the exchange that names the product
}

// Layer is a library or a bridge.
type Layer struct {
	Name string `json:"name"`
	// Version may be a range, e.g. 2.x; "" when it is not known.
	Version string `json:"version,omitempty"`
	// Evidence says what on the recording shows it.
	Evidence string `json:"evidence"`
	// Exchange is where it was seen first; 0 where no exchange shows it.
	Exchange int `json:"exchange,omitempty"`
}

func (l Layer) String() string { return strings.TrimSpace(l.Name + " " + l.Version) }

// String is the name for people, e.g. "Gemini CLI 0.61.0 (on TypeScript SDK)" or
// "Cursor, through mcp-remote 0.15.1"; "" when nothing is known.
func (n Name) String() string {
	layers := make([]string, 0, len(n.Beneath))
	for _, l := range n.Beneath {
		layers = append(layers, "on "+l.String())
	}
	beneath := strings.Join(layers, ", ")
	if n.Product == "" {
		if n.Through == nil && beneath == "" {
			return ""
		}
		return "a program that does not name itself" + n.through() + opening(", ", beneath)
	}
	out := n.Product
	if n.Version != "" {
		out += " " + n.Version
	}
	if n.Edition != "" {
		out += " (" + n.Edition + ")"
	}
	out += n.through()
	if beneath != "" {
		out += " (" + beneath + ")"
	}
	return out
}

func (n Name) through() string {
	if n.Through == nil {
		return ""
	}
	return ", through " + n.Through.String()
}

func opening(with, text string) string {
	if text == "" {
		return ""
	}
	return with + text
}

// Lines are the name, where it was found and what disagrees, for people; nil
// when nothing is known.
func (n Name) Lines() []string {
	first := n.String()
	if first == "" {
		return nil
	}
	lines := []string{first}
	if n.Source != "" {
		lines = append(lines, "named by: "+string(n.Source)+where(" (", n.at, ")"))
	}
	for _, l := range n.Beneath {
		lines = append(lines, "built on: "+l.String()+" ("+l.Evidence+where(", ", l.Exchange, "")+")")
	}
	if n.Through != nil {
		lines = append(lines, "bridge: "+n.Through.String()+" ("+n.Through.Evidence+where(", ", n.Through.Exchange, "")+")")
	}
	if len(n.Others) > 0 {
		lines = append(lines, "other names on the recording: "+strings.Join(n.Others, ", "))
	}
	return lines
}

func where(before string, exchange int, after string) string {
	if exchange == 0 {
		return ""
	}
	return before + "exchange " + strconv.Itoa(exchange) + after
}

// noted adds an exchange, in order and once; 0 stands for none.
func noted(ids []int, id int) []int {
	if id == 0 || slices.Contains(ids, id) {
		return ids
	}
	ids = append(ids, id)
	slices.Sort(ids)
	return ids
}
