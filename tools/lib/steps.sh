#!/usr/bin/env bash
# The steps of `tools/test --all`, in their order. To add one, add a line here: its name and a command that fails when
# it should. A command of more than a line is a script in tools/lib/steps/. In its environment it finds
#   DAYBOOK_TESTS=all   long tests run
#   DAYBOOK_BINARIES    the folder of the release build: "$DAYBOOK_BINARIES/daybook"
#   DAYBOOK_PYTHON      the interpreter that has what Tests/requirements.txt names
# What needs no build stands first; a failed build skips what stands after it, and counts it as failed.

strict=(
    --scratch-path "$strict_build"
    --explicit-target-dependency-import-check error
    -Xswiftc -warnings-as-errors
)

run_all_steps() {
    step "format" swift format lint --strict --recursive Sources Tests tools Package.swift
    step "shell scripts" tools/lib/steps/shell-scripts
    step "setup on a fresh machine" tools/lib/setup-test.sh
    step "test runner" tools/lib/runner-test.sh

    build_step "build for tests" swift build --quiet "${strict[@]}" --build-tests
    step "tests" tools/lib/run-tests "${strict[@]}" --skip-build
    build_step "release build" swift build --quiet "${strict[@]}" --configuration release
    step "faults" tools/lib/steps/faults
    step "bad input" tools/lib/steps/bad-input
    step "pages in a browser" tools/lib/steps/browser
    step "slow clients and odd requests" tools/lib/steps/strangers
    step "simulation" tools/lib/steps/simulation
    step "a reader of the file format" Tests/Reader/run.sh
    step "documentation" tools/docs
}
