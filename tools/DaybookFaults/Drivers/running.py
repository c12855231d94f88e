"""Runs the program that is tested, with or without faults under its files."""
import os
import shlex
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SECONDS_MAX = 120


def add_arguments(parser):
    parser.add_argument("--start", help="command that makes the folder before anything is broken")
    parser.add_argument("--work", required=True, help="command that does what is to be kept")
    parser.add_argument("--verify", required=True, help="command that checks the folder {data} against the file {acks}")
    parser.add_argument("--again", help="command that works on what is left (default: the work)")
    parser.add_argument("--input", type=Path, help="file that the work reads from standard input")
    parser.add_argument("--library", type=Path, help="the library of faults; built if not given")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    parser.add_argument("--scratch", default=memory, help="where folders are made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--expect-bad", action="store_true", help="succeed if a promise was broken")


@dataclass
class Ended:
    """How a run ended: `code` is the exit code, or minus a signal."""

    code: int
    said: bytes
    complained: bytes

    @property
    def crashed(self):
        return self.code < 0 or self.code > 3

    @property
    def acks(self):
        """The acknowledgements it said in full."""
        lines = self.said.split(b"\n")[:-1]
        return [line for line in lines if line.startswith(b"ack ")]

    def __str__(self):
        complaint = self.complained.decode(errors="replace").strip().splitlines()
        return f"exit {self.code}" + (f": {complaint[-1]}" if complaint else "")


@dataclass
class Counters:
    """What the library counted; see `struct counters` in Preload/faults.h."""

    calls: int
    fired: int
    lines: int
    lines_when_fired: int

    @staticmethod
    def read(path: Path):
        return Counters(*struct.unpack("<4Q", path.read_bytes()))


class Program:
    """The commands, and a place for the folders they work on."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.place = Path(tempfile.mkdtemp(prefix="daybook-faults-", dir=arguments.scratch))
        self.library = arguments.library or self._build_library()
        self.base = None
        if arguments.start:
            self.base = self.place / "base"
            ended = self.run(arguments.start, self.base)
            if ended.code != 0:
                raise SystemExit(f"the start failed: {ended}")

    def __del__(self):
        shutil.rmtree(self.place, ignore_errors=True)

    def _build_library(self) -> Path:
        library = self.place / "libfaults.so"
        subprocess.run([Path(__file__).resolve().parent.parent / "build-preload", library], check=True)
        return library

    def fresh_folder(self, name="data") -> Path:
        """The folder as it is before the work; it does not exist if nothing makes it."""
        folder = self.place / name
        shutil.rmtree(folder, ignore_errors=True)
        if self.base:
            shutil.copytree(self.base, folder)
        return folder

    def words(self, command: str, folder: Path, acks: Path | None = None):
        places = {"{data}": str(folder), "{acks}": str(acks or "/dev/null")}
        words = shlex.split(command)
        for mark, path in places.items():
            words = [word.replace(mark, path) for word in words]
        return words

    def faulty(self, folder: Path, **settings) -> dict:
        """The environment in which the library does what the settings say: `calls="sync"` and the like."""
        environment = {"LD_PRELOAD": str(self.library), "DAYBOOK_FAULTS_BELOW": str(folder)}
        environment.update({f"DAYBOOK_FAULTS_{name.upper()}": str(value) for name, value in settings.items()})
        return environment

    def spawn(self, command: str, folder: Path, environment: dict | None = None) -> subprocess.Popen:
        source = open(self.arguments.input, "rb") if self.arguments.input else subprocess.DEVNULL
        try:
            return subprocess.Popen(
                self.words(command, folder), env={**os.environ, **(environment or {})}, stdin=source,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        finally:
            if self.arguments.input:
                source.close()

    def run(self, command: str, folder: Path, environment: dict | None = None) -> Ended:
        return finish(self.spawn(command, folder, environment))

    def work(self, folder: Path, environment: dict | None = None) -> Ended:
        return self.run(self.arguments.work, folder, environment)

    def again(self, folder: Path) -> Ended:
        return self.run(self.arguments.again or self.arguments.work, folder)

    def verify(self, folder: Path, acks: list[bytes]) -> Ended:
        path = self.place / "acks"
        path.write_bytes(b"".join(ack + b"\n" for ack in acks))
        words = self.words(self.arguments.verify, folder, path)
        return finish(
            subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE))

    def broken_promise(self, folder: Path, acks: list[bytes], works_on=True) -> str | None:
        """What is wrong with what is left in a folder; None if nothing is. With `works_on`, work must also go on."""
        verified = self.verify(folder, acks)
        if verified.code != 0 and (acks or verified.code != 3):
            return f"verify: {verified}"
        if not works_on and verified.code == 0:
            return None
        again = self.again(folder)
        if again.code != 0:
            return f"going on: {again}"
        verified = self.verify(folder, acks + again.acks)
        return f"verify after going on: {verified}" if verified.code != 0 else None


def finish(process: subprocess.Popen) -> Ended:
    try:
        said, complained = process.communicate(timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        said, complained = process.communicate()
        complained += f"\nstill ran after {SECONDS_MAX} s".encode()
    return Ended(process.returncode, said, complained)
