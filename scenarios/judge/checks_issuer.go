package judge

func issuerChecks() []Check {
	return []Check{
		{
			ID: "issuer/response-iss-sent", Scenario: "C.5", Stage: DoorCallback,
			Breaks: []Stage{DoorCallback},
			Needs:  "an authorization response",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					if a.Callback == nil {
						return unseen()
					}
					if i := a.Callback.Params.Get("iss"); i != "" {
						return good("iss="+i, a.Callback.ID)
					}
					return bad("iss in the response", "none", a.Callback.ID)
				})
			},
		},
		{
			ID: "issuer/response-iss-advertised", Scenario: "C.5", Stage: DoorCallback,
			Breaks: []Stage{DoorCallback},
			Needs:  "an authorization response with iss, and the metadata",
			Judge: func(v *View) Result {
				return each(v.Authorizations, func(a Authorization) Result {
					meta, ok := v.metadataOf(a)
					if a.Callback == nil || !a.Callback.Params.Has("iss") || !ok {
						return unseen()
					}
					if !advertisesIss(meta) {
						return bad("authorization_response_iss_parameter_supported: true", "not advertised", meta.ID, a.Callback.ID)
					}
					return good("advertised and sent", meta.ID, a.Callback.ID)
				})
			},
		},
		{
			ID: "issuer/response-iss-validated", Scenario: "C.5", Stage: DoorCallback,
			Guards: []Stage{DoorCallback},
			Needs:  "an authorization response with a wrong iss, or without the advertised one",
			Judge: func(v *View) Result {
				for i, a := range v.Authorizations {
					why := v.issFault(a)
					if why == "" {
						continue
					}
					for _, t := range v.Tokens {
						if t.Auth == i {
							return bad("no use of the response", "redeemed its code although "+why, a.Callback.ID, t.ID)
						}
					}
					return good("dropped the response: "+why, a.Callback.ID)
				}
				return unseen()
			},
		},
		{
			ID: "issuer/matching-iss-accepted", Scenario: "C.5", Stage: DoorCallback,
			Breaks: []Stage{DoorCallback},
			Needs:  "a delivered authorization response with a code and the right iss",
			Judge: func(v *View) Result {
				for i, a := range v.Authorizations {
					meta, ok := v.metadataOf(a)
					if a.Callback == nil || a.Callback.Delivered == 0 || !a.Callback.granted() || !ok ||
						a.Callback.Params.Get("iss") == "" || v.issFault(a) != "" ||
						a.Callback.Params.Get("state") != a.Params.Get("state") {
						continue
					}
					return v.redeemed(i, meta.ID, "the code redeemed, as iss is the issuer of the metadata")
				}
				return unseen()
			},
		},
		{
			ID: "issuer/absent-iss-accepted", Scenario: "C.5", Stage: DoorCallback,
			Breaks: []Stage{DoorCallback},
			Needs:  "a delivered authorization response with a code and without iss, of a server that does not advertise iss",
			Judge: func(v *View) Result {
				for i, a := range v.Authorizations {
					meta, ok := v.metadataOf(a)
					if a.Callback == nil || a.Callback.Delivered == 0 || !a.Callback.granted() || !ok ||
						a.Callback.Params.Has("iss") || v.issFault(a) != "" ||
						a.Callback.Params.Get("state") != a.Params.Get("state") {
						continue
					}
					return v.redeemed(i, meta.ID, "the code redeemed, as iss is neither advertised nor sent")
				}
				return unseen()
			},
		},
	}
}

// redeemed tells whether the code of an authorization was redeemed, as want
// says.
func (v *View) redeemed(authorization, metadata int, want string) Result {
	callback := v.Authorizations[authorization].Callback.ID
	for _, t := range v.Tokens {
		if t.Auth == authorization {
			return good("redeemed the code", metadata, callback, t.ID)
		}
	}
	return bad(want, "dropped the response", metadata, callback)
}

// metadataOf is the metadata document with whose endpoint the authorization
// was asked for.
func (v *View) metadataOf(a Authorization) (Document, bool) {
	var found Document
	for _, d := range v.ServerMetadata {
		if d.ID < a.ID && d.usable() && text(d.JSON, "authorization_endpoint") == withoutQuery(a.Request.URL) {
			found = d
		}
	}
	return found, found.ID != 0
}

func advertisesIss(d Document) bool {
	flag, _ := d.JSON["authorization_response_iss_parameter_supported"].(bool)
	return flag
}

// issFault says what is wrong with the iss of a granting response by the table
// of the specification, "" for nothing. The comparison is exact: no case
// folding, no normalisation.
func (v *View) issFault(a Authorization) string {
	meta, ok := v.metadataOf(a)
	if !ok || a.Callback == nil || !a.Callback.granted() {
		return ""
	}
	want, got := text(meta.JSON, "issuer"), a.Callback.Params.Get("iss")
	switch {
	case got == "" && advertisesIss(meta):
		return "the advertised iss is missing"
	case got != "" && got != want:
		return "iss is " + quote(got) + " and the issuer " + quote(want)
	}
	return ""
}
