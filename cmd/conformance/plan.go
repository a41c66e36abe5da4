package main

// The releases of the suite that are asked: the latest one and the newest
// pre-release. The lockfile of each is in locks/.
const (
	latestRelease = "0.1.16"
	preRelease    = "0.2.0-alpha.12"
)

// The modes of the suite.
const (
	modeClient        = "client"
	modeServer        = "server"
	modeAuthorization = "authorization"
	// modeReleased is client mode with a released program, of which nothing is
	// excused but what no client could pass.
	modeReleased = "released"
)

// documentURL is where the suite expects the client ID metadata document of the
// client under test; it hands the URL over nowhere, its own example client has
// it built in.
const documentURL = "https://conformance-test.local/client-metadata.json"

// run is one call of the suite.
type run struct {
	release string
	mode    string
	// what says in words which scenarios are run.
	what string
	// revision is told to the driven client where the suite's release does not
	// tell it; "" means that nothing is told.
	revision string
	// args select the scenarios.
	args []string
	// public has the authorization server examined with a public client.
	public bool
}

// plan is everything that is asked of the suite.
func plan() []run {
	return []run{
		{release: latestRelease, mode: modeClient, what: "core and authorization", args: []string{"--suite", "core"}},
		{release: latestRelease, mode: modeClient, what: "draft", args: []string{"--suite", "draft"}},
		{release: latestRelease, mode: modeClient, what: "extensions", args: []string{"--suite", "extensions"}},
		{
			release: latestRelease, mode: modeClient, what: "back to 2025-03-26", revision: "2025-03-26",
			args: []string{"--suite", "backcompat"},
		},
		{release: latestRelease, mode: modeServer, what: "all", args: []string{"--suite", "all"}},
		{release: preRelease, mode: modeClient, what: "what 2026-07-28 requires", args: []string{"--requirements", "2026-07-28"}},
		{release: preRelease, mode: modeClient, what: "what 2025-11-25 requires", args: []string{"--requirements", "2025-11-25"}},
		{
			release: preRelease, mode: modeClient, what: "back to 2025-03-26",
			args: []string{"--suite", "backcompat", "--spec-version", "2025-03-26"},
		},
		{release: preRelease, mode: modeServer, what: "what 2026-07-28 requires", args: []string{"--requirements", "2026-07-28"}},
		{release: preRelease, mode: modeServer, what: "what 2025-11-25 requires", args: []string{"--requirements", "2025-11-25"}},
		{release: preRelease, mode: modeAuthorization, what: "a confidential client"},
		{release: preRelease, mode: modeAuthorization, what: "a public client", public: true},
	}
}
