"""Five hundred clients that take their time must not keep the server from answering others.

    slow_clients.py DAYBOOK

A third sends a request's head byte by byte, a third a body, and a third asks for much and reads nothing. All the while a
client who behaves asks for pages; each has to come within four seconds, and the server may not grow by more than 64 MB.
"""

import selectors
import socket
import sys
import time
import urllib.parse

from store import Store

CLIENTS = 500
SECONDS = 20
HEAD = b"GET /jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (b"POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 5000\r\n\r\n{")
READ = b"GET /api/v1/export/jobs?format=json HTTP/1.1\r\nHost: localhost\r\n\r\n"


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) * 1024


def connect(address, kind):
    client = socket.socket()
    if kind == "reader":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(address)
    client.sendall({"head": HEAD, "body": BODY, "reader": READ}[kind])
    client.setblocking(False)
    return client


def drip(clients):
    """A byte more of every head and body; who has been turned away is gone."""
    alive = 0
    for kind, client in clients:
        try:
            if kind != "reader":
                client.send(b"a")
            alive += 1
        except OSError:
            pass
    return alive


def main():
    store = Store(sys.argv[1])
    problems = []
    try:
        lines = "\n".join('{"name":"some.job","args":{"n":%d}}' % n for n in range(20_000))
        store.run("enqueue", "--stdin", given=lines + "\n")
        base = store.serve()
        address = urllib.parse.urlparse(base)
        address = (address.hostname, address.port)
        store.ask(base, "GET", "/")
        before = memory(store.server.pid)
        kinds = ["head", "body", "reader"]
        clients = [(kinds[n % 3], connect(address, kinds[n % 3])) for n in range(CLIENTS)]
        slowest, asked, ends = 0.0, 0, time.monotonic() + SECONDS
        with selectors.DefaultSelector() as clock:
            while time.monotonic() < ends:
                drip(clients)
                start = time.monotonic()
                status, _ = store.ask(base, "GET", "/jobs", html=True)
                slowest, asked = max(slowest, time.monotonic() - start), asked + 1
                if status != 200:
                    problems.append(f"a page came with {status}")
                clock.select(0.25)
        if slowest > 4:
            problems.append(f"a page took {slowest:.1f} s")
        growth = memory(store.server.pid) - before
        if growth > 64 << 20:
            problems.append(f"the server grew by {growth >> 20} MB")
        left = drip(clients)
        for _, client in clients:
            client.close()
        print(f"{CLIENTS} slow clients, {left} still there; {asked} pages, the slowest in {slowest * 1000:.0f} ms, "
              f"{growth >> 20} MB more")
    finally:
        store.close()
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)


main()
