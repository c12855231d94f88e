"""Permissions, limits and places: who runs the command, with what, and where."""
import os
import shutil
import subprocess

from .store import DONE, NO, UNUSABLE, Broken, Skipped, Store


WORK = ["work", "--drain", "--exec", "true"]


def no_permission(store: Store):
    """Another user reads and writes nothing."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Skipped("it takes root and setpriv to run as somebody else")
    store.fill()
    store.place.chmod(0o755)
    somebody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*somebody, store.daybook, "--version"], capture_output=True).returncode != 0:
        raise Skipped("other users cannot run the program from where it lies")
    sentence = store.refused("log", "verify", before=somebody, having=["no permission"])
    store.refused("enqueue", "mail", before=somebody, having=["no permission"])
    # A folder that may be entered, with files that may not be read.
    store.folder.chmod(0o755)
    store.refused("log", "verify", before=somebody, having=["belongs to user 0"])
    store.folder.chmod(0o700)
    store.good()
    return sentence


def a_second_pid_namespace(store: Store):
    """Two containers do not share a store, and nobody waits for a lock that cannot be seen."""
    apart = ["unshare", "--pid", "--fork", "--mount-proc"]
    if os.geteuid() != 0 or subprocess.run([*apart, "true"], capture_output=True).returncode != 0:
        raise Skipped("making a pid namespace is not allowed here")
    store.fill()
    holder = store.help("hold")
    for words in (["enqueue", "mail"], ["log", "verify"], ["doctor"]):
        ended = store.run(*words, before=apart, expect=UNUSABLE)
        if "pid namespace" not in ended.stderr or str(holder.pid) not in ended.stderr:
            raise Broken(f"{words}: {ended.stderr}")
    sentence = store.refused("enqueue", "mail", before=apart, having=["pid namespace", "Run both in one"])
    holder.stdin.close()
    holder.wait()
    store.run("enqueue", "mail", before=apart, expect=DONE)
    store.good()
    return sentence


def too_few_descriptors(store: Store):
    """With any number of descriptors it works or says what is missing, and once it works it goes on working."""
    store.fill()
    sentences, least = set(), {}
    for words in (["enqueue", "mail"], ["log", "verify"], ["log", "export"], ["status"], WORK):
        for limit in range(4, 64):
            ended = store.run(*words, before=["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh"])\
                if can_start(store, limit) else None
            if ended is None:
                continue
            if ended.returncode == DONE:
                least.setdefault(words[-1], limit)
            elif words[-1] in least or "ulimit -n" not in ended.stderr or ended.returncode != UNUSABLE:
                raise Broken(f"{words} with {limit}: exit {ended.returncode}, {ended.stderr}")
            else:
                sentences.add(ended.stderr)
    if len(least) != 5 or not sentences:
        raise Broken(f"with up to 63 descriptors: {least}")
    store.good()
    return f"{len(sentences)} sentences that name ulimit -n; enough are {max(least.values())}"


def can_start(store: Store, limit: int) -> bool:
    """Whether the system's loader finds the libraries with so few."""
    command = ["sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh", store.daybook, "--version"]
    return subprocess.run(command, capture_output=True).returncode == 0


def a_file_size_limit(store: Store):
    """A write that the system cuts short (ulimit -f) is an answer, and what was acknowledged stays."""
    store.fill(200)
    size = (store.folder / "data.mdb").stat().st_size
    blocks = size // 512 + 8
    before = ["sh", "-c", f'ulimit -f {blocks} && exec "$@"', "sh"]
    ended = store.run("enqueue", "--stdin", before=before, said='{"name":"mail"}\n' * 2_000)
    if ended.returncode != UNUSABLE or "ulimit -f" not in ended.stderr:
        raise Broken(f"exit {ended.returncode}: {ended.stderr}")
    (store.place / "acks").write_text(ended.stdout)
    store.run("log", "verify", "--acks", str(store.place / "acks"), expect=DONE)
    store.run("enqueue", "mail", expect=DONE)
    return ended.stderr.strip().splitlines()[-1].removeprefix("daybook: ").replace(str(store.place), "…")


def no_file_may_grow(store: Store):
    """Any limit of file sizes (ulimit -f) is an answer that names it, and a verification does not call it damage."""
    store.fill(200)
    for kilobytes in (0, 1, 4, 32, 64):
        before = ["sh", "-c", f'ulimit -f {kilobytes * 2} && exec "$@"', "sh"]
        for words in (["enqueue", "mail"], ["log", "verify"], ["status"], ["init"], WORK):
            ended = store.run(*words, before=before)
            if ended.returncode not in (DONE, UNUSABLE) or "damaged" in ended.stdout + ended.stderr:
                raise Broken(f"{words} with {kilobytes} KB: exit {ended.returncode}, {ended.stdout}{ended.stderr}")
            if ended.returncode == UNUSABLE and "ulimit -f" not in ended.stderr:
                raise Broken(f"{words} with {kilobytes} KB: {ended.stderr}")
    store.run("enqueue", "mail", expect=DONE)
    # What runs jobs ignores the signal; jobs do not.
    status = store.place / "status"
    job = f'(ulimit -f 0; echo much > {store.place}/grown); echo $? > {status}'
    store.run("work", "--drain", "--exec", job, expect=DONE)
    if status.read_text().strip() != "153":
        raise Broken(f"a job that writes too much ends with {status.read_text().strip()}, not with SIGXFSZ")
    store.good()
    return "refused with the name of the limit"


def little_address_space(store: Store):
    """With too little address space (ulimit -v) it works or says so; none of that is damage."""
    store.fill(60_000)
    refused = 0
    for megabytes in (100, 130, 160, 200):
        before = ["prlimit", f"--as={megabytes * 1_000_000}"]
        if subprocess.run([*before, store.daybook, "--version"], capture_output=True).returncode != 0:
            continue
        for words in (["log", "export"], ["state", "--at", "50000"], ["log", "verify"], ["status"]):
            ended = store.run(*words, before=before)
            if ended.returncode != DONE:
                refused += 1
                if ended.returncode != UNUSABLE or "ulimit -v" not in ended.stderr:
                    raise Broken(f"{words} with {megabytes} MB: exit {ended.returncode}, {ended.stdout}{ended.stderr}")
    store.good()
    return f"{refused} sentences that name ulimit -v"


def too_few_descriptors_to_serve(store: Store):
    """The dashboard does not begin with fewer descriptors than it takes."""
    store.fill()
    sentence = ""
    for limit in range(8, 48, 2):
        if can_start(store, limit):
            before = ["prlimit", f"--nofile={limit}:{limit}"]
            sentence = store.refused("serve", "--listen", "127.0.0.1:0", before=before, having=["ulimit -n"])
    return sentence


def a_file_put_back_from_yesterday(store: Store):
    """An old data.mdb is good in itself; the checkpoint that was kept elsewhere knows better."""
    store.fill()
    old = (store.folder / "data.mdb").read_bytes()
    store.fill(5)
    checkpoint = store.place / "checkpoint"
    checkpoint.write_text(store.run("log", "checkpoint", expect=DONE).stdout)
    store.run("log", "verify", "--checkpoint", str(checkpoint), expect=DONE)
    (store.folder / "data.mdb").write_bytes(old)
    store.good()
    found = store.run("log", "verify", "--checkpoint", str(checkpoint), expect=NO)
    if "cut off" not in found.stdout:
        raise Broken(found.stdout)
    return found.stdout.splitlines()[1].strip()


HAZARDS = [
    no_permission, a_second_pid_namespace, too_few_descriptors, too_few_descriptors_to_serve, a_file_size_limit,
    no_file_may_grow, little_address_space, a_file_put_back_from_yesterday,
]
