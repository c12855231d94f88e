"""A store in a folder of its own with a server on it, for the tests of pages."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request


class Store:
    def __init__(self, daybook):
        self.folder = tempfile.mkdtemp()
        self.command = [daybook, "--data", os.path.join(self.folder, "store")]
        self.server = None
        self.panels = None

    def run(self, *words, given=None):
        found = subprocess.run([*self.command, *words], input=given, capture_output=True, text=True, check=True)
        return found.stdout

    def enqueue(self, *words):
        return self.run("enqueue", *words).split()[1]

    def serve(self):
        port = os.path.join(self.folder, "port")
        # What a test has claimed and not ended is not waited for.
        self.server = subprocess.Popen(
            [*self.command, "serve", "--listen", "127.0.0.1:0", "--port-file", port, "--stop-timeout", "0s"],
            stderr=subprocess.DEVNULL)
        for _ in range(300):
            if os.path.exists(port):
                with open(port, encoding="utf-8") as file:
                    return "http://" + file.read().strip()
            try:
                self.server.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                continue
        raise SystemExit("the server did not start")

    def serve_panels(self):
        """A program of its own with panels, beside ours on the same store: the example of followers."""
        program = os.path.join(os.path.dirname(self.command[0]), "FollowerExamples")
        self.panels = subprocess.Popen([program, self.command[2], "serve"], stdout=subprocess.PIPE, text=True)
        base = self.panels.stdout.readline().strip()
        if not base.startswith("http://"):
            raise SystemExit("the program with panels did not start")
        return base

    def close(self):
        for server in [self.server, self.panels]:
            if server:
                server.terminate()
                server.wait(30)
        shutil.rmtree(self.folder)

    def ask(self, base, method, path, body=None, html=False):
        """Status and text of an answer."""
        data = None if body is None else json.dumps(body).encode()
        fields = {"Content-Type": "application/json"} if data else {}
        if html:
            fields["Accept"] = "text/html"
        request = urllib.request.Request(base + path, data, fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
