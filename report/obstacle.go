package report

import (
	"strconv"
	"strings"
)

// ObstacleKind says in which way a client did not get through a door.
type ObstacleKind string

// The kinds of obstacle.
const (
	// Refused is an answer that turns the client away.
	Refused ObstacleKind = "refused"
	// ServerError is a 5xx answer: the server says itself that it has erred.
	ServerError ObstacleKind = "server-error"
	// NoAnswer is a request that was never answered.
	NoAnswer ObstacleKind = "no-answer"
	// ClientStopped means that every answer at the door was in order and the
	// client went no further.
	ClientStopped ObstacleKind = "client-stopped"
	// NothingSent means that the client sent nothing.
	NothingSent ObstacleKind = "nothing-sent"
	// NoWayIn means that the server offers none of the ways to get a client_id.
	NoWayIn ObstacleKind = "no-registration-offered"
	// UserDenied means that the user refused consent.
	UserDenied ObstacleKind = "user-denied"
	// NotReturned means that the browser was not sent back to the client.
	NotReturned ObstacleKind = "not-returned"
	// Unproven means that the client claims success and no result was seen.
	Unproven ObstacleKind = "unproven"
	// TimedOut means that the harness stopped waiting.
	TimedOut ObstacleKind = "timed-out"
	// Blocked means that something on this machine, such as a port in use, kept
	// the client from going on.
	Blocked ObstacleKind = "blocked"
)

// ObstacleKinds returns every kind.
func ObstacleKinds() []ObstacleKind {
	return []ObstacleKind{
		Refused, ServerError, NoAnswer, ClientStopped, NothingSent, NoWayIn, UserDenied, NotReturned, Unproven, TimedOut, Blocked,
	}
}

// Obstacle is what stood in the way at the door where a cell broke. Its values
// hold nothing that differs from one run to the next.
type Obstacle struct {
	Kind ObstacleKind `json:"kind"`
	// By is the party that answered, "" where none did.
	By string `json:"by,omitempty"`
	// Asked is what the client had asked for last: method and path.
	Asked string `json:"asked,omitempty"`
	// Status is the HTTP status of the answer, 0 for none.
	Status int `json:"status,omitempty"`
	// Code is the OAuth error code, "" for none.
	Code string `json:"code,omitempty"`
	// Words are what the refusing side said, "" where it said nothing.
	Words string `json:"words,omitempty"`
	// Topics are what the refusal is about, as far as its code and words name it.
	Topics []string `json:"topics,omitempty"`
	// Sent is what the request had of the parameter that the refusal is about.
	Sent string `json:"sent,omitempty"`
	// Exchange is the exchange that shows it, 0 for none.
	Exchange int `json:"exchange,omitempty"`
}

// String says what stood in the way, in words.
func (o *Obstacle) String() string {
	switch o.Kind {
	case ServerError, Refused:
		return o.answer()
	case NoAnswer:
		return "no answer to " + cmpOr(o.Asked, "the request")
	case ClientStopped:
		if o.Asked == "" {
			return "the client went no further"
		}
		return "the client went no further after " + o.answered()
	case NothingSent:
		return "the client sent nothing"
	case NoWayIn:
		return "the authorization server registers no client at run time"
	case UserDenied:
		return "the user refused consent"
	case NotReturned:
		return "the browser was not sent back to the client"
	case Unproven:
		return "the client claims success, and no result is on the recording"
	case TimedOut:
		return "no answer in time"
	case Blocked:
		return "something on this machine kept the client from going on"
	}
	return ""
}

func (o *Obstacle) answered() string {
	if o.Status == 0 {
		return o.Asked
	}
	return o.Asked + " (" + strconv.Itoa(o.Status) + ")"
}

// answer is who answered what.
func (o *Obstacle) answer() string {
	var b strings.Builder
	b.WriteString(cmpOr(partyWords(o.By), "the server") + " answered")
	if o.Status != 0 && (o.Status/100 != 3 || o.Code == "") {
		b.WriteString(" " + strconv.Itoa(o.Status))
	}
	if o.Code != "" {
		b.WriteString(" " + o.Code)
	}
	if o.Words != "" {
		b.WriteString(": " + o.Words)
	}
	if o.Sent != "" {
		b.WriteString("; the request had " + o.Sent)
	}
	return b.String()
}

// partyWords is a party in a sentence.
func partyWords(party string) string {
	switch party {
	case "client":
		return "the client"
	case "authorization-server":
		return "the authorization server"
	case "mcp-server":
		return "the MCP server"
	}
	return ""
}
