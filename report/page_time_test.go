package report

import (
	"strings"
	"testing"
)

// withTime is the sample with what was seen of a client over time.
func withTime(seen map[string]*OverTime, basis string) string {
	r := described()
	var cells []Cell
	for _, c := range r.Cells {
		if strings.HasPrefix(c.Client, "cursor@") {
			c.OverTime, c.Basis = seen[c.Deployment], basis
			cells = append(cells, c)
		}
	}
	r.Cells = cells
	for i := range r.Clients {
		r.Clients[i].Basis = basis
	}
	return Pages(r, PageOptions{})["docs/clients/cursor.md"]
}

func TestBehaviourUnderTime(t *testing.T) {
	t.Parallel()
	short := &OverTime{
		Lifetime: 200, Calls: 8, Refreshes: 4600, Unasked: 4599, Row: 4592, RowMS: 97_200, Again: 2,
		Restart: Renewed, Second: Kept, Turn: Collided,
	}
	page := withTime(map[string]*OverTime{"enterprise": short}, "real")
	for _, want := range []string{
		"## Behaviour under time", "before a token is refused, 4600 in 8 calls, **also with a refresh token that was replaced**",
		"**yes**, 4592 in a row in 1m37s at `enterprise`",
		"has the login of the first; when the token ends, **sends the refresh token that the first has used** | refreshes |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	page = withTime(map[string]*OverTime{"enterprise": short}, "emulated")
	if strings.Contains(page, "4600") || strings.Contains(page, "1m37s") || !strings.Contains(page, "| **yes** at `enterprise` |") {
		t.Errorf("the numbers of an emulation are news:\n%s", page)
	}
}

func TestWhenAClientRefreshes(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]OverTime{
		"none":                                   {Calls: 3},
		"after a token was refused, 3 in 1 call": {Calls: 1, Refreshes: 3, Unasked: 1}, // two at once for one refusal
		"before a token is refused, 3 in 2 calls": {Calls: 2, Refreshes: 3, Unasked: 2},
	} {
		if got := refreshWords(&Cell{Basis: "real", OverTime: &o}); got != want {
			t.Errorf("%+v: %q, want %q", o, got, want)
		}
	}
}

func TestWhatWasNotSeenOverTimeIsUnknown(t *testing.T) {
	t.Parallel()
	page := withTime(map[string]*OverTime{"enterprise": {Lifetime: 900, Calls: 2, Refreshes: 1, Restart: Kept}}, "real")
	if want := "| *unknown* | *unknown* | *unknown* | goes on with its token |"; !strings.Contains(page, want) {
		t.Errorf("no %q in\n%s", want, page)
	}
	if page = withTime(nil, "real"); strings.Contains(page, "under time") {
		t.Errorf("a table of nothing:\n%s", page)
	}
}

func TestThePageTellsForHowMuchAProgramStands(t *testing.T) {
	t.Parallel()
	r := described()
	r.Clients[0].Basis, r.Clients[0].Capabilities, r.Clients[0].Limits = "real", nil, "Only half of it runs here."
	for i := range r.Cells {
		if r.Cells[i].Client == r.Clients[0].Client {
			r.Cells[i].Basis = "real"
		}
	}
	const want = "not emulated. Only half of it runs here.\n"
	if page := Pages(r, PageOptions{})["docs/clients/cursor.md"]; !strings.Contains(page, want) {
		t.Errorf("no %q in\n%s", want, page)
	}
}

func TestAResumptionIsOneOfTheWords(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Cells[0].OverTime = &OverTime{Restart: Kept}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	r.Cells[0].OverTime.Turn = "somehow"
	if err := r.Validate(); err == nil || !strings.Contains(err.Error(), `"somehow"`) {
		t.Errorf("%v", err)
	}
}
