#!/usr/bin/env bash
# Makes a store with the command line, exports it, and lets the reader in Python, which knows nothing but
# Docs/FileFormat.md, check the export and the raw database: it has to come to the same last event and the same head.
#
# DAYBOOK_BINARIES is the folder with `daybook`; DAYBOOK_PYTHON the interpreter that has what Tests/requirements.txt names,
# without which .build/test-venv is taken, and made if it is missing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(cd "$here/../.." && pwd)
daybook=${DAYBOOK_BINARIES:?names the folder with daybook}/daybook
python=${DAYBOOK_PYTHON:-$checkout/.build/test-venv/bin/python}
reader=$here/daybook_reader.py

if [[ ! -x $daybook ]]; then
    printf 'error: there is no %s\n' "$daybook" >&2
    exit 1
fi
if [[ ! -x $python ]]; then
    python3 -m venv "$checkout/.build/test-venv"
    "$checkout/.build/test-venv/bin/pip" install --quiet --requirement "$checkout/Tests/requirements.txt"
    python=$checkout/.build/test-venv/bin/python
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
store=$folder/store

# What `agree NAME WHAT EXPECTED` compares is what the reader prints: the last event's number and the head.
agree() {
    local found
    if ! found=$("$python" "$reader" "$2" "$3" 2>&1) || [[ $found != "$4" ]]; then
        printf 'error: the reader says of %s: %s, not %s\n' "$1" "$found" "$4" >&2
        exit 1
    fi
    printf '%s: %s\n' "$1" "$found"
}

refuse() {
    if "$python" "$reader" "$2" "$3" >"$folder/said" 2>&1; then
        printf 'error: the reader finds nothing wrong with %s\n' "$1" >&2
        exit 1
    fi
    printf '%s: %s\n' "$1" "$(<"$folder/said")"
}

# What the product said of the golden events when it exported them: the number and the head in the last line.
golden=$(tail -n 1 "$here/golden.jsonl" | sed -E 's/^\{"seq":([0-9]+),.*"head":"([0-9a-f]{64})"\}$/\1 \2/')
for file in golden golden-redacted; do
    agree "$file.jsonl" export "$here/$file.jsonl" "$golden"
done

"$daybook" init --data "$store" >"$folder/said"
# Enough events for nodes of the third level, and a few of every sort that the command line makes.
for ((number = 1; number <= 1500; number++)); do
    printf '{"name":"mail","args":{"to":"ann@example.org","who":"Zoë","n":%d},"key":"k%d","tags":["a","b"]}\n' \
        "$number" $((number % 1400))
done | "$daybook" enqueue --stdin --data "$store" >"$folder/said"
printf '{"name":"later","args":{},"delay":"1h","priority":-3}\n' | "$daybook" enqueue --stdin --data "$store" >"$folder/said"
for number in 1 2 3 4 5; do
    printf '{"name":"run","args":[%d],"queue":"fast","attempts":1}\n' "$number"
done | "$daybook" enqueue --stdin --data "$store" >"$folder/said"
# shellcheck disable=SC2016  # The variable is the job's, not ours.
"$daybook" work --drain --data "$store" --queue fast --exec 'cat; test "$DAYBOOK_JOB_ID" -gt 1503' >"$folder/said" 2>&1
"$daybook" jobs cancel 2 --data "$store" --actor ann --reason "no longer wanted" >"$folder/said"

"$daybook" log export --data "$store" >"$folder/export"
"$daybook" log export --redacted --data "$store" >"$folder/redacted"
last=$(wc -l <"$folder/export" | tr -d ' ')
head=$(tail -n 1 "$folder/export" | sed 's/.*"head":"\([0-9a-f]*\)".*/\1/')

agree "the export" export "$folder/export" "$last $head"
agree "the redacted export" export "$folder/redacted" "$last $head"
agree "the database" database "$store" "$last $head"

"$daybook" log import --data "$folder/copy" "$folder/export" >"$folder/said"
agree "the imported database" database "$folder/copy" "$last $head"
"$daybook" log export --data "$folder/copy" | cmp - "$folder/export"

sed 's/"to":"ann@/"to":"eve@/' "$folder/export" >"$folder/edited"
refuse "an edited export" export "$folder/edited"
sed '700d' "$folder/export" >"$folder/shorter"
refuse "an export without its line 700" export "$folder/shorter"
head -n 1000 "$folder/export" >"$folder/cut"
refuse "an export cut in the middle of a commit" export "$folder/cut"
"$python" - "$store/data.mdb" <<'END'
import sys
path = sys.argv[1]
data = open(path, "rb").read()
# Wherever it stands, because LMDB leaves old pages behind that nobody reads.
open(path, "wb").write(data.replace(b'"n":777', b'"n":776'))
END
refuse "a database with one bit flipped" database "$store"
