#!/usr/bin/env bash
# Tests tools/lib/setup.sh on machines that do not exist: PATH holds stand-ins for apt, sudo, brew, swift and uname.
# shellcheck disable=SC2016 # The stand-ins' own variables are expanded when they run.
set -euo pipefail

# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mkdir -p "$checkout/.build"
machine=$(mktemp -d "$checkout/.build/setup-test.XXXXXX")
trap 'rm -rf "$machine"' EXIT
cases=0
failures=0

# A machine is a folder of stand-ins. What they are asked to do is noted in `calls`; the packages that dpkg says are
# installed are lines of `installed`, and those that apt's lists know are lines of `known`.
new_machine() {
    rm -rf "${machine:?}"/*
    mkdir "$machine/bin" "$machine/lib"
    : >"$machine/calls"
    : >"$machine/installed"
    : >"$machine/known"
    local tool
    for tool in bash cat dirname env grep mkdir mktemp rm true; do
        ln -s "$(type -P "$tool")" "$machine/bin/$tool"
    done
    # Its own checkout, so that nothing is written to the real one.
    mkdir -p "$machine/checkout/tools/lib"
    cp "$checkout/tools/lib/common.sh" "$checkout/tools/lib/setup.sh" "$machine/checkout/tools/lib/"
    stand_in uname 'echo Linux'
    stand_in id 'echo 0'
    stand_in sleep 'echo "sleep $*" >>"$MACHINE/calls"'
    stand_in dpkg-query 'grep -qx -- "${!#}" "$MACHINE/installed" && echo installed'
    stand_in apt-cache 'grep -qx -- "${!#}" "$MACHINE/known"'
    stand_in apt-get '
        while [[ $1 == -* ]]; do shift 2; done
        echo "apt-get $*" >>"$MACHINE/calls"
        [[ $DEBIAN_FRONTEND == noninteractive ]] || exit 90
        case $1 in
            update) for package in $APT_HAS; do echo "$package" >>"$MACHINE/known"; done ;;
            install)
                shift 3
                for package; do grep -qx -- "$package" "$MACHINE/known" || { echo "E: no $package"; exit 100; }; done
                for package; do echo "$package" >>"$MACHINE/installed"; done ;;
        esac'
}

stand_in() {
    rm -f "$machine/bin/$1"
    printf '#!%s\n%s\n' "$(command -v bash)" "$2" >"$machine/bin/$1"
    chmod +x "$machine/bin/$1"
}

remove() {
    rm -f "$machine/bin/$1"
}

# on_machine COMMAND…: runs a function of setup.sh there, and notes its output and its status.
on_machine() {
    status=0
    output=$(unset DEBIAN_FRONTEND && PATH=$machine/bin MACHINE=$machine APT_HAS=${apt_has-} bash -c '
        set -euo pipefail
        source "$MACHINE/checkout/tools/lib/setup.sh"
        "$@"' on_machine "$@" 2>&1 </dev/null) || status=$?
}

expect() {
    local what=$1
    shift
    cases=$((cases + 1))
    if ! "$@"; then
        failures=$((failures + 1))
        printf 'failed: %s\n  status %s, output: %s\n  calls: %s\n' \
            "$what" "$status" "$output" "$(tr '\n' ';' <"$machine/calls")" >&2
    fi
}

succeeded() { ((status == 0)); }
failed() { ((status != 0)); }
says() { [[ $output == *"$1"* ]]; }
is_silent() { [[ -z $output ]]; }
calls_are() { [[ $(grep -v '^sleep' "$machine/calls" || true) == "$1" ]]; }

build="liblmdb-dev libssl-dev libevent-dev zlib1g-dev tzdata pkg-config"
tests="python3 python3-venv gcc libc6-dev shellcheck chromium"
install="apt-get install --yes --no-install-recommends"
apt_has="$build $tests"

installed() { printf '%s\n' "$@" >>"$machine/installed"; }
known() { printf '%s\n' "$@" >>"$machine/known"; }

new_machine
# shellcheck disable=SC2086 # The lists are split into words on purpose, here and below.
installed $build
on_machine ensure_packages
expect "a machine that has everything is left alone" succeeded
expect "a machine that has everything hears nothing" is_silent
expect "a machine that has everything sees no apt" calls_are ""

new_machine
installed libssl-dev zlib1g-dev tzdata pkg-config
known liblmdb-dev libevent-dev
on_machine ensure_packages
expect "only what is missing is installed, without an update" calls_are "$install liblmdb-dev libevent-dev"
expect "it says what it installs" says "Installing with apt: liblmdb-dev libevent-dev"

new_machine
# shellcheck disable=SC2086
installed $build
known libevent-dev
stand_in dpkg-query '[[ ${!#} == libevent-dev ]] && echo config-files || echo installed'
on_machine ensure_packages
expect "a package that was removed but left its settings is installed" calls_are "$install libevent-dev"

new_machine
on_machine ensure_packages
expect "lists that were never fetched are fetched once" calls_are "apt-get update
$install $build"
expect "and then the install succeeds" succeeded

new_machine
# shellcheck disable=SC2086
installed $build
on_machine ensure_packages --all
expect "--all adds what the tests need" calls_are "apt-get update
$install $tests"

new_machine
known liblmdb-dev libssl-dev libevent-dev zlib1g-dev tzdata pkg-config
mv "$machine/bin/apt-get" "$machine/bin/apt-get-fresh"
stand_in apt-get '
    if [[ $* == *install* && ! -e $MACHINE/updated ]]; then
        echo "apt-get stale" >>"$MACHINE/calls"; echo "E: 404 Not Found"; exit 100
    fi
    [[ $* == *update* ]] && : >"$MACHINE/updated"
    exec apt-get-fresh "$@"'
on_machine ensure_packages
expect "stale lists are fetched anew and the install tried once more" calls_are "apt-get stale
apt-get update
$install $build"
expect "stale lists do not fail in the end" succeeded

new_machine
apt_has="" on_machine ensure_packages
expect "a package that apt cannot find fails" failed
expect "and the message shows what apt said" says "E: no liblmdb-dev"
expect "and names what could not be installed" says "could not install $build"

new_machine
mv "$machine/bin/apt-get" "$machine/bin/apt-get-free"
stand_in apt-get '
    echo attempt >>"$MACHINE/attempts"
    if (($(grep -c attempt "$MACHINE/attempts") < 3)); then
        echo "E: Could not get lock /var/lib/apt/lists/lock"; exit 100
    fi
    exec apt-get-free "$@"'
on_machine ensure_packages
expect "a lock held by another apt is waited for" succeeded
expect "waiting is announced" says "Waiting for another apt"
expect "waiting is done by sleeping" grep -q sleep "$machine/calls"

new_machine
stand_in id 'echo 1000'
on_machine ensure_packages
expect "who is not root and has no sudo is refused" failed
expect "and told the exact command" says "apt-get update && $install $build"
expect "and apt is not run" calls_are ""

new_machine
stand_in id 'echo 1000'
stand_in sudo 'shift; [[ $1 == true ]] || echo "sudo" >>"$MACHINE/calls"; exec env "$@"'
on_machine ensure_packages
expect "sudo is used where it asks for no password" calls_are "sudo
apt-get update
sudo
$install $build"

new_machine
stand_in id 'echo 1000'
stand_in sudo 'exit 1'
on_machine ensure_packages
expect "sudo that wants a password nobody can type is refused" failed
expect "and the exact command is named" says "apt-get update && $install $build"

new_machine
remove apt-get
on_machine ensure_packages
expect "a Linux without apt goes on" succeeded
expect "and hears which libraries to install" says "liblmdb, libcrypto (OpenSSL 3), libevent and zlib"

new_machine
stand_in uname 'echo Darwin'
stand_in brew 'echo "$MACHINE/brew"'
mkdir -p "$machine/brew/opt/lmdb"
on_machine ensure_packages
expect "a Mac goes on" succeeded
expect "and hears which formulas it lacks" says "brew install openssl@3 libevent pkgconf"
expect "and apt is not run on a Mac" calls_are ""

new_machine
on_machine ensure_packages --everything
expect "an argument that means nothing is refused" failed

new_machine
on_machine ensure_swift
expect "a machine without Swift is refused" failed
expect "and told where Swift comes from" says "https://www.swift.org/install"

# swift_says ANSWER: what `swift --version` answers on the next machine.
swift_says() {
    new_machine
    stand_in swift "echo '$1'"
    on_machine ensure_swift
}
swift_says "Swift version 6.1.2 (swift-6.1.2-RELEASE)"
expect "Swift 6.1 is refused" failed
expect "and the message names both versions" says "this is Swift 6.1; Daybook needs 6.2"
swift_says "Swift version 5.10.1 (swift-5.10.1-RELEASE)"
expect "Swift 5.10 is refused" failed
swift_says "Apple Swift version 6.2 (swiftlang-6.2.0.1 clang-1)"
expect "Apple's Swift 6.2 is accepted" succeeded
swift_says "Swift version 6.10-dev"
expect "Swift 6.10 is newer than 6.2" succeeded
swift_says "Swift version 7.0 (swift-7.0-RELEASE)"
expect "Swift 7.0 is accepted" succeeded
swift_says "python-swiftclient 4.0"
expect "another program called swift is refused" failed
expect "and the message shows its answer" says "python-swiftclient"

printf '%d expectations, %d failed\n' "$cases" "$failures"
((failures == 0))
