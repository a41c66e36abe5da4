# Everything a person or a machine does with this project. `make` lists it.
# Works with GNU make from 3.81 (macOS) on.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO ?= go
# Further arguments for the program, e.g. make matrix ARGS='--suite five-clients'.
ARGS ?=
# Further flags for go test, e.g. make test TESTFLAGS='-race -v'.
TESTFLAGS ?=
# Which benchmarks to run, a regular expression.
BENCH ?= .
# How long each fuzz target runs in verify-long.
FUZZTIME ?= 60s
# Results, recordings and JUnit reports.
OUT ?= out

# The Node that setup installed where the machine's own is too old. A variable
# of the shell, since it may come to be only while make runs.
WITH_NODE = MCPCOMPAT_NODE="$${MCPCOMPAT_NODE:-$$(ls "$${MCPCOMPAT_CACHE:-$(CURDIR)/.cache}/node/node_modules/.bin/node" 2>/dev/null)}"

# Tools are built from source at these versions, into the project's own cache.
TOOLS := $(CURDIR)/.cache/bin
GOLANGCI_LINT_VERSION := v2.15.0
ACTIONLINT_VERSION := v1.7.12
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
ACTIONLINT := $(TOOLS)/actionlint-$(ACTIONLINT_VERSION)

# The suite takes Ginkgo's flags, which the other packages would refuse.
SUITE := ./scenarios
JUNIT := $(abspath $(OUT))/test/junit.xml

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: matrix
matrix: setup build ## Measure everything that can run here; write compat-matrix.md and out/
	$(WITH_NODE) bin/mcpcompat matrix --out $(OUT) $(ARGS)

.PHONY: test
test: setup ## Run all tests and the scenarios; JUnit goes to out/test/ (REAL=1, or REAL=codex,mcp-remote: real clients are installed if need be)
	@mkdir -p $(dir $(JUNIT))
	@status=0; export $(WITH_NODE); \
	$(GO) test $(TESTFLAGS) -timeout 30m $$($(GO) list ./... | grep -v '/scenarios$$') || status=1; \
	$(GO) test $(TESTFLAGS) -timeout 20m $(SUITE) -ginkgo.junit-report=$(JUNIT) $(if $(CI)$(NO_COLOR),-ginkgo.no-color) || status=1; \
	left=$$($(GO) run ./cmd/mcpcompat list clients --basis real --newest=false | awk '/^$$/ { exit } NR > 1 && $$(NF-2) == "-" { printf " %s", $$1 }'); \
	if [ -n "$$left" ]; then echo "make test: left out, since they are not installed (REAL=1, or REAL=name,name installs them):$$left" >&2; fi; \
	if [ $$status -ne 0 ]; then echo 'make test: FAILED (see above)' >&2; fi; \
	exit $$status

.PHONY: build
build: ## Build bin/mcpcompat
	@$(GO) build -trimpath -o bin/mcpcompat ./cmd/mcpcompat

.PHONY: setup
setup: ## Get ready: Go modules, browser, Node; says what could not be had (MCPCOMPAT_INSTALL=no: no system packages)
	@scripts/setup.sh

.PHONY: verify
verify: lint vet tidy generated workflows scripts paths ## All checks but the tests: lint, vet, go.mod, generated files, workflows, scripts

.PHONY: verify-long
verify-long: verify mutations ## verify, all mutations of the recordings, all tests under the race detector, and every parser of foreign input fuzzed for FUZZTIME
	$(GO) test -race -timeout 30m ./...
	GO='$(GO)' scripts/fuzz.sh $(FUZZTIME)

# make test tries a sample; TESTFLAGS='-mutations.seed 7' draws others.
.PHONY: mutations
mutations: ## Break and vary every recording of testdata/recordings, and see what the judge makes of it (about half a minute)
	$(GO) test ./scenarios/judge/mutation -v -mutations full $(TESTFLAGS)

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Lint the Go code
	$(GOLANGCI_LINT) run

.PHONY: lintfix
lintfix: $(GOLANGCI_LINT) ## Lint the Go code and mend what can be mended by itself
	$(GOLANGCI_LINT) run --fix

.PHONY: generate
generate: ## Write the generated files anew
	$(GO) generate ./...

.PHONY: accept
accept: setup build ## Take over the verdicts of a run into report/accepted/ (review the difference before committing it)
	$(WITH_NODE) bin/mcpcompat matrix --out $(OUT) --accept $(ARGS)

.PHONY: bench
bench: ## Run the benchmarks (BENCH=regexp); a flow is shown beside the floor of the same run
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

.PHONY: conformance
conformance: setup build ## Have the official conformance suite examine us; write docs/conformance.md (two minutes)
	@$(GO) build -trimpath -o bin/conformance ./cmd/conformance
	$(WITH_NODE) bin/conformance -out $(OUT)/conformance

.PHONY: conformance-real
conformance-real: setup build ## Have the suite examine the released clients, installing what is missing; write their part of docs/conformance.md (about twenty minutes)
	@$(GO) build -trimpath -o bin/conformance ./cmd/conformance
	$(WITH_NODE) bin/conformance -released -out $(OUT)/conformance-released

.PHONY: nightly
nightly: setup build ## Measure the newest releases of the real clients; what changed, and drift, go to out/nightly (ARGS='--keep': remember them)
	$(WITH_NODE) bin/mcpcompat nightly --out $(OUT)/nightly $(ARGS)

.PHONY: nightly-issues
nightly-issues: ## Open, update and close issues for what make nightly found (needs gh and jq; DRY_RUN=1 only says so)
	scripts/nightly-issues.sh $(OUT)/nightly/issues.json

.PHONY: clean
clean: ## Remove everything that was built, installed into the project, or measured
	rm -rf bin out .cache

# --- Parts of verify ---------------------------------------------------------

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: tidy
tidy:
	$(GO) mod tidy -diff
	$(GO) mod verify

.PHONY: generated
generated:
	scripts/check-generated.sh

.PHONY: workflows
workflows: $(ACTIONLINT)
	$(ACTIONLINT)

.PHONY: scripts
scripts:
	@command -v shellcheck >/dev/null || { echo 'make scripts: shellcheck is missing (Debian, Ubuntu: apt-get install shellcheck; macOS: brew install shellcheck)' >&2; exit 1; }
	shellcheck scripts/*.sh .ci/run

# A path of somebody's machine in a tracked file helps nobody else.
.PHONY: paths
paths:
	@if git grep -nIE '(^|[^[:alnum:]_.~-])/(root|home/[a-z]+|Users/[A-Za-z]+)/' -- . ':!*/testdata/*' ':!Makefile'; then \
		echo 'make paths: paths of a machine in tracked files (above)' >&2; exit 1; \
	fi

# --- Tools -------------------------------------------------------------------

# The version is part of the name, so that a new one is built when it changes.
$(GOLANGCI_LINT):
	@echo 'building golangci-lint $(GOLANGCI_LINT_VERSION) (about a minute, once)'
	@GOBIN='$(TOOLS)/new' GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv '$(TOOLS)/new/golangci-lint' $@

$(ACTIONLINT):
	@echo 'building actionlint $(ACTIONLINT_VERSION)'
	@GOBIN='$(TOOLS)/new' GOFLAGS= $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	@mv '$(TOOLS)/new/actionlint' $@
