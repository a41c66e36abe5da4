// Package drift holds released programs against the profiles that stand for
// them. Both are measured at the same deployments in one run; every feature of
// the wire in which they differ is listed, and so is every cell that ended
// otherwise. What it proposes is an edit for a person to review: a profile is
// never changed by itself.
package drift
