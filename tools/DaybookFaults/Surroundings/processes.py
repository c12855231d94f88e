"""Other processes: killed, stopped or in the way, with the write lock or a snapshot in their hands."""
import random
import signal
import subprocess
import threading
import time

from .store import DONE, NO, Broken, Store

SEED = 1


def killed_while_it_writes(store: Store):
    """Whoever comes next goes on within a second, whatever instruction the writer was killed at."""
    store.fill()
    chance = random.Random(SEED)
    slowest = 0.0
    for number in range(60):
        writer = store.spawn(store.helper, "append", store.folder, "1000000", stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.04))
        writer.kill()
        writer.wait()
        started = time.monotonic()
        store.run("enqueue", "mail", expect=DONE, within=5)
        slowest = max(slowest, time.monotonic() - started)
        if slowest > 1:
            raise Broken(f"round {number} of seed {SEED}: the next writer took {slowest:.1f} s")
    store.good()
    return f"60 kills, the next one was done after {slowest * 1000:.0f} ms at most"


def killed_while_it_holds_the_lock(store: Store):
    """A killed process takes its lock with it."""
    store.fill()
    for _ in range(10):
        store.help("hold-write").kill()
        store.run("enqueue", "mail", expect=DONE, within=1)
    store.good()
    return "10 kills, the next one was done within a second"


def stopped_while_it_holds_the_lock(store: Store):
    """Others say who is in their way within five seconds, and go on when he is gone or goes on."""
    store.fill()
    for end in (signal.SIGKILL, signal.SIGCONT):
        holder = store.help("hold-write")
        holder.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        waiting = store.spawn(
            store.daybook, "--data", store.folder, "enqueue", "mail", stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        sentence = waiting.stderr.readline().strip()
        seconds = time.monotonic() - started
        if f"writer blocked by pid {holder.pid}" not in sentence or seconds > 5:
            raise Broken(f"after {seconds:.1f} s: {sentence!r}")
        store.run("log", "verify", expect=DONE)
        holder.send_signal(end)
        holder.stdin.close()
        said, _ = waiting.communicate(timeout=5)
        if waiting.returncode != DONE or not said.startswith("ack "):
            raise Broken(f"it did not go on after {end.name}: {said!r}")
    return f"after {seconds:.1f} s: {sentence.removeprefix('daybook: ')}"


def opening_and_closing_at_once(store: Store):
    """Two processes that open and close the store again and again are never in each other's way."""
    store.fill(1)
    acks, broken = [], []

    def go(words):
        try:
            for _ in range(60):
                acks.append(store.run(*words, expect=DONE).stdout)
        except Broken as what:
            broken.append(what)

    threads = [threading.Thread(target=go, args=[words]) for words in (["enqueue", "mail"], ["enqueue", "mail"])]
    threads.append(threading.Thread(target=go, args=[["log", "export"]]))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    (store.place / "acks").write_text("".join(one for one in acks if one.startswith("ack ")))
    store.run("log", "verify", "--acks", str(store.place / "acks"), expect=DONE)
    leftover = list((store.folder / "processes").iterdir())
    if leftover:
        raise Broken(f"files of processes that are gone: {leftover}")
    return "180 openings by three at once, 120 acknowledged and there"


def a_reader_whose_output_nobody_takes(store: Store):
    """`log export | less`: whoever prints holds no snapshot while he waits, so the file does not grow for him."""
    store.run("enqueue", "--stdin", said='{"name":"mail","args":"%0200d"}\n' % 0 * 4_000, expect=DONE)
    for words in (["log", "export"], ["state"], ["replay"]):
        reader = store.spawn(store.daybook, "--data", store.folder, *words)
        if not reader.stdout.read(1):
            raise Broken(f"{words} prints nothing")
        before = used(store)
        append(store, 2_500)
        grown = used(store) / before
        if reader.poll() is not None:
            raise Broken(f"{words} ended: there was too little to print")
        reader.kill()
        if grown >= 10:
            raise Broken(f"{words}: the file grew {grown:.0f} times over 2,500 commits")
    return f"10,000 commits in all, the file grew {grown:.1f} times at most in a quarter of them"


def a_reader_that_was_stopped(store: Store):
    """Who was stopped in the middle of a snapshot is named, and the file is used again when he is gone."""
    store.fill()
    reader = store.help("hold-read")
    reader.send_signal(signal.SIGSTOP)
    append(store, 10_000)
    told = [line for line in store.run("doctor", expect=NO).stdout.splitlines() if "PROBLEM" in line]
    if not any(f"pid {reader.pid} holds a snapshot" in line for line in told):
        raise Broken(f"the doctor says {told}")
    status = store.run("status", expect=DONE).stdout
    if f"pid {reader.pid} holds a snapshot" not in status:
        raise Broken(f"status says {status}")
    reader.kill()
    reader.wait()
    append(store, 10)
    before = used(store)
    append(store, 1_000)
    if used(store) > before:
        raise Broken("freed pages are not used again")
    store.run("doctor", expect=DONE)
    return next(line for line in told if "snapshot" in line)


def append(store: Store, count: int):
    command = [store.helper, "append", store.folder, str(count)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=300)


def used(store: Store) -> int:
    return (store.folder / "data.mdb").stat().st_size


HAZARDS = [
    killed_while_it_writes, killed_while_it_holds_the_lock, stopped_while_it_holds_the_lock,
    opening_and_closing_at_once, a_reader_whose_output_nobody_takes, a_reader_that_was_stopped,
]
