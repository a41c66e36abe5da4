package judge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// obstacle says in words what stood in the way at a broken door, from the last
// exchange there; "" when the recording does not show it.
func obstacle(v *reading.View, p reading.Progress) string {
	switch p.Broken {
	case reading.DoorChallenge, reading.DoorResourceMetadata, reading.DoorServerMetadata:
		if p.At == 0 {
			return "the client sent nothing"
		}
		if unasked := unaskedServers(v, p); unasked != "" {
			return unasked
		}
		x := v.Exchange(p.At)
		return "the last answer was " + reading.Status(x) + " to " + x.Request.Method + " " + reading.PathOf(x.Request.URL)
	case reading.DoorRegistration:
		return registrationObstacle(v, p)
	case reading.DoorAuthorize, reading.DoorConsent:
		return authorizationObstacle(v, p)
	case reading.DoorCallback:
		return "the client did not redeem the code"
	case reading.DoorToken:
		for _, t := range v.Tokens {
			if t.ID == p.At {
				return strings.TrimSuffix("the token endpoint answered "+reading.Status(t.Exchange)+" "+t.Error+": "+
					reading.Text(t.Answer, "error_description"), ": ")
			}
		}
	case reading.DoorCall:
		for _, m := range v.MCP {
			if m.ID == p.At {
				return strings.TrimSpace("the MCP server answered " + reading.Status(m.Exchange) + " " + m.Challenge.Param("error"))
			}
		}
	case reading.DoorStepUp, reading.DoorRefresh:
	}
	return ""
}

func authorizationObstacle(v *reading.View, p reading.Progress) string {
	for _, a := range v.Authorizations {
		switch {
		case a.ID != p.At:
		case a.RefusedBy != 0:
			return "the authorization server answered " + reading.Status(v.Exchange(a.RefusedBy)) + ": " + a.Page
		case a.Callback != nil:
			c := a.Callback.Params
			return strings.TrimSuffix("the authorization server answered "+c.Get("error")+": "+c.Get("error_description"), ": ") + sent(a)
		default:
			return "the browser was not sent back to the client"
		}
	}
	for _, d := range v.ServerMetadata {
		if required, _ := d.JSON["require_pushed_authorization_requests"].(bool); required && d.Usable() {
			return "the authorization server takes pushed authorization requests only (RFC 9126), and the client pushed none"
		}
	}
	return "the client did not ask for authorization"
}

// sent is what a request had of the parameter that its refusal is about, after
// a semicolon; "" for other refusals.
func sent(a reading.Authorization) string {
	about := map[string]string{"invalid_target": "resource", "invalid_scope": "scope"}[a.Callback.Params.Get("error")]
	switch {
	case about == "":
		return ""
	case !a.Params.Has(about):
		return "; the request had no " + about
	}
	return "; the request had " + about + " " + reading.Quote(strings.Join(a.Params.All(about), ", "))
}

// unaskedServers says which authorization servers the resource metadata names
// when it was the last that the client read, and nothing that it asked them is
// on the recording; "" otherwise.
func unaskedServers(v *reading.View, p reading.Progress) string {
	for _, d := range v.ResourceMetadata {
		if servers := reading.Texts(d.JSON, "authorization_servers"); d.ID == p.At && d.Usable() && len(servers) > 0 {
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
func code(v *reading.View, p reading.Progress) string {
	for _, r := range v.Registrations {
		if r.ID == p.At && r.ClientID == "" && r.Response != nil {
			return codeOf(r)
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

func registrationObstacle(v *reading.View, p reading.Progress) string {
	for _, r := range v.Registrations {
		if r.ID == p.At {
			return "the registration was answered with " + reading.Status(r.Exchange) + ": " + reading.Clip(answerOf(r))
		}
	}
	for _, d := range v.ServerMetadata {
		if d.ID != p.At {
			continue
		}
		var lacks, offers []string
		if reading.Text(d.JSON, "registration_endpoint") == "" {
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
func codeOf(r reading.Registration) string {
	if code := reading.Text(r.Answer, "error"); code != "" || r.Status/100 == 2 || r.Status == http.StatusBadRequest {
		return code
	}
	return strconv.Itoa(r.Status)
}

func answerOf(r reading.Registration) string {
	if r.Response == nil {
		return ""
	}
	return trace.Readable(r.Response.Body.Text)
}
