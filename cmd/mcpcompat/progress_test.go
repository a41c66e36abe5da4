package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	play := func(out terminal) {
		now := start
		p := newProgress(out, 3)
		p.now = func() time.Time { return now }
		p.started, p.said = start, start
		for n, c := range []scenarios.Progress{
			{Cell: "alpha@1.0/reference", Verdict: report.Pass},
			{Cell: "beta@2.0/reference", Verdict: report.Fail, Stage: "token"},
			{Cell: "beta@2.0/enterprise", Verdict: report.Known},
		} {
			now = now.Add(3 * time.Second)
			c.Done, c.Total = n+1, 3
			p.cell(c)
		}
		p.done()
		p.done()
	}
	for name, c := range map[string]struct {
		out  terminal
		want string
	}{
		"terminal": {
			terminal{tty: true, width: 60},
			"\r\x1b[K1/3 cells, 0 broken, 3s: alpha@1.0/reference pass" +
				"\r\x1b[K2/3 cells, 1 broken, 6s: beta@2.0/reference fail at token" +
				"\r\x1b[K3/3 cells, 1 broken, 9s: beta@2.0/enterprise known" +
				"\r\x1b[K",
		},
		"narrow terminal": {
			terminal{tty: true, width: 12},
			"\r\x1b[K1/3 cells, \r\x1b[K2/3 cells, \r\x1b[K3/3 cells, \r\x1b[K",
		},
		"log": {terminal{}, "2/3 cells, 1 broken, 6s: beta@2.0/reference fail at token\n"},
	} {
		var b bytes.Buffer
		c.out.Writer = &b
		play(c.out)
		if b.String() != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", name, b.String(), c.want)
		}
	}
}
