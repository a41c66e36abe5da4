// Package modelstub plays the language model of an agent, so that a tool of an
// MCP server can be called through a released program without an account: it
// asks for the tool that it was told to ask for, takes the result, and says that
// it is done.
//
// It speaks OpenAI's chat completions and Gemini's generateContent, streamed or
// not, and listens on the loopback interface only. The one invariant: it asks
// for a tool at most once in a turn, and only for one that the program offered.
package modelstub
