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

// proposals are the edits that profiles need, one after the other.
func proposals(night nightly.Night) (string, error) {
	var b strings.Builder
	for rest := night.Drift; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Client == rest[0].Client && rest[n].Profile == rest[0].Profile {
			n++
		}
		id, _, _ := strings.Cut(rest[0].Client, "@")
		file, text, err := emulated.ProfileText(id)
		if err != nil {
			return "", err
		}
		patch, err := drift.Propose(file, text, rest[:n], night.Date)
		// A profile that was selected by another version than it has is edited by
		// hand; the page lists the differences all the same.
		if err != nil && !errors.Is(err, drift.ErrNoVariant) && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		b.WriteString(patch)
		rest = rest[n:]
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
