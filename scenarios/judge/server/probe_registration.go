package server

import (
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/scenarios/judge/check"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

func probedRegistration() []check.Check {
	registered := func(id string, fn func(r reading.Registration) check.Result) func(v *reading.View) check.Result {
		return probed(id, func(_ *reading.View, p reading.Probe) check.Result {
			return check.Each(p.Registrations, func(r reading.Registration) check.Result {
				if r.Response == nil {
					return check.Unseen()
				}
				return fn(r)
			})
		})
	}
	return []check.Check{
		{
			ID: "probe/registration/status", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r reading.Registration) check.Result {
				switch {
				case r.Status/100 != 2:
					return check.Unseen()
				case r.Status != 201:
					return check.Bad("201 Created", reading.Status(r.Exchange), r.ID)
				}
				return check.Good("201 Created", r.ID)
			}),
		},
		{
			ID: "probe/registration/response", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a successful dynamic registration",
			Judge: registered("probe/registration", func(r reading.Registration) check.Result {
				sent, got := reading.Texts(r.Body, "redirect_uris"), reading.Texts(r.Answer, "redirect_uris")
				switch {
				case r.Status/100 != 2:
					return check.Unseen()
				case r.ClientID == "":
					return check.Bad("client_id", "none", r.ID)
				case !slices.Equal(sent, got):
					return check.Bad("redirect_uris "+strings.Join(sent, ", "), check.OrNone(strings.Join(got, ", ")), r.ID)
				}
				return check.Good("client_id and the registered metadata", r.ID)
			}),
		},
		{
			ID: "probe/registration-redirects", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a registration with a redirect URI that is not safe, where a safe one is accepted",
			Judge: func(v *reading.View) check.Result {
				if !registersSafely(v) {
					return check.Unseen()
				}
				return registered("probe/registration-redirects", func(r reading.Registration) check.Result {
					asked := reading.Texts(r.Body, "redirect_uris")
					for _, u := range r.Redirects {
						if r.Status/100 == 2 && slices.Contains(asked, u) {
							return check.Bad("no such redirect URI registered", "registered "+u, r.ID)
						}
					}
					return check.Good("refused with "+reading.Status(r.Exchange), r.ID)
				})(v)
			},
		},
		{
			ID: "probe/registration-errors", Scenario: "C.2", Stage: reading.DoorRegistration,
			Needs: "a refused registration",
			Judge: func(v *reading.View) check.Result {
				form := func(r reading.Registration) check.Result {
					// Access control and rate limits are no registration errors.
					if r.Status < 400 || r.Status >= 500 || slices.Contains([]int{401, 403, 429}, r.Status) {
						return check.Unseen()
					}
					if code := reading.Text(r.Answer, "error"); code == "" || r.Status != 400 {
						return check.Bad("400 with a JSON error", reading.Status(r.Exchange)+", error "+check.OrNone(code), r.ID)
					}
					return check.Good("400, "+reading.Text(r.Answer, "error"), r.ID)
				}
				result := check.Unseen()
				for _, id := range []string{"probe/registration-errors", "probe/registration-redirects", "probe/registration"} {
					r := registered(id, form)(v)
					if r.State == check.Broken {
						return r
					}
					if result.State == check.NotSeen {
						result = r
					}
				}
				return result
			},
		},
	}
}

func registersSafely(v *reading.View) bool {
	for _, p := range v.Probe("probe/registration") {
		for _, r := range p.Registrations {
			if r.ClientID != "" {
				return true
			}
		}
	}
	return false
}
