package reading

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func (r *reader) mcpRequest(x trace.Exchange) MCPRequest {
	m := MCPRequest{Exchange: x}
	m.Scheme, m.Token, _ = strings.Cut(x.Request.Header.Get("Authorization"), " ")
	m.Token = strings.TrimSpace(m.Token)
	m.QueryToken = queryOf(x.Request.URL).Has("access_token")
	for _, message := range decoded(x.Request.Body.Text) {
		if m.Method == "" {
			m.Method = Text(message, "method")
		}
		if p, ok := message["params"].(map[string]any); ok && m.Tool == "" && Text(message, "method") == "tools/call" {
			m.Method, m.Tool = "tools/call", Text(p, "name")
		}
	}
	if x.Response == nil {
		return m
	}
	m.Status = x.Response.Status
	m.Challenges = parseChallenges(x.Response.Header)
	m.Challenge, _ = bearer(m.Challenges, m.Scheme)
	m.Result = m.Status == 200 && hasResult(x.Response.Body.Text)
	m.Unrecorded = m.Status == http.StatusOK && !m.Result && !r.v.Recorded.answer(x)
	return m
}

// Moved reports whether the answer is a redirect that keeps the method and the
// origin: the server is elsewhere, and answers there. Web frameworks send it to
// a URL that lacks the slash at its end.
func (m MCPRequest) Moved() bool {
	if m.Status != http.StatusTemporaryRedirect && m.Status != http.StatusPermanentRedirect {
		return false
	}
	to, err := url.Parse(Resolve(m.Request.URL, m.Response.Header.Get("Location")))
	from, fromErr := url.Parse(m.Request.URL)
	return err == nil && fromErr == nil && to.Host == from.Host && to.Scheme == from.Scheme
}

// hasResult reports whether a JSON or event-stream answer holds a result that
// is no tool error. The text may have been cut at the end, so a cut-off JSON
// answer that begins as a result counts as one.
func hasResult(body string) bool {
	if batch := list(body); batch != nil {
		return slices.ContainsFunc(batch, isResult)
	}
	for line := range strings.Lines(body) {
		data, isEvent := strings.CutPrefix(strings.TrimSpace(line), "data:")
		if !isEvent && strings.HasPrefix(strings.TrimSpace(body), "{") {
			data = body
		} else if !isEvent {
			continue
		}
		m := Object(strings.TrimSpace(data))
		if result, ok := m["result"].(map[string]any); ok {
			failed, _ := result["isError"].(bool)
			return !failed
		}
		if !isEvent {
			return m == nil && strings.Contains(body, `"result":`)
		}
	}
	return false
}

func isResult(m map[string]any) bool {
	result, ok := m["result"].(map[string]any)
	failed, _ := result["isError"].(bool)
	return ok && !failed
}

// answers are the JSON-RPC messages of an answer: JSON, a batch, or the events of
// a stream.
func answers(body string) []map[string]any {
	if all := messages(body); all != nil {
		return all
	}
	var out []map[string]any
	for line := range strings.Lines(body) {
		if data, isEvent := strings.CutPrefix(strings.TrimSpace(line), "data:"); isEvent {
			out = append(out, messages(strings.TrimSpace(data))...)
		}
	}
	return out
}

// attempts cuts the recording into what the client was told, one by one.
func attempts(rec *trace.Recording) []Attempt {
	var out []Attempt
	scenario, denied := "", false
	for _, e := range rec.Events {
		open := len(out) > 0 && !out[len(out)-1].Answered
		switch e.Kind {
		case trace.ScenarioBegins:
			scenario = e.Detail["id"]
		case trace.Told:
			if open {
				out[len(out)-1].Last = e.After
			}
			out = append(out, Attempt{
				Scenario: scenario, Action: e.Detail["action"], Tool: e.Detail["tool"],
				First: e.After + 1, Last: len(rec.Exchanges), Denied: denied,
			})
		case trace.Answered:
			if open {
				a := &out[len(out)-1]
				a.Answered, a.Last = true, e.After
				a.Status, a.Words = e.Detail["status"], e.Detail["words"]
			}
		case trace.Switched:
			switch e.Detail["action"] {
			case SwitchDeny:
				denied = true
			case SwitchAllow:
				denied = false
			}
		case trace.Landed, trace.HeldBack, trace.Note:
		}
	}
	return out
}

// The switches that the judge must know of, as they stand in the recording's
// events. The first two are the user's own decisions.
const (
	SwitchDeny    = "user-denies"
	SwitchAllow   = "user-allows"
	SwitchExpire  = "expire-access-tokens"
	SwitchRevoke  = "revoke-grants"
	SwitchMigrate = "migrate-issuer"
	SwitchAud     = "wrong-audience"
)

// Switched returns the number of exchanges that had begun when the switch was
// thrown for the first time, and false when it never was.
func (v *View) Switched(action string) (int, bool) {
	for _, e := range v.Rec.Events {
		if e.Kind == trace.Switched && e.Detail["action"] == action {
			return e.After, true
		}
	}
	return 0, false
}

// LacksScope reports whether the answer asks for a step-up.
func (m MCPRequest) LacksScope() bool { return m.Status == 403 && m.Token != "" }

// InsufficientScope reports whether the answer also says so (RFC 6750 section
// 3.1), which is where a step-up begins.
func (m MCPRequest) InsufficientScope() bool {
	return m.Status == http.StatusForbidden && m.Challenge.Param("error") == "insufficient_scope"
}

// StepUp is the first answer that asks for more scope.
func (v *View) StepUp() (MCPRequest, bool) {
	for _, m := range v.MCP {
		if m.InsufficientScope() {
			return m, true
		}
	}
	return MCPRequest{}, false
}

// AttemptSpan is the span of the attempt in which an exchange took place; a
// recording without attempts is one.
func (v *View) AttemptSpan(id int) Span {
	for _, a := range v.Attempts {
		if a.Within(id) {
			return Span{a.First, a.Last}
		}
	}
	return v.Whole()
}
