package naming

import "github.com/mcpcompat/mcpcompat/report"

// LikenessAmong is Likeness with other signatures.
func (b *Book) LikenessAmong(features []report.Feature, signatures []Signature) []Like {
	return b.likeness(features, signatures)
}

// Display is the display name of a profile.
func (b *Book) Display(id string) string { return b.display(id) }
