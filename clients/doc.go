// Package clients holds what every visitor has in common: a [Client] is told
// facts that a user of the real program would know, never a scenario's name
// nor an expectation, and answers in its own words.
package clients
