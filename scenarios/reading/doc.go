// Package reading turns a recording into messages: it is the only place that
// parses what went over the wire.
//
// Authorization requests, token requests, challenges, documents and MCP
// requests are sorted by the door at which they knock; what the client was told
// and what came of it stands beside them. Nothing here says whether something
// is right or wrong.
package reading
