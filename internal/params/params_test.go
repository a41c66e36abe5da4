package params_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mcpcompat/mcpcompat/internal/params"
)

func TestOrderAndRepetitionsAreKept(t *testing.T) {
	t.Parallel()
	p := params.Parse("b=1&a=x+y&b=2&%zz=3&&c")
	if got := p.All("b"); !slices.Equal(got, []string{"1", "2"}) || p.Count("b") != 2 || p.Get("b") != "1" {
		t.Errorf("b: %v", got)
	}
	if !p.Has("c") || p.Get("c") != "" || p.Has("d") || p.Get("%zz") != "3" {
		t.Errorf("%v", p)
	}
	if got := p.Names(); !slices.Equal(got, []string{"b", "a", "b", "%zz", "c"}) {
		t.Errorf("names: %v", got)
	}
	p.Set("a", "z&")
	p.Set("d", "4")
	p.Del("b")
	p.Add("a", "again")
	if got, want := p.Encode(), "a=z%26&%25zz=3&c=&d=4&a=again"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestParamsKeepOrderRepetitionAndWhatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]params.List{
		"":                       nil,
		"&&":                     nil,
		"b=2&a=1&b=3":            {{Name: "b", Value: "2"}, {Name: "a", Value: "1"}, {Name: "b", Value: "3"}},
		"scope=a+b%20c&state":    {{Name: "scope", Value: "a b c"}, {Name: "state", Value: ""}},
		"x=%zz&%zz=1":            {{Name: "x", Value: "%zz"}, {Name: "%zz", Value: "1"}},
		"resource=http://h/p?q=": {{Name: "resource", Value: "http://h/p?q="}},
		"=v":                     {{Name: "", Value: "v"}},
	} {
		if diff := cmp.Diff(want, params.Parse(raw)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", raw, diff)
		}
	}
	p := params.Parse("a=1&a=2&b=")
	if p.Get("a") != "1" || p.Count("a") != 2 || !p.Has("b") || p.Has("c") || p.Get("c") != "" || len(p.All("a")) != 2 {
		t.Errorf("%v: Get, Count, Has or All", p)
	}
}
