# Lanekeeper: build, run, test. `make help` lists the targets.
# Everything made here goes to build/; Go's own caches stay where Go keeps them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO  ?= go
BIN := build/bin

# The binaries carry the commit they were built from, where git can tell it (not in a tarball, nor as another user).
STAMP = $(shell git rev-parse --quiet --verify HEAD >/dev/null 2>&1 && echo auto || echo false)

# golangci-lint has a module file of its own, so that what it needs is not what a vehicle's build needs.
LINT = $(GO) tool -modfile=tools/go.mod golangci-lint

# Packages that no C code is linked into: they run under the race detector, and cross-compile with Go alone.
PURE = $(shell tools/pure-packages.sh)

.PHONY: help deps build run test check reference bench deb e2e e2e-vm arm64 deploy docs page page-test fmt clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make run SOURCE=clip.mp4    drive on a video instead of the simulated road'
	@echo '  make run SCENARIO=NAME      drive another simulated course'
	@echo '  make run VIEWER=none        without the page in the browser'
	@echo '  make deploy HOST=pi@car     also DEB=FILE.deb, FORCE=1, SSH_OPTIONS="-p 2222": docs/deploying.md'
	@echo '  make run ARGS="--help"      hand any other flag to lanectl (bench too)'

deps: ## install what the build needs through apt, if anything is missing
	@tools/deps.sh build

build: deps ## build every binary into build/bin
	@mkdir -p $(BIN)
	$(GO) build -buildvcs=$(STAMP) -o $(BIN)/ ./cmd/...

run: build ## drive the simulated road with the real daemons
	@$(BIN)/lanectl drive $(if $(SCENARIO),--scenario '$(SCENARIO)') $(if $(SOURCE),--source '$(SOURCE)') \
		$(if $(VIEWER),--viewer '$(VIEWER)') $(ARGS)

test: deps ## vet and run every test, the pure Go packages also under the race detector
	@tools/deps.sh test
	$(GO) vet ./...
	$(GO) test $$($(GO) list ./... | grep -v -E '/(e2e|internal/.*)$$')
	$(GO) test -race $(PURE)
	$(GO) test -count=1 ./e2e ./internal/... # what these look at, go does not know: a result it remembers may be an old one

check: deps ## formatting, modules, linters, generated pages: what a change must pass besides the tests
	@tools/check.sh

reference: deps ## record anew what is found in the pictures of $LANE_DATA, after a change that is meant to find other lines
	@[ -n "$${LANE_DATA:-}" ] || { echo 'make reference: LANE_DATA=FOLDER expected, the folder of real pictures' >&2; exit 1; }
	$(GO) test ./cmd/lanectl -count=1 -v -run '^TestReference$$' -record

bench: build ## measure the shared-memory transport against the machine's limits
	@$(BIN)/lanectl bench $(ARGS)

deb: ## build the packages into build/deb (DIST=bookworm ARCH=arm64 for another system; as root)
	@packaging/build.sh

e2e: ## install the package in a booted Debian, for amd64 and arm64, and test it there (as root)
	@tools/e2e.sh

e2e-vm: deps ## test the installed package on a kernel of its own, in an emulated machine (root)
	@tools/deps.sh machine
	LANEKEEPER_VM=1 $(GO) test -count=1 -timeout 45m -v ./e2e/vm

arm64: deps ## cross-compile for arm64, and run the pure Go tests under emulation
	@tools/arm64.sh

deploy: ## install on a vehicle over ssh, and go back if it does not run there
	@packaging/deploy.sh

docs: ## write the generated pages, completion and shipped configurations anew
	$(GO) run ./docs/gen
	for d in camerad lane-detectd controld lane-sim; do $(GO) run ./cmd/$$d --print-config >configs/$$d.yaml; done

page: ## build the page of lane-viewer anew, from viewer/page
	@tools/deps.sh page
	@tools/page.sh build

page-test: deps ## try that page in a real browser: with vehicles that are not there, then with the simulated drive
	@tools/deps.sh browser
	@tools/page.sh test
	LANEKEEPER_BROWSER=1 $(GO) test -count=1 -v -run '^(TestPage|TestOverlay|TestGlassToGlass)$$' ./e2e

fmt: ## format the code
	$(LINT) fmt

clean: ## remove build/
	rm -rf build
