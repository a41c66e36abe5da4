package judge_test

import (
	"encoding/json"
	"slices"
	"strings"
)

func member(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

// withoutAuthorization is what a browser exports that keeps credentials back.
func withoutAuthorization(entries []any) []any {
	for _, e := range entries {
		request, _ := member(e, "request").(map[string]any)
		headers, _ := request["headers"].([]any)
		request["headers"] = slices.DeleteFunc(headers, func(h any) bool {
			name, _ := member(h, "name").(string)
			return slices.Contains([]string{"authorization", "cookie"}, strings.ToLower(name))
		})
	}
	return entries
}

// withPreflights puts a CORS preflight before every request that a page of
// another origin would send one for.
func withPreflights(entries []any) []any {
	var out []any
	for _, e := range entries {
		url, _ := member(member(e, "request"), "url").(string)
		method, _ := member(member(e, "request"), "method").(string)
		if method == "POST" || strings.Contains(url, "/.well-known/") {
			started, _ := member(e, "startedDateTime").(string)
			out = append(out, entry(started, "OPTIONS", url, 204, map[string]string{
				"Origin": "https://app.example", "Access-Control-Request-Method": method,
			}, map[string]string{"Access-Control-Allow-Origin": "*"}, ""))
		}
		out = append(out, e)
	}
	return out
}

// withLogin mixes in the login of another site with OpenID Connect: its own
// provider, its own client_id, no PKCE and no resource.
func withLogin(entries []any) []any {
	at := func(i int) string {
		started, _ := member(entries[i], "startedDateTime").(string)
		return started
	}
	const (
		provider = "https://accounts.other.example"
		callback = "https://news.other.example/login/callback"
	)
	login := func(i int) []any {
		html := map[string]string{"Content-Type": "text/html"}
		metadata := `{"issuer":"` + provider + `","authorization_endpoint":"` + provider + `/auth","token_endpoint":"` + provider +
			`/token","response_types_supported":["code"]}`
		return []any{
			entry(at(i), "GET", provider+"/.well-known/openid-configuration", 200, nil,
				map[string]string{"Content-Type": "application/json"}, metadata),
			entry(at(i), "GET", provider+"/auth?response_type=code&client_id=news-site&redirect_uri="+
				"https%3A%2F%2Fnews.other.example%2Flogin%2Fcallback&scope=openid+email&state=zz91", 302,
				map[string]string{"Accept": "text/html"}, map[string]string{"Location": callback + "?code=other-code-1&state=zz91"}, ""),
			entry(at(i), "GET", callback+"?code=other-code-1&state=zz91", 200, map[string]string{"Accept": "text/html"}, html, "<p>Welcome"),
		}
	}
	middle := len(entries) / 2
	return slices.Concat(login(0), entries[:middle], login(middle), entries[middle:], login(len(entries)-1))
}

// elsewhere gives entries other hosts, other secrets and another client_id, so
// that nothing ties them to those of another case.
func elsewhere(entries []any) []any {
	return replaced(entries, ".example", ".elsewhere", "c-81f2", "c-other", "s-7Hq2kLmN0pQr5tUv", "s-other-state-1")
}

// replaced gives entries other words: pairs of old and new ones.
func replaced(entries []any, pairs ...string) []any {
	var raw strings.Builder
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if enc.Encode(entries) != nil {
		panic("what was read as JSON is JSON") //nolint:forbidigo // it cannot fail
	}
	text := strings.NewReplacer(pairs...).Replace(raw.String())
	var out []any
	if json.Unmarshal([]byte(text), &out) != nil {
		panic("the replacements keep JSON") //nolint:forbidigo // a mistake in the test
	}
	return out
}

// entry is a HAR entry.
func entry(started, method, url string, status int, request, response map[string]string, body string) any {
	pairs := func(h map[string]string) []map[string]string {
		out := []map[string]string{}
		for name, value := range h {
			out = append(out, map[string]string{"name": name, "value": value})
		}
		return out
	}
	e := map[string]any{
		"startedDateTime": started, "time": 1,
		"request": map[string]any{"method": method, "url": url, "headers": pairs(request)},
		"response": map[string]any{
			"status": status, "headers": pairs(response),
			"content": map[string]any{"size": len(body), "mimeType": response["Content-Type"], "text": body},
		},
	}
	var copied any
	data, err := json.Marshal(e)
	if err != nil || json.Unmarshal(data, &copied) != nil {
		panic("a HAR entry of strings and numbers is JSON") //nolint:forbidigo // it cannot fail
	}
	return copied
}
