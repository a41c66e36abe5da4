package report

import "slices"

// Verdicts returns every verdict, best first.
func Verdicts() []Verdict {
	return []Verdict{
		Pass, RefusedRight, Warn, NotApplicable, Unsupported, Known, Untested, Fail, HarnessError,
	}
}

// Valid reports whether v is one of [Verdicts].
func (v Verdict) Valid() bool { return slices.Contains(Verdicts(), v) }

// WorseThan reports whether v is strictly worse than o. A word that is no
// verdict is worse than every verdict, so that a typing error is never green.
func (v Verdict) WorseThan(o Verdict) bool { return v.rank() > o.rank() }

// Good reports whether something was shown to work: pass, refused or warn.
// The other verdicts say that something failed, or that nothing was shown.
func (v Verdict) Good() bool { return v == Pass || v == RefusedRight || v == Warn }

// Red reports whether v is worse than known: untested, fail, harness-error or
// a word that is no verdict.
func (v Verdict) Red() bool { return v.WorseThan(Known) }

func (v Verdict) rank() int {
	if i := slices.Index(Verdicts(), v); i >= 0 {
		return i
	}
	return len(Verdicts())
}

// Worst is the verdict of a whole made of parts. Without parts nothing was
// seen, which is untested.
func Worst(parts ...Verdict) Verdict {
	if len(parts) == 0 {
		return Untested
	}
	worst := parts[0]
	for _, v := range parts[1:] {
		if v.WorseThan(worst) {
			worst = v
		}
	}
	return worst
}
