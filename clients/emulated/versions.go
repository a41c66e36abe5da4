package emulated

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// currentVersion is the version of clients whose vendor names none.
const currentVersion = "current"

// version is major, minor and patch. Pre-release parts are not told apart: no
// client behaves by them.
type version [3]int

func parseVersion(s string) (version, error) {
	var v version
	core, _, _ := strings.Cut(strings.TrimPrefix(s, "v"), "-")
	parts := strings.Split(core, ".")
	if s == "" || len(parts) > len(v) {
		return v, fmt.Errorf("%q is not a version: want major.minor.patch", s)
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return v, fmt.Errorf("%q is not a version: want major.minor.patch", s)
		}
		v[i] = n
	}
	return v, nil
}

func (v version) less(w version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// next is the smallest version after v.
func (v version) next() version { return version{v[0], v[1], v[2] + 1} }

// versionRange is the versions from low up to, not including, high.
type versionRange struct {
	low, high version
	current   bool // only the word "current"
	all       bool // that word too
}

var highest = version{math.MaxInt, math.MaxInt, math.MaxInt - 1} //nolint:gochecknoglobals // a constant that Go cannot write as one

// parseRange reads a range as Variant.Versions has it.
func parseRange(s string) (versionRange, error) {
	r := versionRange{high: highest}
	switch s {
	case "":
		return r, fmt.Errorf("no versions: want a range such as %q, a version, %q or %q", ">=1.2.0 <2.0.0", "*", currentVersion)
	case "*":
		r.all = true
		return r, nil
	case currentVersion:
		return versionRange{current: true}, nil
	}
	for comparator := range strings.FieldsSeq(s) {
		var err error
		if r, err = r.narrow(comparator); err != nil {
			return r, err
		}
	}
	if !r.low.less(r.high) {
		return r, fmt.Errorf("version range %q holds no version", s)
	}
	return r, nil
}

func (r versionRange) narrow(comparator string) (versionRange, error) {
	number := strings.TrimLeft(comparator, "<>=")
	operator := strings.TrimSuffix(comparator, number)
	v, err := parseVersion(number)
	if err != nil {
		return r, fmt.Errorf("version range: %w", err)
	}
	low, high := version{}, highest
	switch operator {
	case ">=":
		low = v
	case ">":
		low = v.next()
	case "<":
		high = v
	case "<=":
		high = v.next()
	case "", "=":
		low, high = v, v.next()
	default:
		return r, fmt.Errorf("version range: unknown comparator %q: want >=, >, <, <= or =", operator)
	}
	if r.low.less(low) {
		r.low = low
	}
	if high.less(r.high) {
		r.high = high
	}
	return r, nil
}

// contains tells whether the version that a person typed lies in the range.
func (r versionRange) contains(s string) bool {
	if r.current || s == currentVersion {
		return s == currentVersion && (r.current || r.all)
	}
	v, err := parseVersion(s)
	return err == nil && !v.less(r.low) && v.less(r.high)
}

func (r versionRange) overlaps(o versionRange) bool {
	if r.current || o.current {
		return (r.current || r.all) && (o.current || o.all)
	}
	return r.low.less(o.high) && o.low.less(r.high)
}
