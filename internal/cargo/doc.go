// Package cargo finds Rust's package manager and builds programs of ours on an
// exact release of a crate, each into a folder of its own in the cache folder of
// the project.
//
// The one invariant: with a lockfile nothing but what it has the checksums of is
// built. The build scripts of dependencies do run, as everywhere in Rust, but in a
// home of their own, which is gone when the program is built.
package cargo
