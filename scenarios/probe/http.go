package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 1 << 20

// answer is an HTTP answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// noAnswerError is a request to which no answer came.
type noAnswerError struct{ err error }

func (n *noAnswerError) Error() string { return "no answer: " + n.err.Error() }

func (p *prober) send(ctx context.Context, method, address string, header http.Header, body string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, untested("%q cannot be requested: %v", address, err)
	}
	maps.Copy(req.Header, header)
	resp, err := p.http.Do(req)
	if err != nil {
		return answer{}, &noAnswerError{err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}, &noAnswerError{err}
	}
	return answer{resp.StatusCode, resp.Header, text}, nil
}

// object decodes a JSON object, nil when the answer is none.
func (a answer) object() map[string]any {
	return reading.Object(string(a.body))
}

func (a answer) ok() bool { return a.status/100 == 2 }

func (p *prober) get(ctx context.Context, address string) (answer, error) {
	return p.send(ctx, http.MethodGet, address, http.Header{"Accept": {"application/json"}}, "")
}

func (p *prober) postJSON(ctx context.Context, address string, body any) (answer, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w", address, err)
	}
	return p.send(ctx, http.MethodPost, address, http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"},
	}, string(encoded))
}

// postForm sends a form as a client that authenticates in the way it
// registered.
func (p *prober) postForm(ctx context.Context, address string, c *client, form url.Values, header http.Header) (answer, error) {
	h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}
	maps.Copy(h, header)
	c.authenticate(h, form)
	return p.send(ctx, http.MethodPost, address, h, form.Encode())
}
