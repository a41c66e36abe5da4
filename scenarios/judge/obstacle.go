package judge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// obstacle says in words what stood in the way at a broken door, from the last
// exchange there; "" when the recording does not show it.
func (v *View) obstacle(p Progress) string {
	switch p.Broken {
	case DoorChallenge, DoorResourceMetadata, DoorServerMetadata:
		if p.At == 0 {
			return "the client sent nothing"
		}
		if unasked := v.unaskedServers(p); unasked != "" {
			return unasked
		}
		x := v.Exchange(p.At)
		return "the last answer was " + status(x) + " to " + x.Request.Method + " " + pathOf(x.Request.URL)
	case DoorRegistration:
		return v.registrationObstacle(p)
	case DoorAuthorize, DoorConsent:
		return v.authorizationObstacle(p)
	case DoorCallback:
		return "the client did not redeem the code"
	case DoorToken:
		for _, t := range v.Tokens {
			if t.ID == p.At {
				return strings.TrimSuffix("the token endpoint answered "+status(t.Exchange)+" "+t.Error+": "+
					text(t.Answer, "error_description"), ": ")
			}
		}
	case DoorCall:
		for _, m := range v.MCP {
			if m.ID == p.At {
				return strings.TrimSpace("the MCP server answered " + status(m.Exchange) + " " + m.Challenge.Param("error"))
			}
		}
	case DoorStepUp, DoorRefresh:
	}
	return ""
}

func (v *View) authorizationObstacle(p Progress) string {
	for _, a := range v.Authorizations {
		switch {
		case a.ID != p.At:
		case a.RefusedBy != 0:
			return "the authorization server answered " + status(v.Exchange(a.RefusedBy)) + ": " + a.Page
		case a.Callback != nil:
			c := a.Callback.Params
			return strings.TrimSuffix("the authorization server answered "+c.Get("error")+": "+c.Get("error_description"), ": ") + sent(a)
		default:
			return "the browser was not sent back to the client"
		}
	}
	for _, d := range v.ServerMetadata {
		if required, _ := d.JSON["require_pushed_authorization_requests"].(bool); required && d.usable() {
			return "the authorization server takes pushed authorization requests only (RFC 9126), and the client pushed none"
		}
	}
	return "the client did not ask for authorization"
}

// sent is what a request had of the parameter that its refusal is about, after
// a semicolon; "" for other refusals.
func sent(a Authorization) string {
	about := map[string]string{"invalid_target": "resource", "invalid_scope": "scope"}[a.Callback.Params.Get("error")]
	switch {
	case about == "":
		return ""
	case !a.Params.Has(about):
		return "; the request had no " + about
	}
	return "; the request had " + about + " " + quote(strings.Join(a.Params.All(about), ", "))
}

// unaskedServers says which authorization servers the resource metadata names
// when it was the last that the client read, and nothing that it asked them is
// on the recording; "" otherwise.
func (v *View) unaskedServers(p Progress) string {
	for _, d := range v.ResourceMetadata {
		if servers := texts(d.JSON, "authorization_servers"); d.ID == p.At && d.usable() && len(servers) > 0 {
			return "the resource metadata names " + strings.Join(servers, " and ") +
				", and no answer to a request for the metadata of " + map[bool]string{true: "it", false: "one of them"}[len(servers) == 1] +
				" is on the recording"
		}
	}
	return ""
}

// code is the OAuth error code with which the client was turned away at the
// broken door, "" when it was not. A registration that was refused without one
// goes by its HTTP status, unless that says no more than that it was faulty.
func (v *View) code(p Progress) string {
	for _, r := range v.Registrations {
		if r.ID == p.At && r.ClientID == "" && r.Response != nil {
			return r.code()
		}
	}
	for _, a := range v.Authorizations {
		if a.ID == p.At && a.Callback != nil {
			return a.Callback.Params.Get("error")
		}
	}
	for _, t := range v.Tokens {
		if t.ID == p.At {
			return t.Error
		}
	}
	for _, m := range v.MCP {
		if m.ID == p.At {
			return m.Challenge.Param("error")
		}
	}
	return ""
}

func (v *View) registrationObstacle(p Progress) string {
	for _, r := range v.Registrations {
		if r.ID == p.At {
			return "the registration was answered with " + status(r.Exchange) + ": " + clip(r.answer())
		}
	}
	for _, d := range v.ServerMetadata {
		if d.ID != p.At {
			continue
		}
		var lacks, offers []string
		if text(d.JSON, "registration_endpoint") == "" {
			lacks = append(lacks, "no dynamic registration")
		} else {
			offers = append(offers, "dynamic registration")
		}
		if flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); !flag {
			lacks = append(lacks, "no client ID metadata documents")
		} else {
			offers = append(offers, "client ID metadata documents")
		}
		said := "the authorization server offers " + strings.Join(append(slices.Clone(offers), lacks...), " and ")
		switch {
		case offers == nil && v.Rec.Setting.Configured == nil && len(v.Attempts) == 0:
			return said // an imported recording does not tell what the client was given
		case offers == nil && v.Rec.Setting.Configured == nil:
			return said + ", and the client was given no client_id"
		case offers == nil:
			return said + ", and the client did not use the client_id that it was given"
		}
		return said + ", and the client did not register"
	}
	return ""
}

// code is the error code of a refused registration, see View.code.
func (r Registration) code() string {
	if code := text(r.Answer, "error"); code != "" || r.Status/100 == 2 || r.Status == http.StatusBadRequest {
		return code
	}
	return strconv.Itoa(r.Status)
}

func (r Registration) answer() string {
	if r.Response == nil {
		return ""
	}
	return trace.Readable(r.Response.Body.Text)
}
