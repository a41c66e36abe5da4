package report

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Door is how far a client came at one stage of the flow.
type Door struct {
	Stage string
	// Passed says that the stage was completed at least once.
	Passed bool
	// Exchange is the exchange that shows it, 0 when the stage was not seen.
	Exchange int
	// Note says what was seen, or what the last failure was.
	Note string
}

// Seen reports whether the recording shows anything of the stage.
func (d Door) Seen() bool { return d.Exchange > 0 }

// Journey reads off a recording which doors the client came to and which it
// passed, for people. It judges nothing; a HAR file without a configuration is
// enough for it.
func Journey(rec *trace.Recording) []Door {
	j := journey{doors: map[string]Door{}}
	for _, e := range rec.Exchanges {
		j.look(e)
	}
	for _, e := range rec.Events {
		if e.Kind == trace.Landed && e.Detail["delivered"] == "true" {
			j.note("callback", e.After, true, "delivered to the client")
		}
	}
	out := make([]Door, 0, len(Stages()))
	for _, s := range Stages() {
		d := j.doors[s]
		d.Stage = s
		out = append(out, d)
	}
	return out
}

type journey struct {
	doors      map[string]Door
	registered bool
	authorized bool   // an authorization code was sent to the user agent
	steppingUp string // the tool whose call was refused for want of scope
}

// note remembers the first success at a stage, or the last failure before it.
func (j *journey) note(stage string, exchange int, passed bool, words string) {
	if d, ok := j.doors[stage]; ok && d.Passed {
		return
	}
	j.doors[stage] = Door{Stage: stage, Passed: passed, Exchange: max(exchange, 1), Note: words}
}

func (j *journey) look(e trace.Exchange) {
	if e.To == trace.Client {
		j.callback(e)
		return
	}
	switch path := pathOf(e); {
	case strings.Contains(path, "/.well-known/oauth-protected-resource"):
		j.note("resource-metadata", e.ID, status(e) == http.StatusOK, statusWords(e))
	case strings.Contains(path, "/.well-known/oauth-authorization-server"),
		strings.Contains(path, "/.well-known/openid-configuration"):
		j.note("as-metadata", e.ID, status(e) == http.StatusOK, statusWords(e))
	case e.To == trace.AuthorizationServer, playsAuthorizationServer(e):
		j.authorizationServer(e)
	case e.To == trace.MCPServer:
		j.mcpServer(e)
	}
}

func (j *journey) callback(e trace.Exchange) {
	if code, ok := get(query(e), "error"); ok {
		j.note("callback", e.ID, false, code)
		return
	}
	_, ok := get(query(e), "code")
	j.note("callback", e.ID, ok && status(e) < 400, statusWords(e))
}

func (j *journey) authorizationServer(e trace.Exchange) {
	if grant, ok := get(form(e), "grant_type"); ok {
		j.token(e, grant)
		return
	}
	if _, ok := get(query(e), "response_type"); ok {
		j.authorize(e)
		return
	}
	if isRegistration(e) {
		passed := status(e) == http.StatusCreated || status(e) == http.StatusOK
		j.registered = j.registered || passed
		j.note("registration", e.ID, passed, "dynamic: "+statusWords(e))
		return
	}
	if e.From == trace.UserAgent {
		j.redirect(e)
	}
}

// playsAuthorizationServer recognises the requests of the flow that go to the
// MCP server itself, as in revision 2025-03-26.
func playsAuthorizationServer(e trace.Exchange) bool {
	_, grant := get(form(e), "grant_type")
	_, authorize := get(query(e), "response_type")
	return e.From == trace.UserAgent || grant || authorize || isRegistration(e)
}

func isRegistration(e trace.Exchange) bool {
	var body struct {
		RedirectURIs []string `json:"redirect_uris"`
	}
	return e.Request.Method == http.MethodPost &&
		json.Unmarshal([]byte(e.Request.Body.Text), &body) == nil && body.RedirectURIs != nil
}

func (j *journey) authorize(e trace.Exchange) {
	id, _ := get(query(e), "client_id")
	switch {
	case strings.HasPrefix(id, "https://"):
		j.note("registration", e.ID, true, "client ID metadata document "+id)
	case !j.registered && id != "":
		j.note("registration", e.ID, true, "the client brought the id "+id)
	}
	// A page (to sign in) and a redirect without error both let the user on.
	j.note("authorize", e.ID, status(e) > 0 && status(e) < 400 && oauthError(e) == "", statusWords(e))
	j.redirect(e)
}

// redirect looks for the authorization response in a redirect to the client.
func (j *journey) redirect(e trace.Exchange) {
	if e.Response == nil {
		return
	}
	_, q, _ := strings.Cut(e.Response.Header.Get("Location"), "?")
	params := pairs(q)
	if _, ok := get(params, "code"); ok {
		j.authorized = true
		j.note("consent", e.ID, true, "a code was issued")
	} else if code, ok := get(params, "error"); ok {
		j.note("consent", e.ID, false, code)
	}
}

func (j *journey) token(e trace.Exchange, grant string) {
	ok := status(e) == http.StatusOK
	switch grant {
	case "authorization_code":
		if j.authorized {
			// A recorder at the servers does not see the callback, but a code
			// that comes back has been delivered.
			j.note("callback", e.ID, true, "the client has the code")
		}
		j.note("token", e.ID, ok, statusWords(e))
	case "refresh_token":
		j.note("refresh", e.ID, ok, statusWords(e))
	default:
		j.note("token", e.ID, ok, grant+": "+statusWords(e))
	}
}

func (j *journey) mcpServer(e trace.Exchange) {
	challenge := ""
	if e.Response != nil {
		challenge = e.Response.Header.Get("WWW-Authenticate")
	}
	m, ok := rpcOf(e)
	insufficient := status(e) == http.StatusForbidden && strings.Contains(challenge, "insufficient_scope")
	switch {
	case insufficient:
		j.steppingUp = m.Params.Name
		j.note("step-up", e.ID, false, "403 insufficient_scope")
	case status(e) == http.StatusUnauthorized:
		j.note("challenge", e.ID, challenge != "", statusWords(e))
	}
	if !ok || e.Request.Header.Get("Authorization") == "" || insufficient {
		return
	}
	good := status(e) == http.StatusOK
	if m.Method == "tools/call" {
		if good && j.steppingUp != "" && j.steppingUp == m.Params.Name {
			j.note("step-up", e.ID, true, "the call succeeded after it")
		}
		j.note("call", e.ID, good, "tools/call "+m.Params.Name+": "+statusWords(e))
	} else if m.Method == "tools/list" && !j.doors["call"].Seen() {
		// Without a call, a list that was answered shows an accepted token.
		j.note("call", e.ID, good, "tools/list: "+statusWords(e))
	}
}

func statusWords(e trace.Exchange) string {
	if e.Response == nil {
		return cmpOr(e.Error, "no answer")
	}
	words := strconv.Itoa(e.Response.Status)
	if problem := oauthError(e); problem != "" {
		words += " " + problem
	}
	return words
}
