//go:build unix

package real

import (
	"encoding/json"
	"testing"
)

func TestToolResults(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]string{
		`{"content":[{"type":"text","text":"a"},{"type":"image"},{"type":"text","text":"b"}]}`: "a\nb",
		`{"content":"{\"user\":\"alice\"}"}`:                                                   `{"user":"alice"}`,
		`{}`:                                                                                   "",
		`{"content":null}`:                                                                     "",
	} {
		var r toolResult
		if err := json.Unmarshal([]byte(result), &r); err != nil {
			t.Errorf("%s: %v", result, err)
			continue
		}
		if got, err := r.outcome(); err != nil || got != want {
			t.Errorf("%s: %q, %v", result, got, err)
		}
	}
	for _, result := range []string{`{"content":1}`, `{"content":{"text":"a"}}`} {
		var r toolResult
		if json.Unmarshal([]byte(result), &r) == nil {
			t.Errorf("%s is a result", result)
		}
	}
	var failed toolResult
	if err := json.Unmarshal([]byte(`{"content":"no","isError":true}`), &failed); err != nil {
		t.Fatal(err)
	}
	if _, err := failed.outcome(); err == nil || err.Error() != "no" {
		t.Errorf("a tool's error: %v", err)
	}
}
