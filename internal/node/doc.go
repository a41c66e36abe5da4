// Package node finds Node.js and installs released npm packages of an exact
// version into a cache folder of the project.
//
// The one invariant: a package is either completely installed, in a folder
// named after its name, version and lockfile, or not there at all. No script
// of a package runs during installation, and nothing is installed globally.
package node
