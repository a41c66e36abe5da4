package report

// Schema names the format of a results file; renderers refuse others.
const Schema = "mcpcompat/results/v1"

// Verdict is the judgement of a finding, a scenario or a cell.
type Verdict string

// The verdicts, best first. The worst of its parts is the verdict of a whole.
const (
	Pass          Verdict = "pass"
	RefusedRight  Verdict = "refused" // correctly, a hostile deployment
	Warn          Verdict = "warn"    // a SHOULD missed
	NotApplicable Verdict = "not-applicable"
	Unsupported   Verdict = "unsupported"
	Known         Verdict = "known"
	Untested      Verdict = "untested"
	Fail          Verdict = "fail"
	HarnessError  Verdict = "harness-error"
)

// Results is the versioned outcome of a run.
type Results struct {
	Schema   string `json:"schema"`
	Tool     Tool   `json:"tool"`
	Revision string `json:"revision"`
	Seed     int64  `json:"seed"`
	Consent  string `json:"consent"` // browser, http or mixed
	Date     string `json:"date"`    // RFC 3339 date of the run
	// Shard says which part of a measurement this is, as in 2/4; "" means the
	// whole. See [Merge].
	Shard   string    `json:"shard,omitempty"`
	Cells   []Cell    `json:"cells"`
	Skipped []Skipped `json:"skipped,omitempty"`
	// Clients and Deployments describe rows and columns; nil means that the
	// cells say all.
	Clients     []ClientInfo     `json:"clients,omitempty"`
	Deployments []DeploymentInfo `json:"deployments,omitempty"`
}

// Tool is the program that measured.
type Tool struct {
	Version string `json:"version"`
}

// Cell is one client at one deployment.
type Cell struct {
	Client         string `json:"client"` // id@version[+condition]
	ClientName     string `json:"clientName"`
	Deployment     string `json:"deployment"`
	DeploymentKind string `json:"deploymentKind"` // legal, deviant or hostile
	Provider       string `json:"provider"`       // embedded, container, process or external
	Basis          string `json:"basis"`
	// Consent is how consent was given in this cell: browser or http.
	Consent string  `json:"consent"`
	Verdict Verdict `json:"verdict"`
	// Connected says that the client reached a tool result at least once.
	Connected bool `json:"connected"`
	// Stage is the door at which it broke, "" if it did not.
	Stage   string `json:"stage,omitempty"`
	Culprit string `json:"culprit,omitempty"`
	// Summary is one sentence that a person understands.
	Summary string `json:"summary"`
	// Why is the check whose finding decided stage and culprit; "" means that
	// no single finding did.
	Why string `json:"why,omitempty"`
	// Obstacle is what stood in the way at the door; nil where no door broke.
	Obstacle *Obstacle `json:"obstacle,omitempty"`
	// Collision are the ids of the two rows of the law book that collide at the
	// door, where neither side is at fault.
	Collision []string `json:"collision,omitempty"`
	// Missing says what a recording would have to show, where nobody knows who is
	// at fault; "" elsewhere.
	Missing string `json:"missing,omitempty"`
	// Says is the client's own message about its first failure, "" for none.
	Says string `json:"says,omitempty"`
	// JudgedBy is the revision that the cell was judged by, and JudgedBecause why
	// it was that one, "" where the caller asked for it.
	JudgedBy      string     `json:"judgedBy,omitempty"`
	JudgedBecause string     `json:"judgedBecause,omitempty"`
	Remedies      []string   `json:"remedies,omitempty"`
	Scenarios     []Scenario `json:"scenarios"`
	// Recording is the path of the recording, relative to the results file.
	Recording string `json:"recording,omitempty"`
	// Wire is the fingerprint of what the client sent, see [Wire]; "" means
	// that nothing was recorded.
	Wire string `json:"wire,omitempty"`
	// Features are what the client sent, one value for each thing in which
	// clients differ; nil means that they were not asked for.
	Features []Feature `json:"features,omitempty"`
	// Measured is the RFC 3339 date of the measurement; "" means that of the
	// results. See [Results.Carry].
	Measured string `json:"measured,omitempty"`
	// OverTime is how the client fared as time went by; nil where nothing was
	// seen of that.
	OverTime   *OverTime `json:"overTime,omitempty"`
	DurationMS float64   `json:"durationMs"`
}

// Feature is one thing about what a client sent.
type Feature struct {
	// Path is that of the field of a profile which decides it, for example
	// scope.order, or one that no field decides, for example token.extra.
	Path string `json:"path"`
	// Value is in the words of profiles where they have one; "none" stands for
	// what was not sent.
	Value string `json:"value"`
}

// Scenario is one thing that was attempted in a cell.
type Scenario struct {
	ID       string    `json:"id"` // C.1 to C.10
	Name     string    `json:"name"`
	Verdict  Verdict   `json:"verdict"`
	Reason   string    `json:"reason,omitempty"` // why untested, unsupported, not applicable
	Findings []Finding `json:"findings"`
}

// Finding is what one check found.
type Finding struct {
	Check       string  `json:"check"`       // area/behaviour
	Requirement string  `json:"requirement"` // id of a row of the law book
	Party       string  `json:"party"`
	Level       string  `json:"level"` // MUST, SHOULD, MAY …
	Stage       string  `json:"stage"`
	Verdict     Verdict `json:"verdict"`
	Expected    string  `json:"expected,omitempty"`
	Observed    string  `json:"observed,omitempty"`
	Exchanges   []int   `json:"exchanges,omitempty"`
}

// Skipped is something that was selected and not run. What is of the form
// "client NAME", "deployment ID" or "cell NAME".
type Skipped struct {
	What string `json:"what"`
	Why  string `json:"why"`
}
