package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// issuerKeptChecks hold an authorization server to RFC 9207, which it need not
// support, where its metadata says that it does.
func issuerKeptChecks() []check.Check {
	responded := func(judge func(a reading.Authorization, meta reading.Document) check.Result) func(v *reading.View) check.Result {
		return func(v *reading.View) check.Result {
			return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
				meta, ok := v.MetadataOf(a)
				// A response in a JWT or a fragment has its parameters elsewhere.
				if !ok || a.Callback == nil || !a.Callback.Params.Has("code") && !a.Callback.Params.Has("error") {
					return check.Unseen()
				}
				return judge(a, meta)
			})
		}
	}
	return []check.Check{
		{
			ID: "issuer/response-iss-as-advertised", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback}, About: []check.Topic{check.Issuer},
			Needs: "metadata that advertises iss, and an authorization response",
			Judge: responded(func(a reading.Authorization, meta reading.Document) check.Result {
				switch {
				case !reading.AdvertisesIss(meta):
					return check.Unseen()
				case !a.Callback.Params.Has("iss"):
					return check.Bad("iss, as authorization_response_iss_parameter_supported says", "no iss", meta.ID, a.Callback.ID)
				}
				return check.Good("iss, as advertised", meta.ID, a.Callback.ID)
			}),
		},
		{
			ID: "issuer/response-iss-own", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback}, About: []check.Topic{check.Issuer},
			Needs: "metadata with issuer, and an authorization response with iss",
			Judge: responded(func(a reading.Authorization, meta reading.Document) check.Result {
				want, got := reading.Text(meta.JSON, "issuer"), a.Callback.Params.Get("iss")
				switch {
				case got == "" || want == "":
					return check.Unseen()
				case got != want:
					return check.Bad("iss="+want, "iss="+got, meta.ID, a.Callback.ID)
				}
				return check.Good("the issuer of the metadata", meta.ID, a.Callback.ID)
			}),
		},
		{
			ID: "authorize/response-parameters-once", Scenario: "C.4", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback}, About: []check.Topic{check.RequestForm},
			Needs: "an authorization response",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if a.Callback == nil {
						return check.Unseen()
					}
					for _, p := range a.Callback.Params {
						// A redirect URI may bring parameters of its own, which the
						// server must keep.
						if n := a.Callback.Params.Count(p.Name); n > 1 && responseParameter(p.Name) {
							return check.Bad(p.Name+" once", check.Count(n, "time"), a.Callback.ID)
						}
					}
					return check.Good("each parameter once", a.Callback.ID)
				})
			},
		},
	}
}

func responseParameter(name string) bool {
	switch name {
	case "code", "state", "iss", "error", "error_description", "error_uri":
		return true
	}
	return false
}
