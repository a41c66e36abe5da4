package scenarios_test

import (
	"os"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/mcpcompat/mcpcompat/clients"
	"github.com/mcpcompat/mcpcompat/clients/emulated/documents"
	released "github.com/mcpcompat/mcpcompat/clients/real"
	"github.com/mcpcompat/mcpcompat/clients/sdk"
	"github.com/mcpcompat/mcpcompat/clients/useragent"
	"github.com/mcpcompat/mcpcompat/fixtures/container"
	"github.com/mcpcompat/mcpcompat/scenarios"
)

// programs are the rows that do not come from a profile.
func programs() []clients.Client {
	return append(released.All(released.Options{Install: released.Asked(os.Getenv(released.EnvInstall))}), sdk.All()...)
}

// open gets ready what cells need, and has it closed after the spec.
func (h *harness) open() {
	GinkgoHelper()
	if h.stage.Containers == nil { // it knows its run, so one serves all specs
		store, err := documents.All()
		Expect(err).NotTo(HaveOccurred())
		provider, err := container.New(container.Options{})
		Expect(err).NotTo(HaveOccurred())
		h.stage = scenarios.Stage{Documents: store, Containers: provider}
	}
	h.browser = nil
	if b := useragent.NewBrowser(useragent.BrowserOptions{}); b.Available() == nil {
		h.browser = b
		DeferCleanup(b.Close)
	}
}
