package main

import (
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/naming"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
	"github.com/mcpcompat/mcpcompat/scenarios/wire"
)

// identity is who the client of a recording was.
type identity struct {
	// Who is what the recording says, LooksLike what the wire shows whatever the
	// client says; nil means that it shows too little.
	Who       naming.Name   `json:"who,omitzero"`
	LooksLike []naming.Like `json:"looksLike,omitempty"`
}

// named is a judgement with the client's name.
type named struct {
	report.Cell
	identity

	// Flow is the number of the flow, counted from 1; 0 where the file has one.
	Flow int `json:"flow,omitempty"`
}

// whoWas names the client of a flow.
func whoWas(v *reading.View) (identity, error) {
	book, err := naming.Load()
	if err != nil {
		return identity{}, err
	}
	return identity{Who: book.Of(v.Alone()), LooksLike: book.Likeness(wire.FeaturesOf(v))}, nil
}

// lines say it for people.
func (i identity) lines() []string {
	out := i.Who.Lines()
	for n, like := range i.LooksLike {
		words := "wire looks like: "
		if n > 0 {
			words = "next nearest: "
		}
		out = append(out, words+like.String())
	}
	return out
}
