"""The disk: full, full while work is going on, and read-only."""
import json
import shutil
import subprocess
import time

from .store import DONE, UNUSABLE, Broken, Skipped, Store, wait_until


def use_up(path):
    """Writes a file until the disk has no byte left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 16)):
                pass
        except OSError:
            pass


def counts(store: Store) -> dict:
    return json.loads(store.run("status", "--json", expect=DONE).stdout)["jobs"]


def a_full_disk(store: Store):
    """New work is refused before anything is written, all that reads works, and it goes on when there is room."""
    disk = store.disk(megabytes=12)
    store.fill()
    use_up(disk / "filler")
    sentence = store.refused("enqueue", "mail", having=["disk is full", "Free some space"])
    for words in (["log", "verify"], ["log", "export"], ["state"], ["status"], ["jobs", "list"]):
        store.run(*words, expect=DONE)
    if "PROBLEM  the disk has only" not in store.run("doctor").stdout:
        raise Broken("the doctor does not see it")
    (disk / "filler").unlink()
    store.run("enqueue", "mail", expect=DONE)
    store.good()
    return sentence


def a_disk_that_fills_up_under_work(store: Store):
    """Running jobs end, none is begun, the process lives on, and with room again it does the rest."""
    disk = store.disk(megabytes=24)
    store.fill(1_500)
    job = "head -c 20000 /dev/zero | tr '\\0' x"
    worker = store.spawn(
        store.daybook, "--data", store.folder, "work", "--concurrency", "4", "--drain", "--exec", job,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_until(lambda: counts(store)["succeeded"] > 20 or worker.poll() is not None, "twenty jobs")
    use_up(disk / "filler")
    wait_until(lambda: is_resting(store, worker), "the end of what was running")
    at_rest = counts(store)
    if worker.poll() is not None:
        raise Broken(f"the worker ended: exit {worker.returncode}, {worker.stderr.read().strip()}")
    if at_rest["enqueued"] == 0 or at_rest["failed"] > 0:
        raise Broken(f"nothing was left to do when the disk was full: {at_rest}")
    (disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
    said, complaint = worker.communicate(timeout=120)
    if worker.returncode != DONE:
        raise Broken(f"the worker: exit {worker.returncode}, {complaint.strip()}")
    after = counts(store)
    if after["succeeded"] != 1_500:
        raise Broken(f"not all were done: {after}")
    store.good()
    return f"at rest with {at_rest['succeeded']} of 1500 done and none running; all done when there was room"


def is_resting(store: Store, worker) -> bool:
    """Nothing runs, and nothing has been begun for a second."""
    before = counts(store)
    if worker.poll() is not None:
        return True
    if before["processing"] > 0:
        return False
    time.sleep(1)
    return counts(store) == before


def a_read_only_file_system(store: Store):
    """All that reads works and leaves no trace; all that writes says so."""
    disk = store.disk(megabytes=12)
    store.fill()
    expected = store.run("log", "export", expect=DONE).stdout
    state = store.run("state", "--canonical", expect=DONE).stdout
    if subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True).returncode != 0:
        raise Skipped("the disk cannot be mounted read-only")
    store.good()
    if store.run("log", "export", expect=DONE).stdout != expected:
        raise Broken("another export than before")
    if store.run("state", "--canonical", expect=DONE).stdout != state:
        raise Broken("another state than before")
    for words in (["status"], ["jobs", "list"], ["log", "tail"], ["replay", "--check"]):
        store.run(*words, expect=DONE)
    if store.run("doctor").returncode == UNUSABLE:
        raise Broken("the doctor cannot look at it")
    for words in (["init"], ["work", "--drain", "--exec", "true"], ["queues", "pause", "default"]):
        store.refused(*words, having=["read-only", "remount it"])
    return store.refused("enqueue", "mail", having=["read-only", "remount it"])


def copies_onto_a_full_disk(store: Store):
    """No store is made where nothing fits, and what was to be copied is not blamed."""
    store.fill()
    source = str(store.folder)
    backup = str(store.place / "backup")
    store.run("backup", backup, expect=DONE)
    (store.place / "export").write_text(store.run("log", "export", expect=DONE).stdout)
    disk = store.disk(megabytes=4)
    copies = {
        "backup": ["--data", source, "backup"], "fork": ["--data", source, "fork", "--to"],
        "recover": ["--data", source, "recover", "--from", source, "--to"],
        "restore": ["restore", backup, "--data"], "import": ["log", "import", str(store.place / "export"), "--data"],
        "init": ["init", "--data"],
    }
    sentences = set()
    for left in range(0, 256 << 10, 16 << 10):
        use_up(disk / "filler")
        if left:
            with open(disk / "filler", "r+b") as file:
                file.truncate(max(0, (disk / "filler").stat().st_size - left))
        for name, words in copies.items():
            copy = disk / f"{name}-{left}"
            ended = subprocess.run([store.daybook, *words, copy], capture_output=True, text=True)
            shutil.rmtree(copy, ignore_errors=True)
            if ended.returncode == DONE:
                continue
            lines = ended.stderr.strip().splitlines()
            if ended.returncode != UNUSABLE or len(lines) != 1 or "disk" not in lines[0] or "full" not in lines[0]:
                raise Broken(f"{name} with {left} bytes left: exit {ended.returncode}, {ended.stderr.strip()}")
            sentences.add(name)
        (disk / "filler").unlink()
    if sentences != set(copies):
        raise Broken(f"only these were refused: {sentences}")
    return f"{len(sentences)} kinds of copies say that the disk is full"


def a_store_without_its_locks_on_a_full_disk(store: Store):
    """Where not even `lock.mdb` finds room nothing is said of the store but that; a full disk is no damage."""
    disk = store.disk(megabytes=4)
    store.fill()
    kept = {path.name: path.read_bytes() for path in store.folder.iterdir() if path.is_file()}
    for left in range(0, 64 << 10, 4 << 10):
        shutil.rmtree(store.folder)
        store.folder.mkdir(mode=0o700)
        for name in ("data.mdb", "identity"):
            (store.folder / name).write_bytes(kept[name])
            (store.folder / name).chmod(0o600)
        use_up(disk / "filler")
        if left:
            with open(disk / "filler", "r+b") as file:
                file.truncate((disk / "filler").stat().st_size - left)
        for words in (["log", "verify"], ["status"], ["doctor"], ["log", "export"], ["jobs", "list"]):
            ended = store.run(*words)
            said = ended.stdout + ended.stderr
            is_done = ended.returncode == DONE or words == ["doctor"] and "the disk has only" in said
            if not is_done and (ended.returncode != UNUSABLE or "disk is full" not in said):
                raise Broken(f"{words} with {left} bytes left: exit {ended.returncode}, {said.strip()}")
            if "damaged" in said:
                raise Broken(f"{words} with {left} bytes left: {said}")
        (disk / "filler").unlink()
    store.good()
    return "the disk is full, and nothing is damaged"


def a_full_temporary_folder(store: Store):
    """Where the folder for temporary files has too little room, however much, it is named, and the store is not."""
    folder = store.folder
    disk = store.disk(megabytes=6)
    store.folder = folder
    store.fill(25_000)
    export = store.place / "export.jsonl"
    export.write_text(store.run("log", "export", expect=DONE).stdout)
    for left in (0, 4 << 10, 64 << 10, 1 << 20, 4 << 20):
        use_up(disk / "filler")
        with open(disk / "filler", "r+b") as file:
            file.truncate((disk / "filler").stat().st_size - left)
        sentence = store.refused(
            "replay", str(export), before=["env", f"TMPDIR={disk}"],
            having=[str(disk), "No space left on device", "set TMPDIR"])
        (disk / "filler").unlink()
    store.good()
    return sentence


HAZARDS = [
    a_full_disk, a_disk_that_fills_up_under_work, a_read_only_file_system, copies_onto_a_full_disk,
    a_store_without_its_locks_on_a_full_disk, a_full_temporary_folder,
]
