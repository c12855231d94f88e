#!/usr/bin/env bash
# The steps of `tools/test --all`, in their order; those of `--threads` are below. To add one, add a line here: its
# name and a command that fails when it should. A command of more than a line is a script in tools/lib/steps/. In its
# environment it finds, with `--all`,
#   DAYBOOK_TESTS=all   long tests run
#   DAYBOOK_BINARIES    the folder of the release build: "$DAYBOOK_BINARIES/daybook"
#   DAYBOOK_PYTHON      the interpreter that has what Tests/requirements.txt names
# What needs no build stands first; a failed build skips what stands after it, and counts it as failed.

# One build serves all: optimised, as it is shipped, with assertions, and with what tests may look into; without what a
# debugger would need, which takes the compiler its time.
strict=(
    --scratch-path "$strict_build"
    --configuration release
    -debug-info-format none
    --explicit-target-dependency-import-check error
    -Xswiftc -warnings-as-errors
    -Xswiftc -enable-testing
    -Xswiftc -assert-config -Xswiftc Debug
    -Xswiftc -emit-symbol-graph
    -Xswiftc -emit-symbol-graph-dir -Xswiftc "$strict_build/symbol-graphs"
    -Xswiftc -symbol-graph-minimum-access-level -Xswiftc public
)

run_all_steps() {
    step "format" swift format lint --strict --recursive Sources Tests tools Package.swift
    step "shell scripts" tools/lib/steps/shell-scripts
    step "setup on a fresh machine" tools/lib/setup-test.sh
    step "test runner" tools/lib/runner-test.sh

    mkdir -p "$strict_build/symbol-graphs"
    # The simulation needs the command alone, and takes what the compiler and the other steps leave.
    build_step "build of the command" swift build --quiet "${strict[@]}" --product daybook
    step_beside "simulation" tools/lib/steps/simulation
    build_step "build of all else" swift build --quiet "${strict[@]}" --build-tests
    step "tests" tools/lib/run-tests "${strict[@]}" --skip-build
    step "faults" tools/lib/steps/faults
    step "bad input" tools/lib/steps/bad-input
    step "pages in a browser" tools/lib/steps/browser
    step "slow clients and odd requests" tools/lib/steps/strangers
    step "a reader of the file format" Tests/Reader/run.sh
    step "documentation" env DOCS_SYMBOL_GRAPHS="$strict_build/symbol-graphs" tools/docs
    finish_beside
}

# The quick tests again, watched by the thread sanitizer. Target by target, so that each has its line and one that
# crashes hides no other. Left out are the model and the checks of the sources, which have one thread.
threads=(
    --scratch-path "$threads_build"
    --sanitize=thread
    -Xlinker "$threads_build/swift_runtime.o"
)
threaded_targets=(
    CDaybookPlatformTests DaybookCryptoTests DaybookLMDBTests DaybookLogTests DaybookTests DaybookTestingTests
    DaybookDashboardTests FollowerExampleTests DaybookCommandTests
)

# run_thread_steps FILTER…: all of those targets if there is no filter.
run_thread_steps() {
    local target
    build_step "thread sanitizer" tools/lib/steps/thread-sanitizer "$threads_build/swift_runtime.o"
    build_step "build for the sanitizer" swift build --quiet "${threads[@]}" --build-tests
    if (($# > 0)); then
        step "tests" tools/lib/steps/races "${threads[@]}" "$@"
        return 0
    fi
    for target in "${threaded_targets[@]}"; do
        step "$target" tools/lib/steps/races "${threads[@]}" --filter "^$target\."
    done
}
