package reading

import "testing"

func TestHasResult(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want bool
	}{
		"json":                 {`{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}`, true},
		"json over lines":      {"{\n \"id\": 1,\n \"result\": {\n }\n}\n", true},
		"json error":           {`{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"\"result\":"}}`, false},
		"tool error":           {`{"id":1,"result":{"isError":true,"content":[]}}`, false},
		"not a tool error":     {`{"id":1,"result":{"isError":false}}`, true},
		"result is no object":  {`{"id":1,"result":null}`, false},
		"cut off":              {`{"id":1,"result":{"content":[{"type":"text","te`, true},
		"cut off before":       {`{"id":1,"err`, false},
		"stream":               {"event: message\ndata: {\"id\":1,\"result\":{}}\n\n", true},
		"stream without blank": {"data:{\"id\":1,\"result\":{}}\n\n", true},
		"stream, first others": {": ping\n\ndata: {\"method\":\"notifications/message\"}\n\ndata: {\"id\":1,\"result\":{}}\n\n", true},
		"stream with error":    {"data: {\"id\":1,\"error\":{}}\n\n", false},
		"stream, tool error":   {"data: {\"id\":1,\"result\":{\"isError\":true}}\n\n", false},
		"empty stream":         {": ping\n\n", false},
		"empty":                {"", false},
		"page":                 {"<html>\"result\":</html>", false},
		"batch":                {`[{"id":1,"error":{}},{"id":2,"result":{}}]`, true},
		"batch of errors":      {`[{"id":1,"error":{}}]`, false},
	} {
		if got := hasResult(c.body); got != c.want {
			t.Errorf("%s: %t, want %t: %s", name, got, c.want, c.body)
		}
	}
}
