"""Asks for everything that the OpenAPI document describes, in many ways that nobody would, for about a minute.

    api_fuzz.py DAYBOOK

No answer may say that something went wrong in the server, each has to be what the document says of it, and the server
has to be alive in the end. Left out are what would
stop the server itself, what waits for work for half a minute, and what never ends.
"""

import os
import subprocess
import sys

from store import Store

LEFT_OUT = r"/processes/|/claims$|/live$"


def fuzz(store, base, *more):
    """What schemathesis says of everything that a server's document describes."""
    tool = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    found = subprocess.run(
        [tool, "run", f"{base}/api/v1/openapi.json", "--url", base, "--checks",
         "not_a_server_error,response_schema_conformance,content_type_conformance",
         "--exclude-path-regex", LEFT_OUT, "--max-examples", "25", "--seed", "7", "--phases",
         "examples,coverage,fuzzing", "--suppress-health-check", "all", "--request-timeout", "20", "--workers", "1",
         "--exclude-deprecated", *more],
        cwd=store.folder, capture_output=True, text=True, timeout=400, check=False)
    said = [line for line in found.stdout.splitlines() if line.strip()]
    print("\n".join(said[-12:] if found.returncode == 0 else said[-400:]))
    return found


def main():
    store = Store(sys.argv[1])
    try:
        job = store.enqueue("some.job", "--args", '{"to":"ada"}', "--tag", "blue")
        store.run("recurring", "set", "report.nightly", "report.send", "--cron", "0 2 * * *")
        base = store.serve()
        found = fuzz(store, base)
        status, _ = store.ask(base, "GET", f"/api/v1/jobs/{job}")
        if status not in (200, 404):
            raise SystemExit(f"the server answers {status} afterwards")
        panels = fuzz(store, store.serve_panels(), "--include-path-regex", "/panels")
        for one in [found, panels]:
            if one.returncode:
                raise SystemExit(one.stderr.strip()[-500:] or 1)
    finally:
        store.close()


main()
