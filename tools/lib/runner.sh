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

# step_beside NAME COMMAND…: as `step`, but the command runs beside the steps that follow, with what they leave of the
# processors, until `finish_beside` shows its output and counts it. One at a time.
step_beside() {
    beside_name=$1
    shift
    beside_process=
    $build_is_broken && return 0
    say "$beside_name (beside what follows)"
    beside_started=$SECONDS
    beside_output=$(mktemp)
    # A process group of its own, so that all of it ends if this run is broken off.
    set -m
    nice -n 19 "$@" </dev/null >"$beside_output" 2>&1 &
    set +m
    beside_process=$!
    trap 'kill -- "-$beside_process" 2>/dev/null || true' EXIT
}

finish_beside() {
    local status=0
    if [[ -z $beside_process ]]; then
        step "$beside_name" true
        return 0
    fi
    wait "$beside_process" || status=$?
    trap - EXIT
    say "$beside_name"
    cat "$beside_output"
    rm -f "$beside_output"
    if ((status == 0)); then
        record_step "$beside_name" passed $((SECONDS - beside_started))
    else
        record_step "$beside_name" "FAILED (status $status)" $((SECONDS - beside_started))
        say "$beside_name failed"
    fi
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
