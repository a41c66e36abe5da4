// Package nightly compares one night's measurement of the released programs
// with the one before: which newest releases appeared, what is newly broken or
// newly fixed, whose wire changed and in which features, and where a release
// has drifted from the profile that stands for it. Cells are compared by
// client, whatever its version: that is the question of the night.
package nightly
