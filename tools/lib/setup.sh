#!/usr/bin/env bash
# Shared by the scripts in tools/: makes sure that Swift and the system's libraries are there.
# Installs with apt, and only what is missing; otherwise changes nothing outside the checkout.

# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

packages_to_build=(liblmdb-dev libssl-dev libevent-dev zlib1g-dev tzdata pkg-config)
packages_to_test=(python3 python3-venv gcc libc6-dev shellcheck chromium)
formulas_to_build=(lmdb openssl@3 libevent pkgconf)
formulas_to_test=(python3 shellcheck)

ensure_swift() {
    local answer
    command -v swift >/dev/null ||
        fail "Swift is missing. Daybook needs Swift 6.2 or newer: https://www.swift.org/install"
    answer=$(swift --version 2>&1 </dev/null) || fail "'swift --version' does not run: $answer"
    [[ $answer =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] ||
        fail "'swift --version' names no version; is another program called swift first in PATH? It said: $answer"
    local major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    ((major > 6 || (major == 6 && minor >= 2))) ||
        fail "this is Swift $major.$minor; Daybook needs 6.2 or newer: https://www.swift.org/install"
}

# ensure_packages [--all]: what the build needs; with --all also what the tests need.
# shellcheck disable=SC2120 # Most callers give no argument.
ensure_packages() {
    local packages=("${packages_to_build[@]}") formulas=("${formulas_to_build[@]}")
    case ${1-} in
        --all)
            packages+=("${packages_to_test[@]}")
            formulas+=("${formulas_to_test[@]}")
            ;;
        "") ;;
        *) fail "ensure_packages knows only --all, not '$1'" ;;
    esac
    if [[ $(uname -s) == Darwin ]]; then
        name_missing_formulas "${formulas[@]}"
    elif command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        ensure_apt_packages "${packages[@]}"
    else
        say "No apt here. Should the build fail, install the development files of liblmdb, libcrypto (OpenSSL 3), libevent" \
            "and zlib, time zone data and pkg-config with this system's package manager" \
            "(on Debian: ${packages[*]})."
    fi
}

name_missing_formulas() {
    local formula prefix missing=()
    prefix=$(brew --prefix 2>/dev/null </dev/null) || prefix=/opt/homebrew
    for formula; do
        [[ -e $prefix/opt/$formula ]] || missing+=("$formula")
    done
    ((${#missing[@]} == 0)) || say "If the build does not find them: brew install ${missing[*]}"
}

ensure_apt_packages() {
    local package missing=()
    for package; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0

    choose_how_to_become_root "${missing[@]}"
    say "Installing with apt: ${missing[*]}"
    if lists_know "${missing[@]}" && apt_get install --yes --no-install-recommends "${missing[@]}"; then
        return 0
    fi
    # Lists that were never fetched, as in a fresh container, or that name files the mirror no longer has.
    say "Fetching apt's lists of packages"
    apt_get update || fail "apt-get update failed, see above"
    apt_get install --yes --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install ${missing[*]}, see above"
}

is_installed() {
    local status
    # The dollar belongs to dpkg-query.
    # shellcheck disable=SC2016
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null) && [[ $status == installed ]]
}

lists_know() {
    local package
    for package; do
        apt-cache show "$package" >/dev/null 2>&1 </dev/null || return 1
    done
}

# Sets `as_root` to what goes before a command that only root may run, or says which command root should run.
choose_how_to_become_root() {
    as_root=()
    if [[ $(id -u) == 0 ]]; then
        return 0
    fi
    local advice="run this as root, then try again: apt-get update && apt-get install --yes --no-install-recommends $*"
    command -v sudo >/dev/null || fail "packages are missing and there is no sudo here; $advice"
    as_root=(sudo)
    # Without a terminal nobody can type a password.
    if [[ ! -t 0 ]]; then
        as_root=(sudo --non-interactive)
        "${as_root[@]}" true 2>/dev/null || fail "packages are missing and sudo wants a password; $advice"
    fi
}

# Runs apt-get without questions; shows its output only if it fails; waits while another apt or dpkg holds a lock.
apt_get() {
    local log attempt status
    mkdir -p "$checkout/.build"
    log=$(mktemp "$checkout/.build/apt.XXXXXX")
    for ((attempt = 1; ; attempt++)); do
        status=0
        ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
            apt-get -o DPkg::Lock::Timeout=600 "$@" >"$log" 2>&1 </dev/null || status=$?
        # The option above covers dpkg's own lock; the locks on the lists and the archive are refused at once.
        if ((status == 0 || attempt == 60)) || ! grep -q 'Could not get lock' "$log"; then
            break
        fi
        ((attempt > 1)) || say "Waiting for another apt to finish"
        sleep 5
    done
    ((status == 0)) || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# Makes .build/test-venv as Tests/requirements.txt says, anew whenever that file has changed.
ensure_test_python() {
    local wanted=$checkout/Tests/requirements.txt venv=$checkout/.build/test-venv
    if cmp -s "$wanted" "$venv/requirements.txt" && "$venv/bin/python" -c '' 2>/dev/null; then
        return 0
    fi
    say "Making a Python environment for the tests in .build/test-venv"
    rm -rf "$venv"
    quietly python3 -m venv "$venv" || fail "python3 could not make a virtual environment, see above"
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --requirement "$wanted" ||
        fail "pip could not install what Tests/requirements.txt names, see above"
    cp "$wanted" "$venv/requirements.txt"
}
