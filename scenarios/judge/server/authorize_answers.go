package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// authorizations judges every authorization request.
func authorizations(judge func(v *reading.View, a reading.Authorization) check.Result) func(v *reading.View) check.Result {
	return func(v *reading.View) check.Result {
		return check.Each(v.Authorizations, func(a reading.Authorization) check.Result { return judge(v, a) })
	}
}

func authorizeAnswerChecks() []check.Check {
	door := []reading.Door{reading.DoorAuthorize}
	return []check.Check{
		{
			ID: "authorize/registered-redirect-accepted", Scenario: "C.4", Stage: reading.DoorAuthorize, Breaks: door,
			About: []check.Topic{check.RedirectURI},
			Needs: "an authorization request with a redirect URI that is registered letter by letter",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result {
				uri := a.Params.Get("redirect_uri")
				words, at := refusalAt(v, a)
				switch {
				case uri == "" || !slices.Contains(v.RegisteredRedirects(a), uri):
					return check.Unseen()
				case at != 0 && says(words, "redirect_uri", "redirect uri", "redirect url", "redirection uri", "callback url", "callback uri"):
					return check.Bad("accepted "+uri+", which is registered", "refused: "+reading.Clip(words), a.ID, at)
				case a.Callback != nil && a.Callback.Granted():
					return check.Good("accepted "+uri, a.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "authorize/unregistered-redirect-refused", Scenario: "C.4", Stage: reading.DoorAuthorize,
			About: []check.Topic{check.RedirectURI},
			Needs: "an authorization request with a redirect URI that is not registered, of a client whose redirect URIs are known",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result { return strayCode(v, a, false) }),
		},
		{
			ID: "authorize/document-redirect-refused", Scenario: "C.4", Stage: reading.DoorAuthorize,
			About: []check.Topic{check.RedirectURI, check.ClientDocument},
			Needs: "an authorization request with a redirect URI that the client's metadata document does not list",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result { return strayCode(v, a, true) }),
		},
		{
			ID: "authorize/errors-stay", Scenario: "C.4", Stage: reading.DoorAuthorize,
			About: []check.Topic{check.RedirectURI},
			Needs: "a refused authorization request with a redirect URI that is not registered",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result {
				switch {
				case !stray(v, a) || a.Callback != nil && a.Callback.Granted():
					return check.Unseen()
				case a.Callback != nil:
					return check.Bad("no redirect to "+a.Params.Get("redirect_uri"), "redirected there", a.ID, a.Callback.ID)
				case a.RefusedBy != 0:
					return check.Good(howRefused(v, a), a.ID, a.RefusedBy)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "authorize/errors-reported", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "a refusal of the request itself, where its redirect URI is on loopback and registered letter by letter",
			Judge: authorizations(errorReported),
		},
		{
			ID: "authorize/denial-reported", Scenario: "C.9", Stage: reading.DoorConsent,
			Needs: "a user who said no",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result {
				denied := slices.ContainsFunc(v.Attempts, func(t reading.Attempt) bool { return t.Denied && t.Within(a.ID) })
				if a.Callback == nil || !a.Callback.Params.Has("error") || !denied {
					return check.Unseen()
				}
				if got := a.Callback.Params.Get("error"); got != "access_denied" {
					return check.Bad("error=access_denied", "error="+got, a.ID, a.Callback.ID)
				}
				return check.Good("error=access_denied", a.ID, a.Callback.ID)
			}),
		},
		{
			ID: "authorize/no-cors", Scenario: "C.4", Stage: reading.DoorAuthorize,
			Needs: "an answer of the authorization endpoint",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result {
				switch {
				case a.Response == nil:
					return check.Unseen()
				case a.Response.Header.Get("Access-Control-Allow-Origin") != "":
					return check.Bad("no Access-Control-Allow-Origin", a.Response.Header.Get("Access-Control-Allow-Origin"), a.ID)
				case !v.Recorded.ResponseHeader("Access-Control-Allow-Origin"):
					return check.Unseen()
				}
				return check.Good("none", a.ID)
			}),
		},
		{
			ID: "authorize/unknown-parameters-ignored", Scenario: "C.4", Stage: reading.DoorAuthorize, Breaks: door,
			Needs: "an answer to an authorization request",
			Judge: authorizations(func(v *reading.View, a reading.Authorization) check.Result {
				words, at := refusalAt(v, a)
				switch {
				case at != 0 && refusesParameter(words):
					return check.Bad("unknown parameters ignored", reading.Clip(words), a.ID, at)
				case a.Callback != nil && a.Callback.Granted():
					return check.Good("accepted", a.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "authorize/missing-scope-named", Scenario: "C.4", Stage: reading.DoorAuthorize, Breaks: door,
			About: []check.Topic{check.Scope},
			Needs: "an authorization request without scope",
			Judge: authorizations(func(_ *reading.View, a reading.Authorization) check.Result {
				if a.Params.Get("scope") != "" || a.Callback == nil {
					return check.Unseen()
				}
				switch code, words := a.Callback.Params.Get("error"), a.Callback.Params.Get("error_description"); {
				case code == "":
					return check.Good("processed", a.ID)
				case code == "invalid_scope":
					return check.Good("invalid_scope", a.ID)
				case code == "invalid_request" && says(words, "scope"):
					return check.Bad("a default scope, or invalid_scope", code+" "+reading.Clip(words), a.ID, a.Callback.ID)
				}
				return check.Unseen()
			}),
		},
	}
}

// errorReported judges refusals that RFC 6749 section 4.1.2.1 has go to the client:
// for a redirect URI that is in order the server adds the error to it. A server
// may keep to a page where it does not trust the redirect URI (RFC 9700 section
// 4.11.2); on loopback there is nobody to be led to. Codes that may be about the
// client or its redirect URI, and those of the user, are left out.
func errorReported(v *reading.View, a reading.Authorization) check.Result {
	uri := a.Params.Get("redirect_uri")
	if reading.KindOf(uri) != reading.OnLoopback || !slices.Contains(v.RegisteredRedirects(a), uri) {
		return check.Unseen()
	}
	about := []string{"invalid_scope", "unsupported_response_type", "invalid_target"}
	switch {
	case a.Callback != nil && slices.Contains(about, a.Callback.Params.Get("error")):
		return check.Good("redirected with error="+a.Callback.Params.Get("error"), a.ID, a.Callback.ID)
	case a.RefusedBy != 0 && slices.Contains(about, a.RefusedCode):
		return check.Bad("a redirect to "+uri+" with error="+a.RefusedCode, howRefused(v, a), a.ID, a.RefusedBy)
	}
	return check.Unseen()
}

// documented reports whether a client is known by its metadata document.
func documented(v *reading.View, a reading.Authorization) bool {
	_, ok := documentOf(v, a)
	return ok
}

// documentOf is the newest answer to the authorization server's requests for the
// metadata document of a client; false where none is on the recording.
func documentOf(v *reading.View, a reading.Authorization) (reading.Document, bool) {
	for _, d := range slices.Backward(v.ClientDocuments) {
		if d.Request.URL == a.Params.Get("client_id") {
			return d, true
		}
	}
	return reading.Document{}, false
}

// stray reports whether the redirect URI of a request is none of those that the
// authorization server knows of the client. The port on loopback makes none.
func stray(v *reading.View, a reading.Authorization) bool {
	uri, registered := a.Params.Get("redirect_uri"), v.RegisteredRedirects(a)
	return uri != "" && len(registered) > 0 && !slices.ContainsFunc(registered, func(r string) bool { return reading.SameButPort(r, uri) })
}

// strayCode looks for codes that went to a redirect URI which is not registered.
func strayCode(v *reading.View, a reading.Authorization, byDocument bool) check.Result {
	switch {
	case !stray(v, a) || documented(v, a) != byDocument:
		return check.Unseen()
	case a.Callback != nil && a.Callback.Granted():
		registered := strings.Join(v.RegisteredRedirects(a), ", ")
		return check.Bad("no code for "+a.Params.Get("redirect_uri"), "a code, though only "+registered+" is registered", a.ID, a.Callback.ID)
	case a.Callback != nil || a.RefusedBy != 0:
		return check.Good(howRefused(v, a), a.ID)
	}
	return check.Unseen()
}

// documentAnswerChecks judge what an authorization server made of the metadata
// documents that it was seen to fetch.
func documentAnswerChecks() []check.Check {
	about := []check.Topic{check.ClientDocument}
	fetched := func(judge func(v *reading.View, a reading.Authorization, d reading.Document) check.Result) func(v *reading.View) check.Result {
		return authorizations(func(v *reading.View, a reading.Authorization) check.Result {
			d, ok := documentOf(v, a)
			if !ok || d.Response == nil || d.ID < a.ID {
				return check.Unseen() // what the server kept from before decides
			}
			return judge(v, a, d)
		})
	}
	code := func(a reading.Authorization) bool { return a.Callback != nil && a.Callback.Granted() }
	return []check.Check{
		{
			ID: "authorize/document-content-judged", Scenario: "C.2", Stage: reading.DoorAuthorize, About: about,
			Needs: "a metadata document that is not in order, and what became of the authorization request",
			Judge: fetched(func(v *reading.View, a reading.Authorization, d reading.Document) check.Result {
				wrong := ""
				switch {
				case d.Status != 200 || !v.Recorded.Whole(d.Response.Body):
					return check.Unseen()
				case d.JSON == nil:
					wrong = "no JSON object"
				case reading.Text(d.JSON, "client_id") != d.Request.URL:
					wrong = "client_id " + check.OrNone(reading.Text(d.JSON, "client_id"))
				case len(reading.Texts(d.JSON, "redirect_uris")) == 0:
					wrong = "no redirect_uris"
				case reading.Text(d.JSON, "client_name") == "":
					wrong = "no client_name"
				}
				switch {
				case wrong == "" || !code(a) && a.Callback == nil && a.RefusedBy == 0:
					return check.Unseen()
				case code(a):
					return check.Bad("no code for a document with "+wrong, "a code", d.ID, a.Callback.ID)
				}
				return check.Good("refused a document with "+wrong, d.ID, a.ID)
			}),
		},
		{
			ID: "authorize/missing-document-refused", Scenario: "C.2", Stage: reading.DoorAuthorize, About: about,
			Needs: "a metadata document that could not be had, and what became of the authorization request",
			Judge: fetched(func(_ *reading.View, a reading.Authorization, d reading.Document) check.Result {
				switch {
				case d.Status/100 < 4:
					return check.Unseen()
				case code(a):
					return check.Bad("no code without the document", "a code", d.ID, a.Callback.ID)
				case a.Callback != nil || a.RefusedBy != 0:
					return check.Good("refused", d.ID, a.ID)
				}
				return check.Unseen()
			}),
		},
		{
			ID: "registration/document-redirect-not-followed", Scenario: "C.2", Stage: reading.DoorRegistration, About: about,
			Needs: "a metadata document whose host answered with a redirect",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.ClientDocuments, func(d reading.Document) check.Result {
					if d.Response == nil || d.Status/100 != 3 || d.Response.Header.Get("Location") == "" {
						return check.Unseen()
					}
					to := reading.Resolve(d.Request.URL, d.Response.Header.Get("Location"))
					for _, x := range v.Exchanges {
						if x.ID > d.ID && x.From == trace.AuthorizationServer && x.Request.URL == to {
							return check.Bad("no request for "+to, "followed the redirect", d.ID, x.ID)
						}
					}
					return check.Good("not followed", d.ID)
				})
			},
		},
	}
}
