package judge

import (
	"slices"

	"github.com/mcpcompat/mcpcompat/fixtures/trace"
	"github.com/mcpcompat/mcpcompat/report"
)

// Journey reads off a recording which doors the client came to and which it
// passed, in the order of the path, for people. Of each door it tells the first
// success, or else the last failure. It judges nothing, so a HAR file that
// names neither client nor deployment is enough for it.
func Journey(rec *trace.Recording) []report.Door {
	v := NewView(rec)
	out := make([]report.Door, 0, len(Doors()))
	for _, s := range Doors() {
		d := telling(v.sightings(s))
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

func (v *View) sightings(s Stage) []sighting {
	switch s {
	case DoorChallenge:
		return v.atChallenge()
	case DoorResourceMetadata:
		return atDocuments(v.ResourceMetadata)
	case DoorServerMetadata:
		return atDocuments(v.ServerMetadata)
	case DoorRegistration:
		return v.atRegistration()
	case DoorAuthorize:
		return v.atAuthorize()
	case DoorConsent:
		return v.atConsent()
	case DoorCallback:
		return v.atCallback()
	case DoorToken:
		return v.atToken(func(grant string) bool { return grant != "refresh_token" })
	case DoorCall:
		return v.atCall()
	case DoorStepUp:
		return v.atStepUp()
	case DoorRefresh:
		return v.atToken(func(grant string) bool { return grant == "refresh_token" })
	}
	return nil
}
