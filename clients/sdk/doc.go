// Package sdk holds clients that are built on a published SDK and run in this
// process: what a program does that leaves everything to its SDK.
//
// The one invariant: the adapter adds no behaviour of its own on the wire. What
// is requested, checked, repeated or forgotten is the SDK's doing.
package sdk
