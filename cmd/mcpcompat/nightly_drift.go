package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/scenarios/drift"
	"github.com/mcpcompat/mcpcompat/scenarios/nightly"
)

// proposals are the edits that profiles need: for each file one diff, since git
// does not apply two that were made against the same text.
func proposals(night nightly.Night) (string, error) {
	groups := map[string][][]drift.Difference{}
	var order []string
	for rest := night.Drift; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Client == rest[0].Client && rest[n].Profile == rest[0].Profile {
			n++
		}
		id, _, _ := strings.Cut(rest[0].Client, "@")
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], rest[:n])
		rest = rest[n:]
	}
	var b strings.Builder
	for _, id := range order {
		file, text, err := emulated.ProfileText(id)
		if err != nil {
			return "", err
		}
		patch, err := drift.Propose(file, text, groups[id], night.Date)
		// A profile that was selected by another version than it has is edited by
		// hand; the page lists the differences all the same.
		if err != nil && !errors.Is(err, drift.ErrNoVariant) && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		b.WriteString(patch)
	}
	return b.String(), nil
}

// encode writes JSON for other programs.
func encode(value any) (string, error) {
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return "", err
	}
	return string(data) + "\n", nil
}
