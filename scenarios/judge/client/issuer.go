package client

import (
	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func issuerChecks() []check.Check {
	return []check.Check{
		{
			ID: "issuer/response-iss-validated", Scenario: "C.5", Stage: reading.DoorCallback,
			Guards: []reading.Door{reading.DoorCallback},
			Needs:  "an authorization response with a wrong iss, or without the advertised one",
			Judge: func(v *reading.View) check.Result {
				for i, a := range v.Authorizations {
					why := issFault(v, a)
					if why == "" {
						continue
					}
					for _, t := range v.Tokens {
						if t.Auth == i {
							return check.Bad("no use of the response", "redeemed its code although "+why, a.Callback.ID, t.ID)
						}
					}
					return check.Good("dropped the response: "+why, a.Callback.ID)
				}
				return check.Unseen()
			},
		},
		{
			ID: "issuer/matching-iss-accepted", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback},
			About:  []check.Topic{check.Issuer},
			Needs:  "a delivered authorization response with a code and the right iss",
			Judge: func(v *reading.View) check.Result {
				for i, a := range v.Authorizations {
					meta, ok := v.MetadataOf(a)
					if a.Callback == nil || a.Callback.Delivered == 0 || !a.Callback.Granted() || !ok ||
						a.Callback.Params.Get("iss") == "" || issFault(v, a) != "" ||
						a.Callback.Params.Get("state") != a.Params.Get("state") {
						continue
					}
					return redeemed(v, i, meta.ID, "the code redeemed, as iss is the issuer of the metadata")
				}
				return check.Unseen()
			},
		},
		{
			ID: "issuer/absent-iss-accepted", Scenario: "C.5", Stage: reading.DoorCallback,
			Breaks: []reading.Door{reading.DoorCallback},
			About:  []check.Topic{check.Issuer},
			Needs:  "a delivered authorization response with a code and without iss, of a server that does not advertise iss",
			Judge: func(v *reading.View) check.Result {
				for i, a := range v.Authorizations {
					meta, ok := v.MetadataOf(a)
					if a.Callback == nil || a.Callback.Delivered == 0 || !a.Callback.Granted() || !ok ||
						a.Callback.Params.Has("iss") || issFault(v, a) != "" ||
						a.Callback.Params.Get("state") != a.Params.Get("state") {
						continue
					}
					return redeemed(v, i, meta.ID, "the code redeemed, as iss is neither advertised nor sent")
				}
				return check.Unseen()
			},
		},
	}
}

// redeemed tells whether the code of an authorization was redeemed, as want
// says.
func redeemed(v *reading.View, authorization, metadata int, want string) check.Result {
	callback := v.Authorizations[authorization].Callback.ID
	for _, t := range v.Tokens {
		if t.Auth == authorization {
			return check.Good("redeemed the code", metadata, callback, t.ID)
		}
	}
	return check.Bad(want, "dropped the response", metadata, callback)
}

// issFault says what is wrong with the iss of a granting response by the table
// of the specification, "" for nothing. The comparison is exact: no case
// folding, no normalisation.
func issFault(v *reading.View, a reading.Authorization) string {
	meta, ok := v.MetadataOf(a)
	if !ok || a.Callback == nil || !a.Callback.Granted() {
		return ""
	}
	want, got := reading.Text(meta.JSON, "issuer"), a.Callback.Params.Get("iss")
	switch {
	case got == "" && reading.AdvertisesIss(meta):
		return "the advertised iss is missing"
	case got != "" && got != want:
		return "iss is " + reading.Quote(got) + " and the issuer " + reading.Quote(want)
	}
	return ""
}
