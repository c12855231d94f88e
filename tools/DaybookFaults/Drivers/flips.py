"""Flips one bit anywhere in a file of the store, again and again, and looks at what is said of it.

The work is a command that reads the store and prints what it holds. If a flip changes what it prints, or keeps it from
printing, the verification must say so; and a store that verification calls good must print what it printed before.
Nobody crashes, and nobody writes into the damaged file.
"""
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .running import Program

DONE, NO, UNUSABLE = 0, 1, 3


def add_arguments(parser):
    parser.add_argument("--tries", type=int, default=2_000)
    parser.add_argument("--file", default="data.mdb", help="the file in the folder whose bits are flipped")
    parser.add_argument("--processes", type=int, default=2, help="how many tries are made at once")


@dataclass
class Tally:
    """What became of the tries."""

    found: int = 0  # The verification said so.
    changed: int = 0  # Of these: what is printed changed, or nothing could be printed.
    harmless: int = 0  # Good, and the same is printed: the bit is in a page that is not in use.
    bad: list[str] = field(default_factory=list)

    def add(self, other: "Tally"):
        self.found += other.found
        self.changed += other.changed
        self.harmless += other.harmless
        self.bad += other.bad


def run(arguments, program: Program) -> bool:
    folder = program.fresh_folder()
    whole = program.work(folder)
    verified = program.verify(folder, [])
    if whole.code != DONE or verified.code != DONE or not whole.said:
        raise SystemExit(f"the store was not good before anything was flipped: {whole}; {verified}")
    content = (folder / arguments.file).read_bytes()
    chance = random.Random(arguments.seed)
    bits = [chance.randrange(len(content) * 8) for _ in range(arguments.tries)]
    tally = Tally()
    with ThreadPoolExecutor(arguments.processes) as pool:
        parts = [bits[index::arguments.processes] for index in range(arguments.processes)]
        folders = [shutil.copytree(folder, program.place / f"flips{index}") for index in range(len(parts))]
        for part in pool.map(lambda pair: flip_each(program, *pair, arguments.file, whole.said), zip(folders, parts)):
            tally.add(part)
    for sentence in tally.bad[:5]:
        print(f"bad: seed {arguments.seed}: {sentence}", flush=True)
    print(
        f"flips: seed {arguments.seed}, {arguments.tries} tries in {len(content)} bytes: {tally.found} found "
        f"({tally.changed} of them change what is printed), {tally.harmless} harmless, {len(tally.bad)} bad")
    return bool(tally.bad) or tally.changed == 0


def flip_each(program: Program, folder: Path, bits: list[int], name: str, expected: bytes) -> Tally:
    tally = Tally()
    path = folder / name
    content = path.read_bytes()
    for bit in bits:
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        flip_one(program, folder, expected, f"bit {bit % 8} of byte {bit // 8}", tally)
        if path.read_bytes() != flipped:
            tally.bad.append(f"bit {bit % 8} of byte {bit // 8}: a reader wrote into {name}")
    path.write_bytes(content)
    return tally


def flip_one(program: Program, folder: Path, expected: bytes, where: str, tally: Tally):
    verified = program.verify(folder, [])
    printed = program.work(folder)
    for ended in (verified, printed):
        if ended.code not in (DONE, NO, UNUSABLE):
            return tally.bad.append(f"{where}: {ended}")
        if len(ended.complained.splitlines()) > 1:
            return tally.bad.append(f"{where}: more than a sentence: {ended.complained.decode(errors='replace')}")
    is_same = printed.code == DONE and printed.said == expected
    if verified.code != DONE:
        tally.found += 1
        tally.changed += not is_same
    elif is_same:
        tally.harmless += 1
    else:
        tally.bad.append(f"{where}: called good, and what is printed changed ({printed})")
