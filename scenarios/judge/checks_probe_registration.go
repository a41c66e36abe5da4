package judge

import (
	"slices"
	"strings"
)

func probedRegistration() []Check {
	registered := func(id string, fn func(r Registration) Result) func(v *View) Result {
		return probed(id, func(_ *View, p Probe) Result {
			return each(p.Registrations, func(r Registration) Result {
				if r.Response == nil {
					return unseen()
				}
				return fn(r)
			})
		})
	}
	return []Check{
		{
			ID: "probe/registration/status", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r Registration) Result {
				switch {
				case r.Status/100 != 2:
					return unseen()
				case r.Status != 201:
					return bad("201 Created", status(r.Exchange), r.ID)
				}
				return good("201 Created", r.ID)
			}),
		},
		{
			ID: "probe/registration/response", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r Registration) Result {
				sent, got := texts(r.Body, "redirect_uris"), texts(r.Answer, "redirect_uris")
				switch {
				case r.Status/100 != 2:
					return unseen()
				case r.ClientID == "":
					return bad("client_id", "none", r.ID)
				case !slices.Equal(sent, got):
					return bad("redirect_uris "+strings.Join(sent, ", "), orNone(strings.Join(got, ", ")), r.ID)
				}
				return good("client_id and the registered metadata", r.ID)
			}),
		},
		{
			ID: "probe/registration-redirects", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a registration with a redirect URI that is not safe, where a safe one is accepted",
			Judge: func(v *View) Result {
				if !v.registersSafely() {
					return unseen()
				}
				return registered("probe/registration-redirects", func(r Registration) Result {
					asked := texts(r.Body, "redirect_uris")
					for _, u := range r.Redirects {
						if r.Status/100 == 2 && slices.Contains(asked, u) {
							return bad("no such redirect URI registered", "registered "+u, r.ID)
						}
					}
					return good("refused with "+status(r.Exchange), r.ID)
				})(v)
			},
		},
		{
			ID: "probe/registration-errors", Scenario: "C.2", Stage: DoorRegistration,
			Needs: "a refused registration",
			Judge: func(v *View) Result {
				form := func(r Registration) Result {
					// Access control and rate limits are no registration errors.
					if r.Status < 400 || r.Status >= 500 || slices.Contains([]int{401, 403, 429}, r.Status) {
						return unseen()
					}
					if code := text(r.Answer, "error"); code == "" || r.Status != 400 {
						return bad("400 with a JSON error", status(r.Exchange)+", error "+orNone(code), r.ID)
					}
					return good("400, "+text(r.Answer, "error"), r.ID)
				}
				result := unseen()
				for _, id := range []string{"probe/registration-errors", "probe/registration-redirects", "probe/registration"} {
					r := registered(id, form)(v)
					if r.State == Bad {
						return r
					}
					if result.State == Unseen {
						result = r
					}
				}
				return result
			},
		},
	}
}

func (v *View) registersSafely() bool {
	for _, p := range v.Probe("probe/registration") {
		for _, r := range p.Registrations {
			if r.ClientID != "" {
				return true
			}
		}
	}
	return false
}
