package modelstub

import (
	"encoding/json"
	"net/http"
	"strings"
)

// geminiRequest is what is read of a request to generate content.
type geminiRequest struct {
	Contents []struct {
		Parts []struct {
			FunctionResponse *struct {
				ID       string          `json:"id"`
				Name     string          `json:"name"`
				Response json.RawMessage `json:"response"`
			} `json:"functionResponse"`
		} `json:"parts"`
	} `json:"contents"`
	Tools []struct {
		FunctionDeclarations []struct {
			Name string `json:"name"`
		} `json:"functionDeclarations"`
	} `json:"tools"`
}

// gemini answers as https://ai.google.dev/api/generate-content says.
func (s *Stub) gemini(w http.ResponseWriter, r *http.Request) {
	_, method, _ := strings.Cut(r.PathValue("call"), ":")
	var in geminiRequest
	if !receive(w, r, &in) {
		return
	}
	if method == "countTokens" {
		send(w, object{"totalTokens": 1})
		return
	}
	var offered []string
	for _, t := range in.Tools {
		for _, f := range t.FunctionDeclarations {
			offered = append(offered, f.Name)
		}
	}
	results := map[string]response{}
	for _, c := range in.Contents {
		for _, p := range c.Parts {
			if f := p.FunctionResponse; f != nil {
				results[f.ID] = functionResponse(f.Response)
			}
		}
	}
	part := object{"text": done}
	if c := s.next(offered, results); c != nil {
		part = object{"functionCall": object{"id": c.id, "name": c.name, "args": c.arguments}}
	}
	answer := object{
		"candidates": []object{{
			"index": 0, "finishReason": "STOP", "content": object{"role": "model", "parts": []object{part}},
		}},
		"usageMetadata": object{"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
		"modelVersion":  Model,
	}
	if method == "streamGenerateContent" {
		stream(w, answer)
		return
	}
	send(w, answer)
}

// functionResponse reads the response of a function, which programs put under
// output or error.
func functionResponse(raw json.RawMessage) response {
	var r struct {
		Output string `json:"output"`
		Error  string `json:"error"`
	}
	if json.Unmarshal(raw, &r) != nil || r.Output+r.Error == "" {
		return response{text: string(raw)}
	}
	return response{text: r.Output + r.Error, failed: r.Error != ""}
}
