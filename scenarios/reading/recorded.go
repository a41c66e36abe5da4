package reading

import (
	"net/http"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Recorded says what of the messages is on the recording. What is not did not
// fail to happen: nobody saw it. A recording that was made here has everything.
type Recorded struct {
	everything    bool
	authorization bool
	bodies        bool    // some answer has a payload
	common        [2]bool // headers that every message has: of requests, of answers
	headers       [2]map[string]bool
}

const (
	ofRequests = iota
	ofAnswers
)

// Authorization reports whether the Authorization headers of requests are on the
// recording.
func (r *Recorded) Authorization() bool { return r.everything || r.authorization }

// RequestHeader reports whether a header would be on the recording had a request
// had it.
func (r *Recorded) RequestHeader(name string) bool { return r.header(ofRequests, name) }

// ResponseHeader reports the same of an answer. A recorder may keep only some of
// the headers: where no answer at all has the usual ones, what occurs nowhere is
// not recorded.
func (r *Recorded) ResponseHeader(name string) bool { return r.header(ofAnswers, name) }

func (r *Recorded) header(of int, name string) bool {
	return r.everything || r.common[of] || r.headers[of][http.CanonicalHeaderKey(name)]
}

// Body reports whether the payload of a message is on the recording, as far as
// it had one.
func (r *Recorded) Body(b trace.Body) bool {
	return !b.Unrecorded && (r.everything || r.bodies || b.Text != "")
}

// answer reports whether the payload of an answer is recorded; one that was not
// sent at all is not missing.
func (r *Recorded) answer(x trace.Exchange) bool { return x.Response == nil || r.Body(x.Response.Body) }

// recordedOf looks at the whole file, as a recorder treats all entries alike.
func recordedOf(rec *trace.Recording) *Recorded {
	r := &Recorded{everything: !imported(rec)}
	if r.everything {
		return r
	}
	r.headers = [2]map[string]bool{{}, {}}
	for _, x := range rec.Exchanges {
		r.see(ofRequests, x.Request.Header, "User-Agent", "Accept", "Host", "Content-Type")
		if x.Response != nil {
			r.see(ofAnswers, x.Response.Header, "Content-Type", "Date")
			r.bodies = r.bodies || x.Response.Body.Text != ""
		}
		r.authorization = r.authorization || isCredential(x.Request.Header.Get("Authorization"))
	}
	if !r.authorization {
		r.authorization = !leavesOutAuthorization(rec.Creator) && !servedBlind(rec)
	}
	return r
}

func (r *Recorded) see(of int, h http.Header, common ...string) {
	for name := range h {
		r.headers[of][http.CanonicalHeaderKey(name)] = true
	}
	for _, name := range common {
		r.common[of] = r.common[of] || h.Get(name) != ""
	}
}

// isCredential tells credentials from what a program writes in their place.
func isCredential(header string) bool {
	scheme, credentials, found := strings.Cut(header, " ")
	if !found {
		_, masked := trace.ParseMasked(header)
		return masked
	}
	return scheme != "" && strings.Trim(credentials, " *-x<>[]") != ""
}

// leavesOutAuthorization reports whether the creator of a HAR file is a browser:
// their exports leave out Authorization and Cookie headers.
func leavesOutAuthorization(creator string) bool {
	creator = strings.ToLower(creator)
	for _, browser := range []string{"webinspector", "webkit", "firefox", "chrome", "chromium", "edge", "safari", "opera", "brave"} {
		if strings.Contains(creator, browser) {
			return true
		}
	}
	return false
}

// servedBlind reports whether a request that needs a token succeeded, and no
// request of the file has one: an endpoint that had answered 401 answered one
// that shows no token after a token was issued.
func servedBlind(rec *trace.Recording) bool {
	refused, issued := map[string]bool{}, false
	for _, x := range rec.Exchanges {
		if x.Response == nil {
			continue
		}
		u := place(x.Request.URL)
		switch {
		case x.To == trace.MCPServer && x.Response.Status == http.StatusUnauthorized:
			refused[u] = true
		case asksForToken(x) != nil && x.Response.Status/100 == 2:
			issued = true
		case issued && refused[u] && x.Response.Status/100 == 2 && !queryOf(x.Request.URL).Has("access_token") && x.Request.Method == http.MethodPost:
			return true
		}
	}
	return false
}
