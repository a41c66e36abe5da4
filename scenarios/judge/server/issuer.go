package server

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func issuerChecks() []check.Check {
	return []check.Check{
		{
			ID: "issuer/response-iss-sent", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback},
			About:  []check.Topic{check.Issuer},
			Needs:  "an authorization response",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					if a.Callback == nil {
						return check.Unseen()
					}
					if i := a.Callback.Params.Get("iss"); i != "" {
						return check.Good("iss="+i, a.Callback.ID)
					}
					return check.Bad("iss in the response", "none", a.Callback.ID)
				})
			},
		},
		{
			ID: "issuer/response-iss-advertised", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback},
			About:  []check.Topic{check.Issuer},
			Needs:  "an authorization response with iss, and the metadata",
			Judge: func(v *reading.View) check.Result {
				return check.Each(v.Authorizations, func(a reading.Authorization) check.Result {
					meta, ok := v.MetadataOf(a)
					if a.Callback == nil || !a.Callback.Params.Has("iss") || !ok {
						return check.Unseen()
					}
					if !reading.AdvertisesIss(meta) {
						return check.Bad("authorization_response_iss_parameter_supported: true", "not advertised", meta.ID, a.Callback.ID)
					}
					return check.Good("advertised and sent", meta.ID, a.Callback.ID)
				})
			},
		},
	}
}
