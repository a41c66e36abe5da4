// Package useragent is the user's browser and the user in front of it: [HTTP]
// (net/http, a millisecond or two) and [Chrome] (a real headless browser), both
// playing the same [Script], which is data.
//
// The one invariant: a visit always ends, in a landing, and leaves nothing
// behind: no tab, no cookie, no connection. Requests that a user agent sends
// are marked as its own for the recorder, and the callback, which no server
// sees, is recorded by the user agent itself.
package useragent
