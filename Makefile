# `make test` is all a reader needs. `make check` is what a change must pass. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

# Without a tag: the commit. Outside a clone: dev.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

# Tools are pinned in tools/<tool>/go.mod and built once per version, so they never enter our own go.mod.
GOLANGCI_V := $(shell awk '$$1 == "github.com/golangci/golangci-lint/v2" {print $$2}' tools/golangci-lint/go.mod)
GOLANGCI   := bin/tools/golangci-lint-$(GOLANGCI_V)

# Tags that leave every warehouse out: their drivers take minutes to build under the race detector.
LEAN := noduckdb nosnowflake nobigquery nopostgres
# What runs under the race detector: the pure packages, and those that do things at the same time. None needs a warehouse.
RACE := checks config internal/audit internal/chart internal/daemon internal/diagnosis internal/finding internal/fix \
	internal/incident internal/landed internal/names internal/notify internal/plan internal/series internal/state internal/words
RACE_PKGS = $(shell go list -tags '$(LEAN)' -f '{{if or .GoFiles .TestGoFiles}}{{.ImportPath}}{{end}}' \
	$(patsubst %,./%/...,$(wildcard $(RACE))))
BENCH_PKGS = $(patsubst %,./%,$(wildcard checks internal/names internal/series internal/diagnosis internal/incident))

# Labelled cases for make eval.
PLUMBLINE_SHARED ?= ../shared
EVAL ?= $(PLUMBLINE_SHARED)/eval

# make scenarios SCENARIOS='everyday' SEED=11
SCENARIOS ?= default clean holiday_yesterday everyday
SEED      ?= 7
ROWS      ?= 1000000
BACKTEST  ?=

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: toolchain
toolchain:
	@command -v go >/dev/null || { echo "plumbline is written in Go and go is not on the PATH: install Go 1.26 or newer (https://go.dev/dl)" >&2; exit 1; }
	@cc=$$(go env CC); command -v "$${cc%% *}" >/dev/null || { \
	  echo "DuckDB needs a C compiler and $$cc is not on the PATH: install gcc (Debian, Ubuntu: apt-get install gcc g++; macOS: xcode-select --install)" >&2; exit 1; }

.PHONY: build
build: toolchain ## bin/plumbline
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/plumbline ./cmd/plumbline

# go test ./..., and a skipped test is a failure.
.PHONY: test
test: toolchain bin/tools/testlines ## every test: the program, DuckDB, the recorded Slack, pages in a browser
	@tools/have.sh chromium chromium chromium-browser google-chrome google-chrome-stable
	@echo go test ./...
	@bin/tools/testlines ./...

bin/tools/testlines: $(wildcard tools/testlines/*.go)
	@go build -o $@ ./tools/testlines

.PHONY: check
check: toolchain fmt tidy lint vet lean arch dead race ## what a change must pass, besides the tests

.PHONY: fmt
fmt: $(GOLANGCI) ## show what the formatters would change
	$(GOLANGCI) fmt --diff

.PHONY: format
format: $(GOLANGCI) ## let the formatters change it
	$(GOLANGCI) fmt

.PHONY: lint
lint: $(GOLANGCI) ## golangci-lint as in .golangci.yml
	$(GOLANGCI) run ./...

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lean
lean: ## builds without cgo and without any warehouse
	CGO_ENABLED=0 go build -tags '$(LEAN)' -o /dev/null ./cmd/plumbline

.PHONY: race
race: ## the race detector over $(RACE)
	go test -race -tags '$(LEAN)' $(RACE_PKGS)

.PHONY: dead
dead: ## functions that nothing calls
	@out=$$(go tool -modfile=tools/deadcode/go.mod deadcode -test ./...); \
	test -z "$$out" || { echo "$$out" >&2; echo "nothing calls these functions: use them or delete them" >&2; exit 1; }

.PHONY: tidy
tidy: ## go.mod says what is imported, no more and no less
	go mod tidy -diff

.PHONY: arch
arch: ## who may import whom, house sizes, words (also a part of test)
	go test -count=1 ./internal

.PHONY: golden
golden: ## rewrite every file that freezes wording; read the diff
	UPDATE=1 go test -count=1 ./...

.PHONY: demo
demo: build ## the story in one command
	bin/plumbline demo

.PHONY: scenarios
scenarios: build ## audit generated warehouses with known faults and score the reports
	SCENARIOS='$(SCENARIOS)' SEED='$(SEED)' ROWS='$(ROWS)' BACKTEST='$(BACKTEST)' tools/bench/scenarios.sh

.PHONY: backtest
backtest: build ## replay all nights of a generated warehouse: is each fault named on the first night it could be known
	SCENARIOS='$(firstword $(SCENARIOS))' SEED='$(SEED)' ROWS='$(ROWS)' BACKTEST='$(firstword $(SCENARIOS))' tools/bench/scenarios.sh

# What is labelled lies outside this repository; what is simulated needs nothing.
EVALS := names renames volume quiet drift

.PHONY: eval
eval: $(addprefix eval-,$(EVALS)) ## how well it detects, through the program, into docs/evaluation.md (about half an hour)
	go run ./tools/eval/report -out docs/evaluation.md $(patsubst %,bin/eval/%.json,$(EVALS))

.PHONY: labelled
labelled:
	@test -d '$(EVAL)' || { echo "this needs labelled data, which is not in this repository: set PLUMBLINE_SHARED to the folder that holds eval/" >&2; exit 1; }

.PHONY: eval-volume
eval-volume: labelled build ## falls in daily counts with known incidents: real and simulated series, through backtest --scores
	go run ./tools/eval/volume -dir '$(EVAL)/volume' -json bin/eval/volume.json

# The year of daily counts that the generator of make scenarios writes, without its rows.
QUIET ?= 1 2 3 4 5 6 7 8 9 10

.PHONY: eval-quiet
eval-quiet: labelled build ## messages of workspaces in which nothing is wrong; QUIET='11 12' for other shops
	rm -rf bin/quiet
	for seed in $(QUIET); do python3 tools/bench/segwh.py --rows 6000000 --days 365 --seed $$seed --truth-only \
	  --scenario tools/bench/scenarios/clean.json --out bin/quiet/$$seed >/dev/null; done
	go run ./tools/eval/quiet -counts 'bin/quiet/*/counts.csv' -panels '$(EVAL)/volume' -json bin/eval/quiet.json

.PHONY: eval-renames
eval-renames: build ## renames in simulated workspaces whose truth is known; SEED=11 for others
	go run ./tools/eval/renames -program bin/plumbline -seed $(SEED) -json bin/eval/renames.json

.PHONY: eval-names
eval-names: labelled build ## event names against labelled data, through the program (a million names: MILLION=-million)
	go run ./tools/eval/names -dir '$(EVAL)/names' -program bin/plumbline -json bin/eval/names.json $(MILLION)

.PHONY: eval-drift
eval-drift: build ## drift of properties and where it lies, on simulated ones (SEED)
	go run ./tools/eval/drift -program bin/plumbline -seed '$(SEED)' -json bin/eval/drift.json

.PHONY: bench
bench: ## how long the pure parts take
	go test -run '^$$' -bench . -benchmem $(BENCH_PKGS)

.PHONY: clean
clean: ## remove what was built; the pinned tools and the Python environment stay
	rm -rf bin/plumbline dist

bin/tools/golangci-lint-%: tools/golangci-lint/go.mod
	go build -trimpath -modfile=tools/golangci-lint/go.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
