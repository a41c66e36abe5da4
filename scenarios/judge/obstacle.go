package judge

import (
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
			return strings.TrimSuffix("the authorization server answered "+c.Get("error")+": "+c.Get("error_description"), ": ")
		default:
			return "the browser was not sent back to the client"
		}
	}
	return "the client did not ask for authorization"
}

// code is the OAuth error code with which the client was turned away at the
// broken door, "" when it was not.
func (v *View) code(p Progress) string {
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
		var lacks []string
		if text(d.JSON, "registration_endpoint") == "" {
			lacks = append(lacks, "no dynamic registration")
		}
		if flag, _ := d.JSON["client_id_metadata_document_supported"].(bool); !flag {
			lacks = append(lacks, "no client ID metadata documents")
		}
		if lacks == nil {
			return "the client did not register"
		}
		return "the authorization server offers " + strings.Join(lacks, " and ")
	}
	return ""
}

func (r Registration) answer() string {
	if r.Response == nil {
		return ""
	}
	return trace.Readable(r.Response.Body.Text)
}
