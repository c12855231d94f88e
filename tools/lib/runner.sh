#!/usr/bin/env bash
# Shared by the scripts in tools/: runs named steps one after another, times them and counts what failed.

step_names=()
step_results=()
step_seconds=()
steps_passed=0
steps_failed=0
build_is_broken=false

# step NAME COMMAND…: runs the command from the top of the checkout, without input. The command must be a program,
# not a shell function: the shell ignores `set -e` inside a function whose status is asked for, and hides failures.
step() {
    local name=$1 started=$SECONDS
    shift
    if $build_is_broken; then
        record_step "$name" "skipped: the build failed" 0
        return 0
    fi
    say "$name"
    if env -- "$@" </dev/null; then
        record_step "$name" passed $((SECONDS - started))
    else
        record_step "$name" "FAILED (status $?)" $((SECONDS - started))
        say "$name failed: $*"
    fi
}

# build_step NAME COMMAND…: as `step`, and all that comes after it needs it.
build_step() {
    local failed_before=$steps_failed
    step "$@"
    ((steps_failed == failed_before)) || build_is_broken=true
}

record_step() {
    step_names+=("$1")
    step_results+=("$2")
    step_seconds+=("$3")
    if [[ $2 == passed ]]; then
        steps_passed=$((steps_passed + 1))
    else
        steps_failed=$((steps_failed + 1))
    fi
}

# Prints a line for each step and, alone on the last line, the count that scripts look for. Fails if a step did.
print_summary() {
    local index
    printf '\n%-28s %8s  %s\n' step seconds result
    for ((index = 0; index < ${#step_names[@]}; index++)); do
        printf '%-28s %8d  %s\n' "${step_names[index]}" "${step_seconds[index]}" "${step_results[index]}"
    done
    printf '\n%d passed, %d failed\n' "$steps_passed" "$steps_failed"
    ((steps_failed == 0 && steps_passed > 0))
}
