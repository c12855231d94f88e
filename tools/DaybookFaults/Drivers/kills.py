"""Kills working processes at any moment, again and again, on the same folder.

In each round some processes work side by side, and each is killed after a time of its own. In the first rounds that is
while the store is being made.
"""
import random
import time

from .running import Program, finish


def add_arguments(parser):
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--milliseconds", type=float, default=100, help="the longest life")
    parser.add_argument("--fresh", action="store_true", help="begin each round with a fresh folder")


def run(arguments, program: Program) -> bool:
    chance = random.Random(arguments.seed)
    folder = program.fresh_folder()
    acks: list[bytes] = []
    bad = killed = acknowledged = 0
    for number in range(arguments.rounds):
        if arguments.fresh:
            folder, acks = program.fresh_folder(), []
        ended = [finish(process) for process in spawn_and_kill(arguments, program, folder, chance)]
        killed += sum(one.code == -9 for one in ended)
        new = [ack for one in ended for ack in one.acks]
        acks += new
        acknowledged += len(new)
        crashed = [one for one in ended if one.crashed and one.code != -9]
        if crashed:
            broken = f"the work: {crashed[0]}"
        else:
            broken = program.broken_promise(folder, acks, works_on=number % 8 == 0)
        if broken:
            bad += 1
            print(f"bad: round {number} of seed {arguments.seed}: {broken}", flush=True)
            break
    print(f"kills: {number + 1} rounds, {killed} killed, {acknowledged} acknowledged, {bad} bad")
    return bad > 0 or killed == 0


def spawn_and_kill(arguments, program, folder, chance):
    processes = [program.spawn(arguments.work, folder) for _ in range(arguments.processes)]
    now = time.monotonic()
    ends = sorted((now + chance.uniform(0, arguments.milliseconds / 1000), index) for index in range(len(processes)))
    for end, index in ends:
        time.sleep(max(0, end - time.monotonic()))
        processes[index].kill()
    return processes
