package quirk

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/internal/nearest"
)

// Check reports every word in the struct v (or a pointer to it) that its
// setting does not take. Each error begins with the path within the struct and
// a colon. group is the group of the table that the struct is, "" for none.
func Check(group string, v any) []error {
	t, err := read()
	if err != nil {
		return []error{err}
	}
	root := reflect.Indirect(reflect.ValueOf(v))
	var problems []error
	walkType(root.Type(), "", func(path string, _ reflect.StructField) {
		field, ok := peek(root, path)
		if !ok || field.IsZero() {
			return // The default conforms, whatever it is.
		}
		row, known := t.rows[joined(group, path)]
		if !known {
			problems = append(problems, fmt.Errorf("%s: the table of settings has no row for it", path))
			return
		}
		for _, word := range texts(field) {
			if problem := t.refuses(row, word); problem != "" {
				problems = append(problems, fmt.Errorf("%s: %s", path, problem))
			}
		}
	})
	return problems
}

// CheckWord says what is wrong with one word for the setting at a full path, ""
// for nothing.
func CheckWord(path, word string) (string, error) {
	t, err := read()
	if err != nil {
		return "", err
	}
	row, known := t.rows[path]
	if !known {
		return "", fmt.Errorf("%w: %s", ErrUnknown, path)
	}
	return t.refuses(row, word), nil
}

// refuses says why a row does not take the word, "" if it does. What an open
// row takes besides its words is for the owner of the setting to judge.
func (t *table) refuses(row Row, word string) string {
	words := row.Values.words()
	switch {
	case row.Takes != "" || slices.Contains(words, word):
		return ""
	case word == "":
		return "an empty value: want " + anyOf(words)
	case word == row.DefaultWord, word == row.Default, isOpposite(words, word):
		return fmt.Sprintf("%q is the default: leave it out", word)
	}
	guess := ""
	if near := nearest.Names(word, words); len(near) > 0 {
		guess = fmt.Sprintf(" (did you mean %q?)", near[0])
	}
	if meant := t.synonyms[word]; slices.Contains(words, meant) {
		guess = fmt.Sprintf(" (did you mean %q?)", meant)
	}
	return fmt.Sprintf("unknown value %q%s: want %s; leave it out for the default: %s", word, guess, anyOf(words), row.Default)
}

// isOpposite reports whether the word is on where a setting takes off, or off
// where it takes on: that is what it is by default.
func isOpposite(words []string, word string) bool {
	opposite := map[string]string{"on": "off", "off": "on"}[word]
	return opposite != "" && slices.Contains(words, opposite)
}

// anyOf lists the words that a setting takes.
func anyOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

// Rename gives every setting of the struct that ptr points to its present word
// where it has a former one.
func Rename(group string, ptr any) error {
	t, err := read()
	if err != nil {
		return err
	}
	root := reflect.ValueOf(ptr).Elem()
	walkType(root.Type(), "", func(path string, _ reflect.StructField) {
		row := t.rows[joined(group, path)]
		field, ok := peek(root, path)
		if !ok || row.Formerly == nil {
			return
		}
		for _, text := range textValues(field) {
			if now, renamed := row.Formerly[text.String()]; renamed {
				if now == row.DefaultWord {
					now = ""
				}
				text.SetString(now)
			}
		}
	})
	return nil
}

// Present is the word that the setting at a full path takes now for one that it
// may have taken once.
func Present(path, word string) string {
	t, err := read()
	if err != nil {
		return word
	}
	if now, renamed := t.rows[path].Formerly[word]; renamed {
		return now
	}
	return word
}

// textValues are a text, or the texts of a list, as they can be set.
func textValues(v reflect.Value) []reflect.Value {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.String:
		return []reflect.Value{v}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
		var out []reflect.Value
		for i := range v.Len() {
			out = append(out, v.Index(i))
		}
		return out
	}
	return nil
}

// texts are the words of a setting.
func texts(v reflect.Value) []string {
	var out []string
	for _, text := range textValues(v) {
		out = append(out, text.String())
	}
	return out
}

func joined(group, path string) string { return strings.TrimPrefix(group+"."+path, ".") }
