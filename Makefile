# The front door: each target is a line or two over SwiftPM, maplecheck or a script in scripts/.

TARGET  ?= tree
SUBJECT ?= maple
TIME    ?= 60
SEED    ?= 1
JOBS    ?= 1
SAVE    ?= 0

export TARGET SUBJECT TIME SEED JOBS SAVE

# An interrupted recipe is the user's wish, and two builds in one scratch path would only wait for each other.
.NOTPARALLEL:
.PHONY: help setup build fuzz prove test lint format terms coverage bench linux linux-fork linux-fork-edits explore findings clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@awk '/^#:/ { print substr($$0, 4) }' Makefile

setup: ## Install what building lacks, by apt; silent where nothing is missing
	@scripts/setup

build: setup ## Build the maplecheck command: .build/release/maplecheck
	swift build -c release --product maplecheck
	swift build -c release --product RealFork

prove: build ## Prove the formulas in models/bounds, and what a failed fork leaves behind, by Z3
	.build/release/maplecheck prove

fuzz: setup ## Build a fuzz target with the address sanitizer and run it for TIME seconds
	@scripts/fuzz

test: setup ## Run all tests; the last line lists those that were left out, and what they lack
	@scripts/test

lint: setup ## Check the format of all Swift files, the lines of documents and comments, and docs/TERMS.md
	swift format lint --strict --recursive --parallel Sources Tests Package.swift scripts/terms.swift
	scripts/lint-text
	scripts/terms --check

format: setup ## Format all Swift files in place
	swift format --in-place --recursive --parallel Sources Tests Package.swift scripts/terms.swift

terms: ## Write docs/TERMS.md anew from the doc comments
	scripts/terms

coverage: setup ## Print the line coverage of the tree by the replay of corpus/ alone; fails below 95 %
	@scripts/coverage

bench: build ## Measure the tree: ns/operation, nodes and bytes/entry; with SUBJECT=linux race it against 7.3's
	@if [ "$(SUBJECT)" = linux ]; then LINUX_PACKAGES=7.3 scripts/linux && \
	  .build/release/maplecheck bench race .build/linux/newest/libmaplecheck-linux.so; \
	else .build/release/maplecheck bench tree; fi

linux: setup ## Build kernels' own trees as subjects, each into .build/linux/VERSION: plain, instrumented, and both without two known faults
	@scripts/linux

linux-fork: setup ## Build kernels' own forks, each into .build/linux-fork/VERSION: the kernel's files whole and unchanged
	@scripts/linux-fork

linux-fork-edits: linux-fork ## Seed faults in copies of kernels' files, and write docs/results/fork-edits.md: what finds each
	swift build -c release --product KernelForkSweep
	@scripts/fork-edits

reader-edits: build linux ## Seed faults in copies of kernels' trees, and write docs/results/reader-edits.md: what readers see of each
	@scripts/reader-edits

reader-sweep: build linux ## Try each kind of store beside readers, in all interleavings; write docs/results/reader-sweep.md, and pin the counts
	@scripts/reader-sweep

explore: build linux ## Try everything in every state of small trees; write docs/results/explore.md, and pin the counts
	@scripts/explore

findings: build ## Write docs/results/findings.md: each fault on each kernel that make linux has built, and in its own suite
	@scripts/setup suite
	@scripts/findings

clean: ## Remove everything that was built, and what fuzzing collected
	rm -rf .build

#:
#: Variables of make fuzz, with their defaults:
#:   TARGET=tree     tree: operations on a subject; script: the script parser; fork: forks of address spaces
#:   DESIGN=7.3      the design of fork for TARGET=fork
#:   SUBJECT=maple   maple: the tree; canary: broken on purpose, so that finding nothing is the failure;
#:                   linux: the newest kernel's own tree, without two known faults; linux-6.12: that version's;
#:                   or the path of a library; for TARGET=fork maple, or linux and these for a kernel's own fork
#:   TIME=60         seconds to fuzz, once all is built
#:   SEED=1          libFuzzer's seed
#:   JOBS=1          processes that fuzz side by side
#:   LINUX_PACKAGES="6.12 7.3"  the Debian packages linux-source-VERSION that make linux and make linux-fork build
#:   LINUX_SRC=      a kernel tree for make linux and make linux-fork, in the place of the packages
#:   SAVE=0          1: keep what is found as a script in corpus/tree/regressions/
