// Package documents holds captured copies of the client ID metadata documents
// that clients publish, so that a run without a network sees what an
// authorization server would fetch.
//
// The one invariant: a document is served as it was captured, byte for byte;
// its client_id is the URL it is found under, or the file is refused. Only the
// key set that it may name is not the vendor's: a client that is emulated signs
// with a key of its own.
package documents
