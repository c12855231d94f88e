"""Lets every k-th call fail, one k after another, until a run has no k-th call.

Each run begins with the same folder. Whatever happens to the one call (or, sticky, to all from there on): the program
ends by itself with an exit code of its own, what it had acknowledged is in the folder, and it can go on. After a flush
has failed it acknowledges nothing more, since the kernel may have forgotten what it could not write.
"""
from .running import Counters, Program

FAULTS = {
    "write": ["EIO", "ENOSPC", "short", "kill"],
    "sync": ["EIO", "ENOSPC", "kill"],
    "open": ["EIO", "EMFILE", "kill"],
    "truncate": ["EIO", "ENOSPC"],
    "allocate": ["EIO", "ENOSPC"],
}


def add_arguments(parser):
    parser.add_argument("--calls", choices=FAULTS, action="append", help="only these calls")
    parser.add_argument("--step", type=int, default=1, help="only every so manyth k")


def run(arguments, program: Program) -> bool:
    bad = runs = 0
    for calls in arguments.calls or FAULTS:
        for kind in FAULTS[calls]:
            for sticky in (0,) if kind == "kill" else (0, 1):
                k = 1
                while (broken := one_run(program, calls, kind, sticky, k)) is not NOT_REACHED:
                    runs += 1
                    if broken:
                        bad += 1
                        print(f"bad: {kind} at {calls} {k}{' and after' if sticky else ''}: {broken}", flush=True)
                    k += arguments.step
    print(f"sweep: {runs} runs, {bad} bad")
    return bad > 0 or runs == 0


NOT_REACHED = object()


def one_run(program: Program, calls: str, kind: str, sticky: int, k: int):
    folder = program.fresh_folder()
    path = program.place / "counters"
    path.write_bytes(bytes(32))
    ended = program.work(folder, program.faulty(folder, calls=calls, kind=kind, sticky=sticky, at=k, counters=path))
    counters = Counters.read(path)
    if counters.fired == 0:
        return NOT_REACHED
    if ended.crashed and not (kind == "kill" and ended.code == -9):
        return f"the work: {ended}"
    if calls == "sync" and kind != "kill" and counters.lines > counters.lines_when_fired:
        return f"acknowledged {counters.lines - counters.lines_when_fired} after a flush had failed"
    return program.broken_promise(folder, ended.acks)
