// Package probe exercises the servers of a deployment, once: it comes in by the
// front door like a client, with a user in front of it, and then tries what
// must be refused and what must work.
//
// It judges nothing. The one invariant: whatever it tries stands between two
// events on the recording that name the probe, so that the judge works from the
// recording alone; what it could not try is said there, with the reason, and
// never passes for tried. A request that must be refused differs in one thing
// from one that was accepted before.
package probe
