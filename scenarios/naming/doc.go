// Package naming says who the client of a recording was: the product and its
// version, the library that it is built on, the bridge between it and the wire,
// and whom it looks like by its wire.
//
// A name is worth what its source is worth. A program's own name comes first,
// then what it registered, then its User-Agent, then what the file is labelled;
// a placeholder (a test name, version 0.0.0) never wins over a real value. What
// names agree with the one that won, and what names do not, is kept apart.
//
// Products, libraries and bridges are data, each with its evidence; so are the
// signatures that likeness compares with, which are made from recordings.
// Everything that comes from a recording was written by a stranger: it is
// bounded, and control and bidirectional characters are taken out.
package naming

//go:generate go run ./internal/sign -root ../.. -out data/signatures.json
