#!/usr/bin/env python3
"""A worker for Daybook in another language, with nothing but the standard library.

    worker.py http://127.0.0.1:8484 [--token TOKEN] [--queue QUEUE]... [--once]

It claims jobs of the names that it has a handler for, says that it is still there while one runs, and reports how it
came out. A job whose claim is gone (cancelled, timed out, taken over) is given up. TOKEN may stand in $DAYBOOK_TOKEN_FILE.
"""

import argparse
import json
import os
import threading
import traceback
import urllib.error
import urllib.request

LEASE_SECONDS = 30
BODY_BYTES_MAX = 1 << 20  # the server reads no more of a request
ERROR_BYTES_MAX = 60_000  # it keeps 64 KB of an error, from its beginning; of a traceback the end says more


class Gone(Exception):
    """The claim is no longer in force: whatever the run comes to does not count."""


class Refused(Exception):
    """The server does not take what it was sent, and would not take it another time."""


class Snooze(Exception):
    """Raised by a handler that wants to be run again later, such as Snooze("5m")."""


class Api:
    def __init__(self, address, token):
        self.address, self.token = address.rstrip("/"), token

    def post(self, path, body):
        sent = json.dumps(body).encode()
        if len(sent) > BODY_BYTES_MAX:
            raise Refused(f"it has {len(sent)} bytes, and the server reads {BODY_BYTES_MAX}")
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", sent, {"Content-Type": "application/json"})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error).get("error", error.reason)
            kind = {400: Refused, 409: Gone, 413: Refused}.get(error.code, RuntimeError)
            raise kind(problem if kind is not RuntimeError else f"{error.code}: {problem}") from None


class Run:
    """What a handler gets beside its arguments."""

    def __init__(self, api, claim):
        self.api, self.claim, self.is_gone = api, claim, threading.Event()

    def post(self, verb, body):
        try:
            return self.api.post(f"/claims/{self.claim['token']}/{verb}", body)
        except Gone:
            self.is_gone.set()
            raise

    def progress(self, fraction, text=""):
        self.post("progress", {"fraction": fraction, "text": text})

    def log(self, text, level="info"):
        self.post("log", {"lines": [{"text": text, "level": level}]})


def keep(run, is_over):
    """Extends the lease until the run is over. One that was missed is no matter: there are several in a lease."""
    while not is_over.wait(LEASE_SECONDS / 4) and not run.is_gone.is_set():
        try:
            run.post("extend", {})
        except (Gone, Refused, OSError, RuntimeError):
            pass


def last(text, bytes_max):
    """The last whole lines of a text, in bytes, for that is what the server counts. What is secret it covers if whole."""
    lines = text.encode(errors="replace")
    return lines[max(0, len(lines) - bytes_max):].split(b"\n", len(lines) > bytes_max)[-1].decode(errors="ignore")


def succeed(run, result):
    """A result that the server does not take, or that is no JSON, is how the job failed: it would not be another one
    next time."""
    try:
        run.post("succeed", {"result": result})
    except (Refused, TypeError, ValueError, RecursionError) as error:
        problem = last(f"The job was done, and its result cannot be reported: {error}", ERROR_BYTES_MAX)
        run.post("fail", {"errorType": "ResultRefused", "error": problem, "final": True})


def attend(api, claim, handlers):
    run, is_over = Run(api, claim), threading.Event()
    threading.Thread(target=keep, args=(run, is_over), daemon=True).start()
    try:
        try:
            result = handlers[claim["name"]](claim.get("args"), run)
        except Snooze as snooze:
            run.post("snooze", {"delay": str(snooze)})
        except Gone:
            raise
        except Exception as error:
            problem = last(traceback.format_exc(), ERROR_BYTES_MAX)
            run.post("fail", {"errorType": type(error).__name__, "error": problem})
        else:
            succeed(run, result)
    except Gone as gone:
        print(f"job {claim['job']} was lost: {gone}", flush=True)
    except (Refused, OSError, RuntimeError, ValueError) as error:
        print(f"how job {claim['job']} came out could not be reported, so it goes back: {error}", flush=True)
    finally:
        is_over.set()


def work(api, handlers, queues, once):
    wish = {"names": sorted(handlers), "queues": queues, "lease": f"{LEASE_SECONDS}s", "wait": "1s" if once else "30s"}
    while True:
        claims = api.post("/claims", wish)["claims"]
        for claim in claims:
            attend(api, claim, handlers)
        if once and not claims:
            return


def word_count(args, run):
    words = args["text"].split()
    run.log(f"{len(words)} words")
    run.progress(1.0, "counted")
    return {"words": len(words)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Runs Daybook's jobs.")
    parser.add_argument("address")
    parser.add_argument("--token", default=None)
    parser.add_argument("--queue", action="append", default=[])
    parser.add_argument("--once", action="store_true", help="end when there are no more jobs")
    options = parser.parse_args()
    path = os.environ.get("DAYBOOK_TOKEN_FILE")
    token = options.token or (open(path).read().strip() if path else None)
    work(Api(options.address, token), {"word.count": word_count}, options.queue, options.once)
