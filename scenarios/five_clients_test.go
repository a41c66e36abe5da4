package scenarios_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/mcpcompat/mcpcompat/report"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// One correct MCP server, five clients, three breaks, each at another door.
var _ = Describe("the five-client story", func() {
	h := load()
	plan, err := h.catalogue.Select(scenarios.Selection{Suite: "five-clients"})
	if err != nil {
		AbortSuite(err.Error())
	}
	type end struct {
		connected      bool
		stage, culprit string
	}
	story := map[string]end{
		"claude-desktop": {connected: true},
		"mcp-inspector":  {connected: true},
		"vscode":         {stage: "authorize", culprit: "authorization-server"},
		"cursor":         {stage: "registration", culprit: report.Neither},
		"claude-code":    {stage: "registration", culprit: "client"},
	}
	tell := func(ctx SpecContext, inBrowser bool) {
		h.open()
		agent := h.browser
		if !inBrowser {
			agent = nil
		} else if agent == nil {
			Skip("no browser is installed")
		}
		seen := map[string]bool{}
		for i, c := range h.measure(ctx, plan, agent) {
			id := plan.Cells[i].Client.Identity().ID
			seen[id] = true
			Expect(end{c.Connected, c.Stage, c.Culprit}).To(Equal(story[id]), "%s: %s", c.Client, c.Summary)
		}
		Expect(seen).To(HaveLen(len(story)))
	}

	It("is told over http", Label("deployment:enterprise"), func(ctx SpecContext) { tell(ctx, false) })
	It("is told in a real browser", Label("deployment:enterprise", "browser"), func(ctx SpecContext) { tell(ctx, true) })
})
