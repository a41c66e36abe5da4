package judge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// obstacle is what stood in the way of a progress at its broken door, read off
// the last exchange there.
func obstacle(v *reading.View, p reading.Progress) *report.Obstacle {
	switch p.Broken {
	case reading.DoorChallenge, reading.DoorResourceMetadata, reading.DoorServerMetadata:
		return atMetadata(v, p)
	case reading.DoorRegistration:
		return atRegistrationDoor(v, p)
	case reading.DoorAuthorize, reading.DoorConsent:
		return atAuthorizationDoor(v, p)
	case reading.DoorCallback:
		return stopped(v, p.At)
	case reading.DoorToken, reading.DoorRefresh:
		for _, t := range v.Tokens {
			if t.ID == p.At {
				return atTokenDoor(v, t)
			}
		}
	case reading.DoorCall, reading.DoorStepUp:
		for _, m := range v.MCP {
			if m.ID == p.At {
				return atCallDoor(m)
			}
		}
	}
	return stopped(v, p.At)
}

// atMetadata is the obstacle of a client on its way to the metadata.
func atMetadata(v *reading.View, p reading.Progress) *report.Obstacle {
	x := v.Exchange(p.At)
	switch {
	case p.At == 0:
		return &report.Obstacle{Kind: report.NothingSent}
	case x.Response == nil:
		return &report.Obstacle{Kind: report.NoAnswer, By: string(x.To), Asked: asked(x), Exchange: x.ID}
	case x.Response.Status >= http.StatusBadRequest:
		return answered(x, "", "")
	}
	return stopped(v, p.At)
}

// atRegistrationDoor is the obstacle of a client that has no client_id.
func atRegistrationDoor(v *reading.View, p reading.Progress) *report.Obstacle {
	for _, r := range v.Registrations {
		if r.ID != p.At || r.ClientID != "" {
			continue
		}
		o := answered(r.Exchange, reading.Text(r.Answer, "error"), reading.Text(r.Answer, "error_description"))
		if r.Response != nil && r.Answer == nil {
			o.Words = reading.Clip(trace.Readable(r.Response.Body.Text))
		}
		return about(o, r.Redirects)
	}
	for _, d := range v.ServerMetadata {
		if d.ID == p.At && !offersRegistration(d) && !offersDocuments(d) {
			return &report.Obstacle{Kind: report.NoWayIn, By: check.AuthorizationServer, Exchange: d.ID}
		}
	}
	return stopped(v, p.At)
}

func offersRegistration(d reading.Document) bool {
	return reading.Text(d.JSON, "registration_endpoint") != ""
}

func offersDocuments(d reading.Document) bool {
	flag, _ := d.JSON["client_id_metadata_document_supported"].(bool)
	return flag
}

// atAuthorizationDoor is the obstacle of a client that asked for authorization,
// or did not get to ask.
func atAuthorizationDoor(v *reading.View, p reading.Progress) *report.Obstacle {
	for _, a := range v.Authorizations {
		switch {
		case a.ID != p.At:
		case a.RefusedBy != 0:
			x := v.Exchange(a.RefusedBy)
			code, words := pageError(a.Page)
			return withSent(about(answered(x, code, words), a.Params.All("redirect_uri")), a.Params)
		case a.Callback != nil && a.Callback.Denied() && userDenied(v, a.Callback.ID):
			return &report.Obstacle{
				Kind: report.UserDenied, By: check.AuthorizationServer, Code: a.Callback.Params.Get("error"), Exchange: a.Callback.ID,
			}
		case a.Callback != nil:
			c := a.Callback.Params
			o := &report.Obstacle{
				Kind: report.Refused, By: check.AuthorizationServer, Code: c.Get("error"),
				Words: reading.Clip(c.Get("error_description")), Exchange: a.Callback.ID,
			}
			return withSent(about(o, a.Params.All("redirect_uri")), a.Params)
		default:
			return &report.Obstacle{Kind: report.NotReturned, By: check.AuthorizationServer, Asked: asked(a.Exchange), Exchange: a.ID}
		}
	}
	return stopped(v, p.At)
}

// userDenied reports whether it was the user who denied: a recording of the
// harness tells, and of others nobody knows of another reason.
func userDenied(v *reading.View, id int) bool {
	if len(v.Attempts) == 0 {
		return true
	}
	return slices.ContainsFunc(v.Attempts, func(a reading.Attempt) bool { return a.Denied && a.Within(id) })
}

// pageError is the error code and description in a page: a JSON error as
// RFC 6749 section 5.2 has it, or the text with the code in it.
func pageError(page string) (code, words string) {
	if m := reading.Object(page); m != nil {
		if code := reading.Text(m, "error"); code != "" {
			return code, reading.Text(m, "error_description")
		}
		return "", reading.Clip(page)
	}
	for _, known := range []string{
		"invalid_target", "invalid_scope", "invalid_client", "unauthorized_client", "unsupported_response_type", "invalid_redirect_uri",
		"access_denied",
	} {
		if strings.Contains(page, known) {
			return known, page
		}
	}
	return "", page
}

func atTokenDoor(v *reading.View, t reading.TokenRequest) *report.Obstacle {
	if t.OK {
		return stopped(v, t.ID)
	}
	o := answered(t.Exchange, t.Error, reading.Text(t.Answer, "error_description"))
	return withSent(about(o, t.Form.All("redirect_uri")), t.Form)
}

func atCallDoor(m reading.MCPRequest) *report.Obstacle {
	if m.Response == nil || m.Status >= http.StatusBadRequest {
		o := answered(m.Exchange, m.Challenge.Param("error"), m.Challenge.Param("error_description"))
		return about(o, nil)
	}
	return &report.Obstacle{Kind: report.ClientStopped, Asked: asked(m.Exchange), Status: m.Status, Exchange: m.ID}
}

// answered is an answer that turns the client away.
func answered(x trace.Exchange, code, words string) *report.Obstacle {
	o := &report.Obstacle{By: partyOf(x.To), Asked: asked(x), Code: code, Words: reading.Clip(words), Exchange: x.ID}
	switch {
	case x.Response == nil:
		o.Kind = report.NoAnswer
	case x.Response.Status >= http.StatusInternalServerError:
		o.Kind, o.Status = report.ServerError, x.Response.Status
	default:
		o.Kind, o.Status = report.Refused, x.Response.Status
	}
	return o
}

// about fills in what a refusal is about. values are what the request had, which
// a server may repeat without meaning it.
func about(o *report.Obstacle, values []string) *report.Obstacle {
	o.Topics = wordsOf(topicsOf(o.Code, withoutValues(o.Words, values)))
	return o
}

// withSent adds what the request had of the parameter that its refusal is about.
func withSent(o *report.Obstacle, params reading.Params) *report.Obstacle {
	name := map[string]string{"invalid_target": "resource", "invalid_scope": "scope"}[o.Code]
	switch {
	case name == "":
	case !params.Has(name):
		o.Sent = "no " + name
	default:
		o.Sent = name + " " + reading.Quote(strings.Join(params.All(name), ", "))
	}
	return o
}

// stopped is a client that went no further after an exchange.
func stopped(v *reading.View, at int) *report.Obstacle {
	o := &report.Obstacle{Kind: report.ClientStopped, Exchange: at}
	if x := v.Exchange(at); at > 0 {
		o.Asked = asked(x)
		if x.Response != nil {
			o.Status = x.Response.Status
		}
	}
	return o
}

// asked is method and path of a request.
func asked(x trace.Exchange) string { return x.Request.Method + " " + reading.PathOf(x.Request.URL) }

// partyOf is the party of the law book that an actor is, "" for one that is
// none.
func partyOf(a trace.Actor) string {
	switch a {
	case trace.AuthorizationServer, trace.UpstreamServer:
		return check.AuthorizationServer
	case trace.MCPServer:
		return check.MCPServer
	case trace.Client, trace.UserAgent, trace.MetadataHost, trace.Other:
	}
	return ""
}

// inAttempt is what stood in the way of an attempt that did not succeed, at the
// door where it broke.
func inAttempt(v *reading.View, a reading.Attempt, door reading.Door) *report.Obstacle {
	switch {
	case !a.Answered, a.Status == reading.StatusTimedOut:
		return &report.Obstacle{Kind: report.TimedOut}
	case a.Status == reading.StatusBlocked:
		return &report.Obstacle{Kind: report.Blocked, Words: reading.Clip(a.Words)}
	}
	s := reading.Span{First: a.First, Last: a.Last}
	p := v.Progress(s)
	if p.Broken == "" || p.Broken.Index() < reading.DoorRegistration.Index() || p.Broken != door {
		if o := lastRefusal(v, s, door); o != nil {
			return o
		}
	}
	if p.Broken == "" {
		return &report.Obstacle{Kind: report.Unproven}
	}
	return obstacle(v, p)
}

// lastRefusal is the last answer within a span that turned the client away:
// of its token, of its refresh, of anything it asked for after that.
func lastRefusal(v *reading.View, s reading.Span, door reading.Door) *report.Obstacle {
	tokens := slices.DeleteFunc(reading.Within(v.Tokens, s), func(t reading.TokenRequest) bool { return t.OK })
	if len(tokens) > 0 {
		return atTokenDoor(v, tokens[len(tokens)-1])
	}
	refused := slices.DeleteFunc(reading.Within(v.MCP, s), func(m reading.MCPRequest) bool {
		return m.Token == "" || m.Status < http.StatusBadRequest
	})
	if len(refused) == 0 {
		return nil
	}
	o := atCallDoor(refused[len(refused)-1])
	if door == reading.DoorRefresh && o.Kind == report.Refused { // the refusal was to be expected: the client did nothing about it
		o.Kind = report.ClientStopped
	}
	return o
}

// codeOf is the code of a refusal: that of OAuth, or the HTTP status where it
// has none and the status says more than that the request was faulty.
func codeOf(o *report.Obstacle) string {
	switch {
	case o.Code != "", o.Status == 0, o.Status == http.StatusBadRequest, o.Status < http.StatusMultipleChoices:
		return o.Code
	}
	return strconv.Itoa(o.Status)
}
