package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func registrationAnswerChecks() []check.Check {
	door := []reading.Door{reading.DoorRegistration}
	return []check.Check{
		{
			ID: "registration/error-form", Scenario: "C.2", Stage: reading.DoorRegistration, Breaks: door,
			Needs: "a refused registration whose answer was recorded",
			Judge: registrationErrorForm,
		},
		{
			ID: "registration/answered", Scenario: "C.2", Stage: reading.DoorRegistration, Breaks: door,
			Needs: "an answer to a dynamic registration",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Registrations, func(r reading.Registration) check.Result {
					switch {
					case r.Response == nil || r.Request.Method != http.MethodPost:
						return check.Unseen()
					case r.Status/100 == 3 || r.Status/100 == 5:
						return check.Bad("201 with the client, or an error of RFC 7591 section 3.2.2", reading.Status(r.Exchange), r.ID)
					}
					return check.Good(reading.Status(r.Exchange), r.ID)
				})
			},
		},
		{
			ID: "registration/open", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a registration without an initial access token",
			Judge: registrationOpen,
		},
		{
			ID: "registration/secret-expiry", Scenario: "C.2", Stage: reading.DoorRegistration, Breaks: door,
			About: []check.Topic{check.ClientMetadata},
			Needs: "a registration answer with client_secret",
			Judge: registeredAs(func(r reading.Registration) check.Result {
				if reading.Text(r.Answer, "client_secret") == "" {
					return check.Unseen()
				}
				switch expiry := r.Answer["client_secret_expires_at"].(type) {
				case float64:
					return check.Good("client_secret_expires_at", r.ID)
				case nil:
					return check.Bad("client_secret_expires_at beside client_secret (0 where it does not expire)", "none", r.ID)
				default:
					return check.Bad("client_secret_expires_at as a number", kindOf(expiry), r.ID)
				}
			}),
		},
		{
			ID: "registration/response-types", Scenario: "C.2", Stage: reading.DoorRegistration, Breaks: door,
			About: []check.Topic{check.ClientMetadata},
			Needs: "a successful dynamic registration",
			Judge: registeredAs(func(r reading.Registration) check.Result {
				for _, f := range registrationMembers() {
					value, there := r.Answer[f.name]
					if there && !f.fits(value) {
						return check.Bad(f.name+" as "+f.kind, kindOf(value), r.ID)
					}
				}
				return check.Good("each member of the type of RFC 7591", r.ID)
			}),
		},
		{
			ID: "registration/loopback-accepted", Scenario: "C.2", Stage: reading.DoorRegistration, Breaks: door,
			About: []check.Topic{check.RedirectURI},
			Needs: "a registration of http redirect URIs on loopback IP literals only",
			Judge: loopbackAccepted,
		},
		{
			ID: "registration/unsafe-redirect-refused", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a registration with a redirect URI that is not safe",
			Judge: redirectRefused("no such redirect URI registered", unsafeRedirect),
		},
		{
			ID: "registration/fragment-refused", Scenario: "C.2", Stage: reading.DoorRegistration,
			About: []check.Topic{check.RedirectURI},
			Needs: "a registration with a redirect URI that is relative or has a fragment",
			Judge: redirectRefused("only absolute redirect URIs without a fragment", partialRedirect),
		},
	}
}

// registeredAs judges registrations that issued a client.
func registeredAs(judge func(r reading.Registration) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.Registrations, func(r reading.Registration) check.Result {
			if r.Status/100 != 2 || r.ClientID == "" {
				return check.Unseen()
			}
			return judge(r)
		})
	}
}

// registrationErrorForm wants the member error, which is REQUIRED. The status is
// 400 "unless otherwise specified" (RFC 7591 section 3.2.2), without a MUST. Errors
// of an initial access token are those of RFC 6750, in WWW-Authenticate; a limit
// (429) is none of that section, and at an endpoint that nothing names 404 and 405
// say only that it is none.
func registrationErrorForm(v *reading.View) check.Result {
	return check.Each(v.Registrations, func(r reading.Registration) check.Result {
		advertised := slices.ContainsFunc(v.ServerMetadata, func(d reading.Document) bool {
			return d.Usable() && reading.Text(d.JSON, "registration_endpoint") == reading.WithoutQuery(r.Request.URL)
		})
		protected := r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden
		switch {
		case r.Response == nil || r.Request.Method != http.MethodPost || r.Status/100 != 4 || r.Status == http.StatusTooManyRequests:
			return check.Unseen()
		case reading.Text(r.Answer, "error") != "":
			return check.Good(reading.Status(r.Exchange)+", "+reading.Text(r.Answer, "error"), r.ID)
		case protected && (r.Response.Header.Get("WWW-Authenticate") != "" || !v.Recorded.ResponseHeader("WWW-Authenticate")):
			return check.Unseen()
		case !advertised && (r.Status == http.StatusNotFound || r.Status == http.StatusMethodNotAllowed):
			return check.Unseen()
		case !v.Recorded.Whole(r.Response.Body):
			return check.Unseen()
		}
		return check.Bad("a JSON object with the member error", reading.Status(r.Exchange)+", "+formOf(r.Answer), r.ID)
	})
}

// formOf says what an error answer without the member error is.
func formOf(answer map[string]any) string {
	if answer == nil {
		return "a body that is no JSON object"
	}
	return "a JSON object without error"
}

// registrationOpen looks for registrations that were turned away because they had
// no initial access token (RFC 7591 section 3).
func registrationOpen(v *reading.View) check.Result {
	return check.Each(v.Registrations, func(r reading.Registration) check.Result {
		challenged := r.Response != nil && r.Response.Header.Get("WWW-Authenticate") != ""
		wanted := challenged || says(refusalOf(r.Answer), "initial access token", "invalid_token", "authentication required", "bearer")
		switch {
		case r.Response == nil || r.Request.Header.Get("Authorization") != "":
			return check.Unseen()
		case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden && wanted:
			return check.Bad("a registration without an initial access token", reading.Status(r.Exchange), r.ID)
		case r.ClientID != "":
			return check.Good("registered without one", r.ID)
		}
		return check.Unseen()
	})
}

// loopbackAccepted looks for a refusal of loopback redirect URIs, which is one
// only where the answer says that it is about their kind. The name localhost is left to
// the server (RFC 8252 section 8.3).
func loopbackAccepted(v *reading.View) check.Result {
	return check.Each(v.Registrations, func(r reading.Registration) check.Result {
		asked := reading.Texts(r.Body, "redirect_uris")
		ok := func(uri string) bool { return onLoopbackIP(uri) && strings.HasPrefix(strings.ToLower(uri), "http://") }
		switch {
		case len(asked) == 0 || r.Response == nil || slices.ContainsFunc(asked, func(u string) bool { return !ok(u) }):
			return check.Unseen()
		case r.ClientID != "":
			return check.Good("registered "+strings.Join(asked, ", "), r.ID)
		case reading.Text(r.Body, "application_type") == "web", says(refusalOf(r.Answer), "application_type", "web client", "native"):
			return check.Unseen() // the rule is for native apps
		case r.Status/100 == 4 && refusesLoopback(refusalOf(r.Answer), asked):
			return check.Bad("loopback redirect URIs registered", "refused "+strings.Join(asked, ", ")+": "+reading.Clip(refusalOf(r.Answer)), r.ID)
		}
		return check.Unseen()
	})
}

// refusesLoopback reports whether a refusal is about the kind of the redirect URIs.
// One that is about these very URIs, as by a list of approved ones, is a policy
// that RFC 7591 section 3.2.1 allows.
func refusesLoopback(words string, asked []string) bool {
	for _, uri := range asked {
		words = strings.ReplaceAll(words, uri, "")
	}
	return says(words, "https", "http scheme", "insecure", "loopback", "localhost") &&
		!says(words, "approved", "allowlist", "allow list", "allow-list", "whitelist")
}

// redirectRefused names redirect URIs of a kind that were registered although a
// server must not.
func redirectRefused(want string, is func(uri string) bool) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.Registrations, func(r reading.Registration) check.Result {
			wrong := slices.DeleteFunc(reading.Texts(r.Body, "redirect_uris"), func(u string) bool { return !is(u) })
			if len(wrong) == 0 || r.Response == nil {
				return check.Unseen()
			}
			for _, u := range wrong {
				if r.ClientID != "" && slices.Contains(r.Redirects, u) {
					return check.Bad(want, "registered "+u, r.ID)
				}
			}
			return check.Good("not registered", r.ID)
		})
	}
}

// unsafeRedirect reports whether anybody on the way, or a script, would have a code
// that is sent to a redirect URI: RFC 7591 section 5.
func unsafeRedirect(uri string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(uri), ":")
	switch scheme {
	case "javascript", "data", "vbscript", "file", "blob", "about":
		return true
	case "http":
		return reading.KindOf(uri) != reading.OnLoopback
	}
	return false
}

// partialRedirect reports whether a redirect URI is none that RFC 6749 section
// 3.1.2 allows: it is no absolute URI, or it has a fragment.
func partialRedirect(uri string) bool {
	u, err := url.Parse(uri)
	return strings.Contains(uri, "#") || err == nil && u.Scheme == ""
}
