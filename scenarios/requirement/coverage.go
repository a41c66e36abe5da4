package requirement

// Count says how many rows bind a party in a revision.
type Count struct {
	Party    Party
	Revision string
	// Judged are the rows with a check, Unobservable those of which the wire
	// shows nothing.
	Judged, Unobservable int
}

// Coverage counts the rows of a book by party and revision, in the order of
// Parties and Revisions.
func Coverage(b *Book) []Count {
	var out []Count
	for _, p := range Parties() {
		for _, revision := range Revisions() {
			c := Count{Party: p, Revision: revision}
			for _, r := range b.rows {
				switch _, ok := r.In(revision); {
				case !ok || r.Party != p:
				case len(r.Check) > 0:
					c.Judged++
				default:
					c.Unobservable++
				}
			}
			out = append(out, c)
		}
	}
	return out
}
