// Package wire says what a client sent, as a list of features: one value for
// each thing in which clients differ, named by the path that the thing has in a
// profile of an emulated client. Two lists are compared value by value; so one
// sees in which places a release has drifted from the profile that stands for
// it, or from what an earlier release sent.
//
// The features come from the recording alone, and hold nothing that differs
// between two runs of one program: no ports, codes, states or client_ids.
package wire
