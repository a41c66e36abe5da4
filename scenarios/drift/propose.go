package drift

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"github.com/mcpcompat/mcpcompat/clients/emulated"
	"github.com/mcpcompat/mcpcompat/internal/quirk"
)

// ErrNoVariant is wrapped when a profile has no variant to start from.
var ErrNoVariant = errors.New("no such variant")

// Propose returns a unified diff against the text of a profile, named file, with
// the edits that [Edit] makes for each group of differences in turn. It is ""
// where nothing differs on the wire.
func Propose(file, profile string, groups [][]Difference, date string) (string, error) {
	edited := profile
	for _, differences := range groups {
		var err error
		if edited, err = Edit(file, edited, differences, date); err != nil {
			return "", err
		}
	}
	if edited == profile {
		return "", nil
	}
	text, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		A: split(profile), B: split(edited), FromFile: "a/" + file, ToFile: "b/" + file, Context: 3,
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return text, nil
}

// Edit returns the text of a profile, named file, with the differences of one
// release. For a newer release it adds a variant and ends the one before: the
// differences whose values are words of profiles become fields, the others
// remarks, for only a person can tell what a profile would have to say. For the
// release that the profile describes already, all become remarks. date is that
// of the run, YYYY-MM-DD.
func Edit(file, profile string, differences []Difference, date string) (string, error) {
	differences = slices.DeleteFunc(slices.Clone(differences), func(d Difference) bool { return !onWire(d.Path) || d.Why != "" })
	if len(differences) == 0 {
		return profile, nil
	}
	first := differences[0]
	_, was, _ := strings.Cut(first.Profile, "@")
	_, is, _ := strings.Cut(first.Client, "@")
	lines := split(profile)
	at := variantLine(lines, was)
	if at < 0 {
		return "", fmt.Errorf("%s: version %s: %w", file, was, ErrNoVariant)
	}
	edited := slices.Clone(lines)
	if newer, _, _ := strings.Cut(is, "+"); is == was {
		edited = slices.Insert(edited, at+1, remarks(differences)...)
	} else {
		added, err := variant(differences, was, is, date)
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		edited = slices.Insert(superseded(edited, at, newer), at, split(added)...)
	}
	return strings.Join(edited, ""), nil
}

// split cuts a text into lines that keep their ends.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func remarks(differences []Difference) []string {
	out := make([]string, 0, len(differences))
	for _, d := range differences {
		out = append(out, fmt.Sprintf("    # %s: the profile says %s, the release sent %s\n", d.Path, d.Says, d.Sent))
	}
	return out
}

// superseded ends the variant that begins at a line before a version: its range
// is closed, and it is the current one no longer.
func superseded(lines []string, at int, before string) []string {
	if head, open, ok := strings.Cut(lines[at], `">=`); ok && !strings.Contains(open, "<") {
		lines[at] = head + `">=` + strings.Replace(open, `"`, " <"+before+`"`, 1)
	}
	for i := at + 1; i < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[i]), "- versions:"); i++ {
		if strings.TrimSpace(lines[i]) == "current: true" {
			return slices.Delete(lines, i, i+1)
		}
	}
	return lines
}

// variantLine is where the variant of a version[+condition] begins, as an index of
// lines.
func variantLine(lines []string, name string) int {
	const head = "- versions:"
	value := func(line, key string) string {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), key+":")
		if !ok {
			return ""
		}
		return strings.Trim(text, ` "`)
	}
	for at, line := range lines {
		if !strings.HasPrefix(strings.TrimSpace(line), head) {
			continue
		}
		version, condition := "", ""
		for _, line := range lines[at+1:] {
			if strings.HasPrefix(strings.TrimSpace(line), head) {
				break
			}
			version, condition = version+value(line, "version"), condition+value(line, "condition")
		}
		if strings.TrimSuffix(version+"+"+condition, "+") == name {
			return at
		}
	}
	return -1
}

// variant is the text of a variant with the differences.
func variant(differences []Difference, was, is, date string) (string, error) {
	var b strings.Builder
	version, condition, _ := strings.Cut(is, "+")
	fmt.Fprintf(&b, "  - versions: %q\n    version: %s\n", ">="+version, version)
	if condition != "" {
		fmt.Fprintf(&b, "    condition: %s\n", condition)
	}
	fmt.Fprintf(&b, "    title: measured %s\n    current: true\n    extends: %s\n", date, was)
	var claims []string
	at := map[string]bool{}
	groups := map[string][]string{}
	var order []string
	for _, d := range differences {
		for _, name := range d.Deployments {
			at[name] = true
		}
		can, err := settable(d)
		if err != nil {
			return "", err
		}
		if !can {
			b.WriteString(remarks([]Difference{d})[0])
			continue
		}
		claims = append(claims, d.Path)
		group, field, _ := strings.Cut(d.Path, ".")
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], fmt.Sprintf("%s: %q", field, word(d)))
	}
	for _, group := range order {
		fmt.Fprintf(&b, "    %s: {%s}\n", group, strings.Join(groups[group], ", "))
	}
	if len(claims) > 0 {
		names := make([]string, 0, len(at))
		for name := range at {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "    evidence:\n      - claims: [%s]\n        source: %q\n        date: %s\n        basis: recorded\n",
			strings.Join(claims, ", "), "nightly run at "+strings.Join(names, ", "), date)
	}
	return b.String(), nil
}

// defaults are the features whose value is the default of the field, which a
// profile writes as "".
func defaults() map[string]string {
	return map[string]string{
		"refresh.onUnauthorized": "refreshes", "refresh.discovery": "resource-metadata", "refresh.scope": "none",
		"stepUp.response": "authorize", "stepUp.scope": "union", "stepUp.discovery": "none", "pkce.method": "S256",
		"protocol.stream": "none", "redirect.path": "/callback", "redirect.host": "127.0.0.1",
	}
}

func word(d Difference) string {
	switch {
	case defaults()[d.Path] == d.Sent:
		return ""
	case d.Path == "stepUp.response" && d.Sent == "refreshes":
		return string(emulated.StepUpRefreshes)
	case d.Path == "stepUp.response" && d.Sent == "fail":
		return string(emulated.StepUpNever)
	}
	return quirk.Present("client."+d.Path, d.Sent) // Features have words of their own.
}

// settable reports whether the difference can be written as one field with one
// text in the words of profiles. Groups within groups and lists are left to
// people.
func settable(d Difference) (bool, error) {
	if strings.Count(d.Path, ".") != 1 || strings.ContainsAny(word(d), "+,‹ ") {
		return false, nil
	}
	fields, err := quirk.Fields(reflect.TypeFor[emulated.Behaviour](), "client")
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(fields, func(f quirk.Field) bool { return f.Path == d.Path })
	if i < 0 || fields[i].Type != "text" {
		return false, nil
	}
	known := fields[i].Allowed
	return word(d) == "" || fields[i].Takes != "" || slices.Contains(known, word(d)), nil
}
