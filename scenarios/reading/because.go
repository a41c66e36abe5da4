package reading

import (
	"net/http"
	"slices"
	"strings"
)

// Why a login was begun.
const (
	FirstLogin = "first"   // nothing had been issued yet
	Expired    = "expired" // a token that had worked was refused
	StepUp     = "step-up" // a 403 asked for more scope
	Again      = "again"   // anything else
)

// Because is what a login answers.
type Because struct {
	// Kind is FirstLogin, Expired, StepUp or Again.
	Kind string
	// At is the exchange that it answers, 0 where none was seen.
	At int
}

// Expiry is a token that had worked and was refused.
type Expiry struct {
	Token   string // masked
	Worked  int    // the last exchange in which it was good
	Refused int    // the first 401 answer to it after that
	Says    string // the error of the challenge, "" for none
}

// Expired lists the tokens that worked and then got a 401 answer, in order.
func (v *View) Expired() []Expiry {
	var out []Expiry
	good, gone := map[string]int{}, map[string]bool{}
	for _, m := range v.MCP {
		switch {
		case m.Token == "":
		case m.Status/100 == 2:
			good[m.Token] = m.ID
		case m.Status == http.StatusUnauthorized && good[m.Token] > 0 && !gone[m.Token]:
			gone[m.Token] = true
			out = append(out, Expiry{m.Token, good[m.Token], m.ID, m.Challenge.Param("error")})
		}
	}
	return out
}

// reasons finds for every authorization what it answers: the last refusal since
// the one before it. A 403 stays open until a login asks for its scope, or until
// a later refusal stands in its place.
func (v *View) reasons() {
	expired := v.Expired()
	after := 0
	for i := range v.Authorizations {
		a := &v.Authorizations[i]
		a.Because = v.reason(a, after, expired)
		after = a.ID
	}
}

func (v *View) reason(a *Authorization, after int, expired []Expiry) Because {
	issued := slices.ContainsFunc(v.Tokens, func(t TokenRequest) bool { return t.ID < a.ID && t.Issued() })
	b := Because{Kind: Again}
	if !issued {
		b.Kind = FirstLogin
	}
	var stepUp int
	for _, m := range v.MCP {
		if m.ID <= after || m.ID >= a.ID {
			continue
		}
		switch {
		case m.InsufficientScope():
			b, stepUp = Because{StepUp, m.ID}, m.ID
		case m.Status != http.StatusUnauthorized:
		case slices.ContainsFunc(expired, func(e Expiry) bool { return e.Refused == m.ID }):
			b = Because{Expired, m.ID}
		case b.Kind == StepUp && m.Token == "" && probesAnew(m):
			// A client that opens a new session on the way to the login asks
			// without a token again.
		case issued:
			b = Because{Again, m.ID}
		case b.At == 0:
			b = Because{FirstLogin, m.ID}
		}
	}
	if stepUp > 0 && asksFor(a.Params, v.scopeWanted(stepUp)) {
		return Because{StepUp, stepUp}
	}
	return b
}

func probesAnew(m MCPRequest) bool {
	return slices.Contains([]string{"", "initialize", "server/discover", "ping"}, m.Method)
}

func (v *View) scopeWanted(id int) []string {
	for _, m := range v.MCP {
		if m.ID == id {
			return strings.Fields(m.Challenge.Param("scope"))
		}
	}
	return nil
}

func asksFor(p Params, scopes []string) bool {
	asked := strings.Fields(p.Get("scope"))
	return len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(asked, s) })
}

// SteppedUp is the login that answers a 403 answer; false when none does. In a
// recording that was made here it is the first one within the attempt, as
// nothing else was asked of the client.
func (v *View) SteppedUp(id int) (Authorization, bool) {
	s := v.AttemptSpan(id)
	for _, a := range v.Authorizations {
		if a.ID > id && s.Has(a.ID) && (!imported(v.Rec) || a.Because.Kind == StepUp) {
			return a, true
		}
	}
	return Authorization{}, false
}

// EndsWith reports whether an imported recording ends with an exchange, so that
// nobody knows what came after.
func (v *View) EndsWith(id int) bool { return len(v.Attempts) == 0 && id == v.LastID() }
