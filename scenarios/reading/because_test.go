package reading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// again is a further login that gives the token with the number.
func again(n, scope string) []step {
	var out []step
	for _, s := range login()[4:7] {
		r := strings.NewReplacer("secret-1", "secret-"+n, "state-one-1", "state-"+n+"-"+n, "&resource", "&scope="+scope+"&resource")
		s.line, s.body, s.answer = r.Replace(s.line), r.Replace(s.body), r.Replace(s.answer)
		for name, value := range s.reply {
			s.reply[name] = r.Replace(value)
		}
		out = append(out, s)
	}
	return out
}

func TestWhatALoginAnswers(t *testing.T) {
	t.Parallel()
	bearer := func(token string) map[string]string { return header("Authorization", "Bearer access-secret-"+token) }
	refused := func(status, challenge string) step {
		return step{line: "POST " + home + " -> " + status, body: calls, header: bearer("1"), reply: header("WWW-Authenticate", challenge)}
	}
	const more = `Bearer error="insufficient_scope", scope="admin"`
	const old = `Bearer error="invalid_token", error_description="has expired"`
	for name, test := range map[string]struct {
		steps []step
		want  Because
	}{
		"a step-up":           {append([]step{refused("403", more)}, again("2", "admin")...), Because{StepUp, 11}},
		"a step-up, asked":    {append([]step{refused("403", more), login()[0]}, again("2", "admin")...), Because{StepUp, 11}},
		"an expired token":    {append([]step{refused("401", old)}, again("2", "read")...), Because{Expired, 11}},
		"expired after a 403": {append([]step{refused("403", more), refused("401", old)}, again("2", "read")...), Because{Expired, 12}},
		"nothing seen":        {again("2", "read"), Because{Again, 0}},
	} {
		v := NewView(importSteps(t, "proxy", append(login(), test.steps...)...))
		if len(v.Authorizations) != 2 {
			t.Errorf("%s: %d logins", name, len(v.Authorizations))
			continue
		}
		if first := v.Authorizations[0].Because; first != (Because{FirstLogin, 1}) {
			t.Errorf("%s: the first: %v", name, first)
		}
		if diff := cmp.Diff(test.want, v.Authorizations[1].Because); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if test.want.Kind == Expired {
			if e := v.Expired(); len(e) != 1 || e[0].Worked != 10 || e[0].Refused != test.want.At || e[0].Says != "invalid_token" {
				t.Errorf("%s: %+v", name, e)
			}
		}
		if _, up := v.SteppedUp(11); up != (test.want.Kind == StepUp) {
			t.Errorf("%s: stepped up: %t", name, up)
		}
	}
}
