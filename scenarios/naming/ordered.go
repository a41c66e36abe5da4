package naming

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// maxHabits bounds how many different lists of names one trait holds.
const maxHabits = 16

// keep adds a list of names that is not yet there.
func keep(lists *[][]string, list []string) {
	if len(list) == 0 || len(*lists) >= maxHabits {
		return
	}
	if !slices.ContainsFunc(*lists, func(known []string) bool { return slices.Equal(known, list) }) {
		*lists = append(*lists, list)
	}
}

// keepText adds a text that is not yet there. The empty text counts: that a
// header is missing is a habit too.
func keepText(texts *[]string, text string) {
	if len(*texts) < maxHabits && len(text) <= 512 && !slices.Contains(*texts, text) {
		*texts = append(*texts, text)
	}
}

// members are the names of a JSON object's members, in the order in which they
// were written; nil for anything else.
func members(text string) []string {
	d := json.NewDecoder(strings.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var out []string
	for d.More() && len(out) < 64 {
		key, err := d.Token()
		name, ok := key.(string)
		var skipped json.RawMessage
		if err != nil || !ok || d.Decode(&skipped) != nil {
			return nil
		}
		out = append(out, name)
	}
	return out
}

// names are the names of parameters in their order.
func names(query string) []string {
	var out []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); err == nil && name != "" && len(out) < 64 {
			out = append(out, name)
		}
	}
	return out
}

// object is a JSON object by its members; nil for anything else.
func object(raw json.RawMessage) map[string]json.RawMessage {
	var out map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}

// word is a JSON string; "" for anything else.
func word(raw json.RawMessage) string {
	var out string
	if len(raw) == 0 || json.Unmarshal(raw, &out) != nil {
		return ""
	}
	return out
}

func sortedKeys(m map[string]json.RawMessage) []string {
	keys := slices.Sorted(maps.Keys(m))
	return keys[:min(len(keys), maxBatch)]
}

// follows tells whether the names that two lists share stand in the order of
// want. With fewer of them than least the order is chance.
func follows(got, want []string, least int) bool {
	at, shared := -1, 0
	for _, name := range got {
		i := slices.Index(want, name)
		if i < 0 {
			continue
		}
		if i <= at {
			return false
		}
		at = i
		shared++
	}
	return shared >= min(least, len(want))
}

// join lists words for people: a, b and c.
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
