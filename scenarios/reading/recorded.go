package reading

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
)

// Recorded says what of the messages is on the recording. What is not did not
// fail to happen: nobody saw it. A recording that was made here has everything.
type Recorded struct {
	everything    bool
	authorization bool
	shows         bool    // some request has an Authorization header
	bodies        bool    // some answer has a payload
	common        [2]bool // the usual headers are there: of requests, of answers
	headers       [2]map[string]bool
}

// usualOfAnswers are headers that answers with a body have.
func usualOfAnswers() []string { return []string{"Content-Type", "Date"} }

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
// the headers: where hardly any answer has the usual ones, what occurs nowhere is
// not recorded.
func (r *Recorded) ResponseHeader(name string) bool { return r.header(ofAnswers, name) }

func (r *Recorded) header(of int, name string) bool {
	if of == ofAnswers && slices.Contains(usualOfAnswers(), http.CanonicalHeaderKey(name)) {
		return r.everything || r.common[of] // a few answers of another recorder have them
	}
	return r.everything || r.common[of] || r.headers[of][http.CanonicalHeaderKey(name)]
}

// Body reports whether the payload of a message is on the recording, as far as
// it had one.
func (r *Recorded) Body(b trace.Body) bool {
	return !b.Unrecorded && (r.everything || r.bodies || b.Text != "")
}

// Whole reports whether the payload is on the recording from its beginning to its
// end. One that was not sent at all is.
func (r *Recorded) Whole(b trace.Body) bool {
	return r.Body(b) && !b.Truncated && (b.Text != "" || b.Size == 0)
}

// ShowsAuthorization reports whether some request of the flow has an
// Authorization header on the recording.
func (r *Recorded) ShowsAuthorization() bool { return r.shows }

// answer reports whether the payload of an answer is recorded; one that was not
// sent at all is not missing.
func (r *Recorded) answer(x trace.Exchange) bool { return x.Response == nil || r.Body(x.Response.Body) }

// recordedOf looks at a flow, as a recorder treats all its entries alike. What
// other entries have may come from another one.
func recordedOf(rec *trace.Recording, exchanges []trace.Exchange) *Recorded {
	r := &Recorded{everything: !imported(rec), shows: slices.ContainsFunc(exchanges, func(x trace.Exchange) bool {
		return x.Request.Header.Get("Authorization") != ""
	})}
	if r.everything {
		return r
	}
	r.headers = [2]map[string]bool{{}, {}}
	var all, usual [2]int
	for _, x := range exchanges {
		if x.From == trace.Client {
			usual[ofRequests] += r.see(ofRequests, x.Request.Header, "User-Agent", "Accept", "Host", "Content-Type")
			all[ofRequests]++
		}
		if x.From == trace.Client && x.Response != nil {
			usual[ofAnswers] += r.see(ofAnswers, x.Response.Header, usualOfAnswers()...)
			all[ofAnswers]++
		}
		r.bodies = r.bodies || x.Response != nil && x.Response.Body.Text != ""
		r.authorization = r.authorization || isCredential(x.Request.Header.Get("Authorization"))
	}
	for _, of := range []int{ofRequests, ofAnswers} {
		const few = 3 // fewer than one in three are those of another recorder
		r.common[of] = usual[of] > 0 && usual[of]*few >= all[of]
	}
	if !r.authorization {
		r.authorization = !leavesOutAuthorization(rec.Creator) && !servedBlind(exchanges)
	}
	return r
}

// see notes the headers of a message of the client or to it; 1 when it has one of
// the usual ones.
func (r *Recorded) see(of int, h http.Header, usual ...string) int {
	for name := range h {
		r.headers[of][http.CanonicalHeaderKey(name)] = true
	}
	if slices.ContainsFunc(usual, func(name string) bool { return h.Get(name) != "" }) {
		return 1
	}
	return 0
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
func servedBlind(exchanges []trace.Exchange) bool {
	refused, issued := map[string]bool{}, false
	for _, x := range exchanges {
		if x.Response == nil {
			continue
		}
		u := place(x.Request.URL)
		switch {
		case x.To == trace.MCPServer && x.Response.Status == http.StatusUnauthorized:
			refused[u] = true
		case asksForToken(x) != nil && x.Response.Status/100 == 2:
			issued = true
		case issued && refused[u] && x.Response.Status/100 == 2 && x.Request.Method == http.MethodPost &&
			!queryOf(x.Request.URL).Has("access_token"):
			return true
		}
	}
	return false
}
