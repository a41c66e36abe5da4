package judge

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func atChallenge(v *reading.View) []sighting {
	var out []sighting
	for _, m := range v.MCP {
		switch {
		case m.Status != http.StatusUnauthorized:
		case len(m.Challenges) > 0:
			out = append(out, sighting{m.ID, true, reading.AnswerWords(m.Exchange)})
		default:
			out = append(out, sighting{m.ID, false, reading.AnswerWords(m.Exchange) + " without a challenge"})
		}
	}
	return out
}

func atDocuments(list []reading.Document) []sighting {
	out := make([]sighting, 0, len(list))
	for _, d := range list {
		out = append(out, sighting{d.ID, d.Usable(), answer(d.Exchange, d.Usable(), "a document")})
	}
	return out
}

func atRegistration(v *reading.View) []sighting {
	var out []sighting
	registered := 0 // the first registration that succeeded
	for _, r := range v.Registrations {
		ok := r.ClientID != ""
		out = append(out, sighting{r.ID, ok, "dynamic: " + answer(r.Exchange, ok, "a client_id")})
		if ok && registered == 0 {
			registered = r.ID
		}
	}
	for _, a := range v.Authorizations {
		switch id := a.Params.Get("client_id"); {
		case strings.HasPrefix(id, "https://"):
			out = append(out, sighting{a.ID, true, "client ID metadata document " + id})
		case id != "" && (registered == 0 || a.ID < registered):
			out = append(out, sighting{a.ID, true, "the client brought the id " + id})
		}
	}
	return out
}

// atAuthorize takes a page (to sign in) and a redirect without error for a
// success, for both let the user on.
func atAuthorize(v *reading.View) []sighting {
	var out []sighting
	for _, a := range v.Authorizations {
		seen := sighting{a.ID, a.Accepted() && (a.Response != nil || a.Callback != nil), reading.AnswerWords(a.Exchange)}
		if at := refusedAt(a); at != 0 {
			seen.at, seen.words = at, reading.AnswerWords(v.Exchange(at))
		}
		out = append(out, seen)
	}
	return out
}

// refusedAt is the exchange in which the authorization server turned the
// request away, 0 when it did not.
func refusedAt(a reading.Authorization) int {
	if a.RefusedBy == 0 && !a.Accepted() {
		return a.Callback.ID
	}
	return a.RefusedBy
}

func atConsent(v *reading.View) []sighting {
	var out []sighting
	for _, a := range v.Authorizations {
		switch {
		case a.Callback == nil:
		case a.Callback.Granted():
			out = append(out, sighting{a.Callback.ID, true, "a code was issued"})
		case a.Callback.Denied():
			out = append(out, sighting{a.Callback.ID, false, a.Callback.Params.Get("error")})
		}
	}
	return out
}

// atCallback takes a response for received when the client went on to redeem
// the code: one that it dropped did not get it through the door.
func atCallback(v *reading.View) []sighting {
	var out []sighting
	issued := 0 // the exchange that carries the first code
	for _, a := range v.Authorizations {
		c := a.Callback
		if c == nil {
			continue
		}
		if c.Granted() && (issued == 0 || c.ID < issued) {
			issued = c.ID
		}
		x := v.Exchange(c.Delivered)
		switch fault := c.Params.Get("error"); {
		case c.Delivered == 0:
		case fault != "":
			out = append(out, sighting{x.ID, false, fault})
		case !c.Granted(), x.Response != nil && x.Response.Status >= http.StatusBadRequest:
			out = append(out, sighting{x.ID, false, reading.AnswerWords(x)})
		default:
			out = append(out, received(v, x.ID, reading.AnswerWords(x)))
		}
	}
	// A recorder at the servers does not see the callback, but a code that
	// comes back has been delivered.
	for _, t := range v.Tokens {
		if t.Grant == "authorization_code" && issued != 0 && t.ID > issued {
			out = append(out, sighting{t.ID, true, "the client has the code"})
		}
	}
	return append(out, landings(v)...)
}

// landings are the codes that the user agent says it handed to the client. Not
// every one has an exchange: a custom scheme is served by no listener.
func landings(v *reading.View) []sighting {
	var out []sighting
	for _, e := range v.Rec.Events {
		_, query, _ := strings.Cut(e.Detail["url"], "?")
		if e.Kind == trace.Landed && e.Detail["delivered"] == "true" && !reading.ParseParams(query).Has("error") {
			out = append(out, received(v, max(e.After, 1), "delivered to the client"))
		}
	}
	return out
}

// received is a code that reached the client at an exchange.
func received(v *reading.View, at int, words string) sighting {
	for _, t := range v.Tokens {
		if t.Grant == "authorization_code" && t.ID >= at {
			return sighting{at, true, words}
		}
	}
	if v.Rec.Creator != "" && v.EndsWith(at) && v.Progress(v.Whole()).Broken == "" {
		return sighting{at, true, words + ", and the recording ends"}
	}
	return sighting{at, false, words + ", and the code was not redeemed"}
}

func atToken(v *reading.View, grant func(string) bool) []sighting {
	var out []sighting
	for _, t := range v.Tokens {
		if !grant(t.Grant) {
			continue
		}
		words := answer(t.Exchange, t.OK, "an access token")
		if t.Grant != "authorization_code" && t.Grant != "refresh_token" {
			words = t.Grant + ": " + words
		}
		out = append(out, sighting{t.ID, t.OK, words})
	}
	return out
}

// atCall looks for what a user would: a call, or the list of what can be
// called. Where the recording has neither, whatever else shows that the client
// is in will do.
func atCall(v *reading.View) []sighting {
	var out, others []sighting
	in := false
	for _, m := range v.MCP {
		ok := v.Useful(m)
		if !ok && (m.Token == "" || m.Result || m.InsufficientScope()) {
			continue
		}
		seen := sighting{m.ID, ok, strings.TrimSpace(m.Method+" "+m.Tool) + ": " + answer(m.Exchange, ok, "a result")}
		switch {
		case m.Method == "tools/call", m.Method == "tools/list":
			out, in = append(out, seen), in || ok
		case ok:
			others = append(others, seen)
		}
	}
	if !in {
		out = append(out, others...)
	}
	return out
}

func atStepUp(v *reading.View) []sighting {
	var out []sighting
	refused := map[string]bool{}
	for _, m := range v.MCP {
		what := m.Method + " " + m.Tool
		switch {
		case m.InsufficientScope():
			refused[what] = true
			out = append(out, sighting{m.ID, false, "403 insufficient_scope"})
		case refused[what] && m.Result:
			out = append(out, sighting{m.ID, true, "the call succeeded after it"})
		}
	}
	return out
}

// answer says what came back. A success by its status that is none (ok is
// false) lacks what makes it one.
func answer(x trace.Exchange, ok bool, lacks string) string {
	words := reading.AnswerWords(x)
	if !ok && x.Response != nil && x.Response.Status/100 == 2 {
		words += " without " + lacks
	}
	return words
}
