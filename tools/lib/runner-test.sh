#!/usr/bin/env bash
# Tests tools/lib/runner.sh: that no failing step stays hidden, and what the last line says.
set -euo pipefail

# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

failures=0
cases=0

# run_steps SCRIPT: runs lines of steps and then the summary in a shell of their own.
run_steps() {
    status=0
    output=$(RUN="$1" LIBRARY="$checkout/tools/lib" bash -c '
        set -euo pipefail
        source "$LIBRARY/common.sh"
        source "$LIBRARY/runner.sh"
        eval "$RUN"
        print_summary' 2>&1 </dev/null) || status=$?
    last_line=${output##*$'\n'}
}

expect() {
    cases=$((cases + 1))
    if [[ $2 != "$3" ]]; then
        failures=$((failures + 1))
        printf 'failed: %s\n  expected: %s\n  found: %s\n  output: %s\n' "$1" "$3" "$2" "$output" >&2
    fi
}

contains() { [[ $output == *"$1"* ]] && echo yes || echo no; }

run_steps 'step one true; step two true'
expect "steps that pass are counted" "$last_line" "2 passed, 0 failed"
expect "and the status is 0" "$status" 0

run_steps 'step one true; step two false; step three true'
expect "a step that fails is counted, and the next ones run" "$last_line" "2 passed, 1 failed"
expect "and the status is 1" "$status" 1
expect "and the table names its status" "$(contains 'FAILED (status 1)')" yes

run_steps 'step one true; build_step build false; step two true; step three true'
expect "what stands after a failed build is counted as failed" "$last_line" "1 passed, 3 failed"
expect "and said to be skipped" "$(contains 'skipped: the build failed')" yes

run_steps 'build_step build true; step two echo ran'
expect "what stands after a good build runs" "$last_line" "2 passed, 0 failed"

run_steps 'step_beside long bash -c "echo words; exit 4"; step one true; finish_beside; step two true'
expect "a step beside others is counted" "$last_line" "2 passed, 1 failed"
expect "with its status" "$(contains 'FAILED (status 4)')" yes
expect "and its output is shown" "$(contains words)" yes

run_steps 'step_beside long true; step one true; finish_beside'
expect "a step beside others passes" "$last_line" "2 passed, 0 failed"

run_steps 'build_step build false; step_beside long true; step one true; finish_beside'
expect "a step beside others is skipped after a failed build" "$last_line" "0 passed, 3 failed"

run_steps 'broken() { false; true; }; step function broken'
expect "a shell function is no step" "$last_line" "0 passed, 1 failed"

run_steps 'step "a program that is not there" ./no-such-program'
expect "a missing program fails" "$last_line" "0 passed, 1 failed"

run_steps 'step "killed" bash -c "kill -9 \$\$"'
expect "a killed step fails" "$last_line" "0 passed, 1 failed"

run_steps 'step "reads" bash -c "! read -r line"'
expect "a step has no input" "$last_line" "1 passed, 0 failed"

run_steps 'true'
expect "no steps at all is no success" "$status" 1

run_steps 'quietly echo words; step one true'
expect "quietly hides the output of what succeeds" "$(contains words)" no

run_steps 'quietly bash -c "echo words; exit 3" || step "status $?" true'
expect "quietly shows the output of what fails" "$(contains words)" yes
expect "quietly keeps the status" "$(contains 'status 3')" yes

printf '%d expectations, %d failed\n' "$cases" "$failures"
((failures == 0))
