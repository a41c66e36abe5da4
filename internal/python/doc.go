// Package python finds Python and installs released packages of the Python
// Package Index, of an exact version, each into a virtual environment of its own
// in the cache folder of the project.
//
// The one invariant: nothing but wheels is installed, and where there is a
// lockfile nothing but what it has the hashes of, so that no script of a package
// runs during installation. Nothing is installed globally.
package python
