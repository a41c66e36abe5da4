package mutation

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// bodies rewrites every JSON body, of requests and of responses.
func bodies(rewrite func(string) string) func(*scene) bool {
	return func(s *scene) bool {
		for _, x := range s.steps {
			if strings.HasPrefix(x.Request.Body.Text, "{") {
				x.send(rewrite(x.Request.Body.Text))
			}
			if x.Response != nil && strings.HasPrefix(x.Response.Body.Text, "{") {
				x.setAnswer(rewrite(x.Response.Body.Text))
			}
		}
		return true
	}
}

func legalJSON() []Variation {
	return []Variation{
		{Name: "json/white-space", change: bodies(func(s string) string {
			var b bytes.Buffer
			if json.Indent(&b, []byte(s), "", "\t") != nil {
				return s
			}
			return b.String()
		})},
		{Name: "json/leading-white-space", change: bodies(func(s string) string { return "\r\n " + s })},
		{Name: "json/trailing-line-end", change: bodies(func(s string) string { return s + "\r\n" })},
		{Name: "json/member-order", change: bodies(func(s string) string { return encoded(object(s)) })},
		{Name: "json/escaped-slashes", change: bodies(func(s string) string { return strings.ReplaceAll(s, "/", `\/`) })},
		{Name: "json/unknown-members", change: each(publishes, func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) { doc["x_vendor"] = map[string]any{"issuer": "none", "list": []int{1}} })
		})},
		{Name: "json/media-type-with-charset", change: each(func(x *step) bool {
			return x.Response != nil && x.Response.Header.Get("Content-Type") == jsonType
		}, func(_ *scene, x *step) { x.Response.Header.Set("Content-Type", "application/json; charset=utf-8") })},
		{Name: "token/media-type-with-charset", change: each(is(tokenRole), func(_ *scene, x *step) {
			x.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
		})},
		{Name: "registration/more-members", change: each(is(registrationRole), func(_ *scene, x *step) {
			x.editSent(func(doc map[string]any) { doc["policy_uri"], doc["x_vendor"] = "https://client.example/policy", true })
		})},
		{Name: "registration/more-answered", change: each(registers, func(s *scene, x *step) {
			x.editAnswer(func(doc map[string]any) {
				doc["registration_client_uri"] = x.base() + "/" + reading.Text(doc, "client_id")
				doc["registration_access_token"] = s.secret()
			})
		})},
		{Name: "metadata/more-members", change: each(both(is(serverMetadataRole), publishes), func(s *scene, x *step) {
			x.editAnswer(func(doc map[string]any) {
				doc["userinfo_endpoint"], doc["introspection_endpoint"] = origin(s.issuer)+"/userinfo", origin(s.issuer)+"/introspect"
				doc["claims_supported"], doc["ui_locales_supported"] = []string{"sub"}, []string{"en"}
			})
		})},
		{Name: "resource-metadata/more-members", change: each(both(is(resourceMetadata), publishes), func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) {
				doc["resource_documentation"], doc["tls_client_certificate_bound_access_tokens"] = "https://docs.example/", false
			})
		})},
	}
}

func legalHeaders() []Variation {
	challenged := func(x *step) bool { return strings.HasPrefix(x.challenge(), "Bearer ") }
	rewrite := func(change func(*scene, string) string) func(*scene) bool {
		return each(challenged, func(s *scene, x *step) { x.setChallenge(change(s, x.challenge())) })
	}
	return []Variation{
		{Name: "headers/upper-case", Headers: strings.ToUpper, change: func(*scene) bool { return true }},
		{Name: "headers/lower-case", Headers: strings.ToLower, change: func(*scene) bool { return true }},
		{Name: "headers/more-answered", change: each(answersHeaders, func(s *scene, x *step) {
			x.Response.Header.Set("Server", "nginx")
			x.Response.Header.Set("X-Request-Id", s.hex(16))
			x.Response.Header.Set("Strict-Transport-Security", "max-age=31536000")
		})},
		{Name: "headers/more-sent", change: each(func(x *step) bool { return len(x.Request.Header) > 0 }, func(s *scene, x *step) {
			x.Request.Header.Set("Traceparent", "00-"+s.hex(32)+"-"+s.hex(16)+"-01")
			x.Request.Header.Set("Accept-Language", "en")
		})},
		{Name: "challenge/other-scheme-after", change: each(challenged, func(_ *scene, x *step) {
			x.Response.Header.Add("WWW-Authenticate", `Negotiate`)
		})},
		{Name: "challenge/other-scheme-before", change: each(challenged, func(_ *scene, x *step) {
			x.Response.Header["Www-Authenticate"] = []string{`Basic realm="staff, only"`, x.challenge()}
		})},
		{Name: "challenge/other-scheme-joined-before", change: rewrite(func(_ *scene, c string) string {
			return `Basic realm="staff, only", ` + c
		})},
		{Name: "challenge/other-scheme-joined-after", change: rewrite(func(_ *scene, c string) string { return c + `, Vendor-Scheme a="b"` })},
		{Name: "challenge/parameter-order", change: rewrite(func(s *scene, c string) string {
			list := regexp.MustCompile(`[a-z_]+="[^"]*"`).FindAllString(c, -1)
			s.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			return "Bearer " + strings.Join(list, ", ")
		})},
		{Name: "challenge/realm", change: rewrite(func(_ *scene, c string) string { return withParam(c, "realm", `mcp, \"lab\"`) })},
		{Name: "challenge/unknown-parameter", change: rewrite(func(_ *scene, c string) string { return c + `, x_vendor="1"` })},
		{Name: "challenge/lower-case-scheme", change: rewrite(func(_ *scene, c string) string {
			return "bearer" + strings.TrimPrefix(c, "Bearer")
		})},
		{Name: "challenge/upper-case-names", change: rewrite(func(_ *scene, c string) string {
			return regexp.MustCompile(`[a-z_]+="`).ReplaceAllStringFunc(c, strings.ToUpper)
		})},
		{Name: "challenge/no-blanks", change: rewrite(func(_ *scene, c string) string { return strings.ReplaceAll(c, `", `, `",`) })},
		{Name: "challenge/unquoted-error", change: rewrite(func(_ *scene, c string) string {
			return regexp.MustCompile(`error="([a-z_]+)"`).ReplaceAllString(c, `error=$1`) // a token, RFC 9110 section 11.2
		})},
		{Name: "call/lower-case-scheme", change: presented("bearer ")},
		{Name: "call/upper-case-scheme", change: presented("BEARER ")},
		{Name: "call/two-blanks", change: presented("Bearer  ")},
		{Name: "token/lower-case-type", change: each(issuesToken, func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) { doc["token_type"] = "bearer" })
		})},
		{Name: "token/upper-case-type", change: each(issuesToken, func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) { doc["token_type"] = "BEARER" })
		})},
		{Name: "token/scope-as-asked-not-named", change: func(s *scene) bool {
			a, t := s.redeemed(func(x *step) bool {
				t := s.redemption(x)
				return t != nil && reading.Text(t.answer(), "scope") != "" && reading.Text(t.answer(), "scope") == x.query().get("scope")
			})
			if a == nil {
				return false
			}
			t.editAnswer(func(doc map[string]any) { delete(doc, "scope") })
			return true
		}},
		{Name: "token/more-cache-control", change: each(func(x *step) bool {
			return issuesToken(x) && x.Response.Header.Get("Cache-Control") == "no-store"
		}, func(_ *scene, x *step) {
			x.Response.Header.Set("Cache-Control", "No-Store, max-age=0")
			x.Response.Header.Set("Pragma", "no-cache")
		})},
	}
}

// both joins two conditions.
func both(a, b func(*step) bool) func(*step) bool { return func(x *step) bool { return a(x) && b(x) } }

func answersHeaders(x *step) bool { return x.Response != nil && len(x.Response.Header) > 0 }

// presented has tokens presented with the scheme written in another way.
func presented(scheme string) func(*scene) bool {
	return each(withToken, func(_ *scene, x *step) { x.Request.Header.Set("Authorization", scheme+x.bearer()) })
}

func issuesToken(x *step) bool { return x.role == tokenRole && served(x) && x.answer() != nil }

func legalScope() []Variation {
	backwards := func(scope string) string {
		words := strings.Fields(scope)
		slices.Reverse(words)
		return strings.Join(words, " ")
	}
	params := func(p pairs) pairs {
		if p.get("scope") == "" {
			return p
		}
		return p.with("scope", backwards(p.get("scope")))
	}
	return []Variation{
		{Name: "scope/order-asked", change: func(s *scene) bool {
			for _, x := range s.all(is(authorization)) {
				x.setQuery(params(x.query()))
			}
			for _, x := range s.all(is(tokenRole)) {
				x.setForm(params(x.form()))
			}
			return true
		}},
		{Name: "scope/order-answered", change: each(issuesToken, func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) {
				if scope := reading.Text(doc, "scope"); scope != "" {
					doc["scope"] = backwards(scope)
				}
			})
		})},
		{Name: "scope/order-published", change: each(publishes, func(_ *scene, x *step) {
			x.editAnswer(func(doc map[string]any) {
				if list := reading.Texts(doc, "scopes_supported"); list != nil {
					slices.Reverse(list)
					doc["scopes_supported"] = list
				}
			})
		})},
	}
}
