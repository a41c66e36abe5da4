package judge_test

import (
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"
)

func object(v any, name string) map[string]any {
	m, _ := member(v, name).(map[string]any)
	return m
}

// withoutHeader takes a header out of a message, and returns its value.
func withoutHeader(message map[string]any, name string) string {
	headers, _ := message["headers"].([]any)
	value := ""
	message["headers"] = slices.DeleteFunc(headers, func(h any) bool {
		if n, _ := member(h, "name").(string); !strings.EqualFold(n, name) {
			return false
		}
		value, _ = member(h, "value").(string)
		return true
	})
	return value
}

func withoutAgent(entries []any) []any {
	for _, e := range entries {
		withoutHeader(object(e, "request"), "User-Agent")
	}
	return entries
}

// asFirefox has forms in params, with values as they were on the wire, and the
// target of a redirect in redirectURL alone.
func asFirefox(entries []any) []any {
	for _, e := range entries {
		if to := withoutHeader(object(e, "response"), "Location"); to != "" {
			object(e, "response")["redirectURL"] = to
		}
		post := object(object(e, "request"), "postData")
		text, _ := post["text"].(string)
		if kind, _ := post["mimeType"].(string); !strings.Contains(kind, "urlencoded") || text == "" {
			continue
		}
		form, err := url.ParseQuery(text)
		if err != nil {
			continue
		}
		var params []any
		for _, name := range slices.Sorted(maps.Keys(form)) {
			for _, value := range form[name] {
				params = append(params, map[string]any{"name": name, "value": url.QueryEscape(value)})
			}
		}
		post["params"], post["text"] = params, ""
	}
	return entries
}

// shuffled has its entries in another order than that of their times.
func shuffled(entries []any) []any {
	began := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for i, e := range entries {
		entry, _ := e.(map[string]any)
		entry["startedDateTime"], entry["time"] = began.Add(time.Duration(i)*time.Second).Format(time.RFC3339Nano), 5
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries
}

// withAPI mixes in an API of another site, with its own Bearer tokens, which it
// refuses, and its own refresh.
func withAPI(entries []any) []any {
	calls := func(i int) []any {
		at, _ := member(entries[i], "startedDateTime").(string)
		json := map[string]string{"Content-Type": "application/json"}
		with := func(token string) map[string]string { return map[string]string{"Authorization": "Bearer " + token} }
		const items = "https://api.other.example/v1/items"
		return []any{
			entry(at, "GET", items, 401, with("stale-api-token-1"), map[string]string{"WWW-Authenticate": `Bearer error="invalid_token"`}, ""),
			entry(at, "POST", "https://accounts.other.example/token?grant_type=refresh_token&refresh_token=api-refresh-1&client_id=api-site", 200, nil, json,
				`{"access_token":"fresh-api-token-1","token_type":"bearer","expires_in":60}`),
			entry(at, "GET", items, 200, with("fresh-api-token-1"), json, `{"items":[]}`),
		}
	}
	middle := len(entries) / 2
	return slices.Concat(calls(0), entries[:middle], calls(middle), entries[middle:], calls(len(entries)-1))
}
