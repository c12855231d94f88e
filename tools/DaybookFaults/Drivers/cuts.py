"""Cuts the power at any moment of a run, and looks at what the disk may hold then.

The run is recorded once. For each state, a moment is drawn and then what became of all that was not flushed by then;
see disk.py. What was acknowledged before that moment must be there, and work must go on.
"""
import hashlib
import random
import shutil

from . import trace
from .disk import Disk
from .running import Program, finish


def add_arguments(parser):
    parser.add_argument("--states", type=int, default=500)
    parser.add_argument("--processes", type=int, default=1, help="how many do the work side by side")
    parser.add_argument("--lie", action="store_true", help="do not flush, but say so: the check must find it")


def run(arguments, program: Program) -> bool:
    folder, records = record(arguments, program)
    chance = random.Random(arguments.seed)
    moments = sorted(chance.randint(0, len(records)) for _ in range(arguments.states))
    disk = Disk(folder, program.base)
    taken = bad = 0
    seen = set()
    for index, moment in enumerate(moments):
        for one in records[taken:moment]:
            disk.take(one)
        taken = moment
        state = disk.after_power_failure(chance)
        acks = [line for line in disk.said.split(b"\n")[:-1] if line.startswith(b"ack ")]
        if (key := fingerprint(state, len(acks))) in seen:
            continue
        seen.add(key)
        write(state, folder)
        if broken := program.broken_promise(folder, acks, works_on=index % 5 == 0):
            bad += 1
            if bad <= 5 and not arguments.expect_bad:
                where = f"state {index} of seed {arguments.seed}, record {moment} of {len(records)}"
                print(f"bad: {where}: {broken}", flush=True)
    print(f"cuts: {arguments.states} states of {len(records)} records, {len(seen)} of them distinct, {bad} bad")
    return bad > 0


def record(arguments, program):
    folder = program.fresh_folder()
    path = program.place / "trace"
    path.write_bytes(b"")
    environment = program.faulty(folder, trace=path, lie=int(arguments.lie))
    workers = [program.spawn(arguments.work, folder, environment) for _ in range(arguments.processes)]
    for ended in [finish(worker) for worker in workers]:
        if ended.code != 0 or not ended.acks:
            raise SystemExit(f"the work failed while it was recorded: {ended}")
    records = trace.read(path)
    if not any(one.kind == trace.WRITE for one in records):
        raise SystemExit("nothing was recorded: does the program load the library?")
    if not any(one.kind == trace.SAID and b"ack " in one.data for one in records):
        raise SystemExit("no acknowledgement was recorded: is it said on standard output?")
    return folder, records


def fingerprint(state, ack_count):
    digest = hashlib.blake2b(str(ack_count).encode())
    for name, content in state.items():
        digest.update(f"{name}\0{-1 if content is None else len(content)}\0".encode())
        digest.update(content or b"")
    return digest.digest()


def write(state, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, content in state.items():
        path = folder / name
        if content is None:
            path.mkdir(mode=0o700)
        else:
            path.write_bytes(content)
            path.chmod(0o600)
