package useragent

import (
	"crypto/x509"
	"sync/atomic"
	"time"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Decision is what the user answers on a consent page.
type Decision string

// The decisions that a script knows.
const (
	Allow Decision = "allow"
	Deny  Decision = "deny"
)

const defaultTimeout = 30 * time.Second

// Options are common to both user agents.
type Options struct {
	// Script is what the user does; nil means the script "reference".
	Script *Script
	// Recorder takes the callback leg and where each visit landed, and makes
	// the marks by which it knows the user agent's requests; nil means that
	// nothing is recorded.
	Recorder *trace.Recorder
	// RecordRequests has [HTTP] record every request that it sends and mark
	// none, for servers which no recorder of ours stands in front of. [Chrome]
	// marks none either, and records the callback leg only.
	RecordRequests bool
	// Decision is the user's first answer; "" means Allow.
	Decision Decision
	// Username and Password sign the user in; "" means alice and wonderland,
	// whom the reference authorization server knows.
	Username, Password string
	// RootCAs are the certificates of the deployment; nil means that none are
	// needed besides the system's. Chrome takes a pool for the permission to
	// accept any certificate, since it cannot be handed one while it runs.
	RootCAs *x509.CertPool
	// ScreenshotDir is where Chrome puts a picture of a visit that did not
	// reach the client; "" means none is taken.
	ScreenshotDir string
	// Timeout bounds one visit, on the clock of package patience; 0 means 30
	// seconds.
	Timeout time.Duration
	// AllowNetwork lets [HTTP] leave the loopback interface, for deployments
	// elsewhere; Chrome has [BrowserOptions] for that.
	AllowNetwork bool
}

// user is what both user agents share: the options, completed, and the
// decision, which may change between two visits.
type user struct {
	options  Options
	script   *Script
	mark     string
	decision atomic.Value // Decision
}

func newUser(o Options) (*user, error) {
	if o.Username == "" {
		o.Username = "alice"
	}
	if o.Password == "" {
		o.Password = "wonderland"
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	u := &user{options: o, script: o.Script}
	if u.script == nil {
		script, err := Find("reference")
		if err != nil {
			return nil, err
		}
		u.script = script
	} else if err := u.script.validate(); err != nil {
		return nil, err
	}
	if o.Recorder != nil && !o.RecordRequests {
		u.mark = o.Recorder.Mark(trace.UserAgent)
	}
	u.SetDecision(o.Decision)
	return u, nil
}

// SetDecision changes what the user answers from now on; "" means Allow.
func (u *user) SetDecision(d Decision) {
	if d == "" {
		d = Allow
	}
	u.decision.Store(d)
}

func (u *user) decided() Decision {
	d, _ := u.decision.Load().(Decision)
	return d
}

// text is what the action fills in.
func (u *user) text(a Action) string {
	switch a.Secret {
	case secretUsername:
		return u.options.Username
	case secretPassword:
		return u.options.Password
	default:
		return a.Value
	}
}
