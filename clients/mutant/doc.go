// Package mutant makes deliberately broken clients, to test the judge: a judge
// that nothing can fail proves nothing.
//
// The one invariant: a mutant is the conformant emulation plus exactly the
// breaks it is made of, so that every difference in a judgement is theirs.
// Clients that do nothing at all, or claim what they did not do, stand beside
// them.
package mutant
