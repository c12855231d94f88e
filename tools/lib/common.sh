#!/usr/bin/env bash
# Shared by the scripts in tools/: where the checkout is, how to speak, how to run something quietly.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# What was built for `tools/test --all`, apart from what `swift build` leaves in .build: other flags would make each
# of the two rebuild everything after the other.
# shellcheck disable=SC2034 # Read by the scripts that source this file.
strict_build=$checkout/.build/strict

# What was built for `tools/test` alone: Package.swift says how it differs.
# shellcheck disable=SC2034
quick_build=$checkout/.build/quick

# And what was built for `tools/test --threads`.
# shellcheck disable=SC2034
threads_build=$checkout/.build/threads

# Progress goes to standard error, so that the output of what a script runs can be piped.
say() {
    printf '==> %s\n' "$*" >&2
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Prints the comment that a script opens with: its help.
print_opening_comment() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"
}

# Runs a command without input and shows its output only if it fails.
quietly() {
    local log status=0
    mkdir -p "$checkout/.build"
    log=$(mktemp "$checkout/.build/quietly.XXXXXX")
    "$@" >"$log" 2>&1 </dev/null || status=$?
    ((status == 0)) || cat "$log" >&2
    rm -f "$log"
    return "$status"
}
