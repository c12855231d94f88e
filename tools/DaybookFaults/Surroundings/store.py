"""A store in a temporary folder, and the programs that are tried on it."""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

DONE, NO, WRONG_CALL, UNUSABLE = 0, 1, 2, 3
SECONDS_MAX = 60


class Broken(Exception):
    """A promise that was not kept."""


class Skipped(Exception):
    """What cannot be tried here, and why."""


class Store:
    def __init__(self, daybook: Path, helper: Path):
        self.daybook = daybook
        self.helper = helper
        memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self.place = Path(tempfile.mkdtemp(prefix="daybook-hazards-", dir=memory))
        self.folder = self.place / "store"
        self.children: list[subprocess.Popen] = []
        self.mounts: list[Path] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
        for mount in reversed(self.mounts):
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.place, ignore_errors=True)

    def run(self, *words, before=(), said: str | None = None, expect: int | None = None, within=SECONDS_MAX):
        """Runs `daybook` with `words`, behind the words of `before`; a crash or a second sentence breaks a promise."""
        command = [*before, self.daybook, "--data", self.folder, *words]
        try:
            ended = subprocess.run(command, input=said or "", capture_output=True, text=True, timeout=within)
        except subprocess.TimeoutExpired:
            raise Broken(f"{' '.join(words)} still runs after {within} s") from None
        told = f"{' '.join(words)}: exit {ended.returncode}, {ended.stderr.strip() or ended.stdout[:200].strip()}"
        if ended.returncode not in (DONE, NO, WRONG_CALL, UNUSABLE):
            raise Broken(told)
        if expect is not None and ended.returncode != expect:
            raise Broken(f"{told}; expected exit {expect}")
        return ended

    def refused(self, *words, code=UNUSABLE, having=(), before=()) -> str:
        """The one sentence with which `words` are refused; it must have all of `having` in it."""
        ended = self.run(*words, before=before, expect=code)
        sentences = ended.stderr.strip().splitlines()
        if len(sentences) != 1 or not sentences[0].endswith("."):
            raise Broken(f"{' '.join(words)}: not one sentence: {ended.stderr!r}")
        for part in having:
            if part not in sentences[0]:
                raise Broken(f"{' '.join(words)}: '{part}' is missing in: {sentences[0]}")
        return sentences[0].removeprefix("daybook: ").replace(str(self.place), "…")

    def fill(self, count=20):
        """Makes the store with so many jobs."""
        self.run("enqueue", "--stdin", said='{"name":"mail","args":{"to":"somebody"}}\n' * count, expect=DONE)

    def good(self):
        return self.run("log", "verify", expect=DONE)

    def spawn(self, *command, **options) -> subprocess.Popen:
        options.setdefault("stdin", subprocess.PIPE)
        options.setdefault("stdout", subprocess.PIPE)
        child = subprocess.Popen(command, text=True, **options)
        self.children.append(child)
        return child

    def help(self, what: str, *words) -> subprocess.Popen:
        """A process of the helper that is ready for whatever is done to it."""
        child = self.spawn(self.helper, what, self.folder, *words)
        if child.stdout.readline() != "ready\n":
            raise Broken(f"the helper cannot {what}")
        return child

    def disk(self, megabytes: int) -> Path:
        """A disk of its own under the store."""
        if os.geteuid() != 0:
            raise Skipped("only root can mount a disk")
        disk = self.place / "disk"
        disk.mkdir()
        options = f"size={megabytes}m,mode=700"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, text=True)
        if mounted.returncode != 0:
            raise Skipped(f"mounting is not allowed here: {mounted.stderr.strip()}")
        self.mounts.append(disk)
        self.folder = disk / "store"
        return disk


def wait_until(condition, what: str, seconds=SECONDS_MAX):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Broken(f"{what} has not come about in {seconds} s")
        time.sleep(0.02)
