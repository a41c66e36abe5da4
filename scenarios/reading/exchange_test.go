package reading

import (
	"net/http"
	"testing"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

func TestAnswerWords(t *testing.T) {
	t.Parallel()
	answer := func(status int, location, body string) trace.Exchange {
		return trace.Exchange{Response: &trace.Response{
			Status: status, Header: http.Header{"Location": {location}}, Body: trace.Body{Text: body},
		}}
	}
	for want, e := range map[string]trace.Exchange{
		"no answer":                         {},
		"connection reset":                  {Error: "connection reset"},
		"200":                               answer(200, "", `{"access_token":"t"}`),
		"404":                               answer(404, "", "not here"),
		"500":                               answer(500, "", `{"jsonrpc":"2.0","error":{"code":1,"message":"m"}}`),
		"400 invalid_grant":                 answer(400, "", `{"error":"invalid_grant"}`),
		"400 invalid_grant: no such code":   answer(400, "", `{"error":"invalid_grant","error_description":"no such code"}`),
		"302":                               answer(302, "http://127.0.0.1/cb?code=x", ""),
		"302 invalid_scope: none asked for": answer(302, "http://127.0.0.1/cb?error=invalid_scope&error_description=none+asked+for", ""),
	} {
		if got := AnswerWords(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
