package judge

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios/reading"
)

// Journey reads off a recording which doors the client came to and which it
// passed, in the order of the path, for people. Of each door it tells the first
// success, or else the last failure. It judges nothing, so a HAR file that
// names neither client nor deployment is enough for it. Of several flows it
// reads the one that came furthest.
func Journey(rec *trace.Recording) []report.Door { return JourneyOf(reading.NewView(rec)) }

// JourneyOf reads the same off one flow of a recording.
func JourneyOf(v *reading.View) []report.Door {
	out := make([]report.Door, 0, len(reading.Doors()))
	broken := v.Progress(v.Whole())
	for _, s := range reading.Doors() {
		d := telling(sightings(v, s))
		// What was given there was no use: a document that repels the client.
		d.passed = d.passed && (s != broken.Broken || d.at != broken.At)
		out = append(out, report.Door{Stage: string(s), Passed: d.passed, Exchange: d.at, Note: d.words})
	}
	return out
}

// sighting is a client seen at a door.
type sighting struct {
	at     int // the exchange
	passed bool
	words  string
}

// telling is the first success, or else the last failure; the zero value when
// there was neither.
func telling(all []sighting) sighting {
	all = slices.SortedStableFunc(slices.Values(all), func(a, b sighting) int { return a.at - b.at })
	var out sighting
	for _, out = range all {
		if out.passed {
			break
		}
	}
	return out
}

func sightings(v *reading.View, s reading.Door) []sighting {
	switch s {
	case reading.DoorChallenge:
		return atChallenge(v)
	case reading.DoorResourceMetadata:
		return atDocuments(v.ResourceMetadata)
	case reading.DoorServerMetadata:
		return atDocuments(v.ServerMetadata)
	case reading.DoorRegistration:
		return atRegistration(v)
	case reading.DoorAuthorize:
		return atAuthorize(v)
	case reading.DoorConsent:
		return atConsent(v)
	case reading.DoorCallback:
		return atCallback(v)
	case reading.DoorToken:
		return atToken(v, func(grant string) bool { return grant != "refresh_token" })
	case reading.DoorCall:
		return atCall(v)
	case reading.DoorStepUp:
		return atStepUp(v)
	case reading.DoorRefresh:
		return atToken(v, func(grant string) bool { return grant == "refresh_token" })
	}
	return nil
}
