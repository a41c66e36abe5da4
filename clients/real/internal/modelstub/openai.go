package modelstub

import (
	"encoding/json"
	"net/http"
	"strings"
)

// chatRequest is what is read of a request for a chat completion.
type chatRequest struct {
	Model    string `json:"model"`
	Stream   bool   `json:"stream"`
	Messages []struct {
		Role       string          `json:"role"`
		ToolCallID string          `json:"tool_call_id"`
		Content    json.RawMessage `json:"content"`
	} `json:"messages"`
	Tools []struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	} `json:"tools"`
}

// object is any JSON object.
type object = map[string]any

// openAI answers as https://platform.openai.com/docs/api-reference/chat says.
func (s *Stub) openAI(w http.ResponseWriter, r *http.Request) {
	var in chatRequest
	if !receive(w, r, &in) {
		return
	}
	var offered []string
	for _, t := range in.Tools {
		offered = append(offered, t.Function.Name)
	}
	results := map[string]response{}
	for _, m := range in.Messages {
		if m.Role == "tool" {
			results[m.ToolCallID] = response{text: contentText(m.Content)}
		}
	}
	message, finish := object{"role": "assistant", "content": done}, "stop"
	if c := s.next(offered, results); c != nil {
		arguments, err := json.Marshal(c.arguments)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		finish = "tool_calls"
		message = object{"role": "assistant", "content": nil, "tool_calls": []object{{
			"index": 0, "id": c.id, "type": "function",
			"function": object{"name": c.name, "arguments": string(arguments)},
		}}}
	}
	usage := object{"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
	answer := func(kind string, choice object) object {
		return object{"id": "chatcmpl-stub", "object": kind, "created": 1, "model": in.Model, "choices": []object{choice}}
	}
	if !in.Stream {
		out := answer("chat.completion", object{"index": 0, "message": message, "finish_reason": finish})
		out["usage"] = usage
		send(w, out)
		return
	}
	last := answer("chat.completion.chunk", object{"index": 0, "delta": object{}, "finish_reason": finish})
	last["usage"] = usage
	stream(w, answer("chat.completion.chunk", object{"index": 0, "delta": message, "finish_reason": nil}), last, "[DONE]")
}

// contentText is the text of a message, which is a string or a list of parts.
func contentText(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return text
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(content, &parts) != nil {
		return string(content)
	}
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.Text)
	}
	return strings.Join(texts, "\n")
}

// models lists the only model.
func (*Stub) models(w http.ResponseWriter, _ *http.Request) {
	send(w, object{"object": "list", "data": []object{{"id": Model, "object": "model", "created": 1, "owned_by": "stub"}}})
}
