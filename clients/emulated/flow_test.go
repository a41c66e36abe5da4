package emulated

import (
	"testing"

	"github.com/mcpcompat/mcpcompat/clients"
)

func TestEveryProfileAtTheReference(t *testing.T) {
	t.Parallel()
	ps, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ps.Clients() {
		t.Run(c.Identity().String(), func(t *testing.T) {
			t.Parallel()
			s := enter(t, c.(*Client), named(t, "reference"))
			o := s.session.Connect(t.Context())
			t.Log(o.Status, o.Words)
			if o.Status != clients.OK {
				return
			}
			o = s.call(t, "echo")
			t.Log(o.Status, o.Words, o.Text)
			o = s.call(t, "write")
			t.Log(o.Status, o.Words, o.Text)
		})
	}
}
