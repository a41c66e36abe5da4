// Package cache is the folder of the project that programs are installed into.
//
// The one invariant: what is installed is either completely there, in a folder of
// its own, or not there at all, however many processes install it and whenever
// they are killed.
package cache
