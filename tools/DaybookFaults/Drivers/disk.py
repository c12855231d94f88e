"""A model of what a disk may hold when the power fails, driven by the records of a trace.

What was flushed is there. Of what was not, any part may be: every sector of 512 bytes of every write by itself, since
nothing promises an order before a flush. Names (made, changed, removed) reach the disk in their order, as they do on a
file system with a journal, but no later than a flush of their folder.
"""
import os
import random
from pathlib import Path

from . import trace

SECTOR = 512


class File:
    def __init__(self, content=b""):
        self.flushed = bytearray(content)
        # What came since: [number, offset, bytes or the length to cut to, whether it is certain]
        self.changes = []

    def change(self, number, offset, what, is_certain=False):
        self.changes.append([number, offset, what, is_certain])

    def flush(self, until):
        for number, offset, what, _ in self.changes:
            if number <= until:
                apply(self.flushed, offset, what)
        self.changes = [change for change in self.changes if change[0] > until]

    def after_power_failure(self, chance: random.Random, kept: float) -> bytes:
        content = bytearray(self.flushed)
        for _, offset, what, is_certain in self.changes:
            if is_certain:
                apply(content, offset, what)
            elif isinstance(what, int):
                if chance.random() < kept:
                    apply(content, offset, what)
            else:
                for start, end in sectors(offset, len(what)):
                    if chance.random() < kept:
                        apply(content, start, what[start - offset : end - offset])
        return bytes(content)


def sectors(offset, count):
    """The range cut where sectors of the disk begin."""
    start = offset
    while start < offset + count:
        end = min(start - start % SECTOR + SECTOR, offset + count)
        yield start, end
        start = end


def apply(content: bytearray, offset, what):
    if isinstance(what, int):
        del content[what:]
        content.extend(bytes(what - len(content)))
    else:
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset : offset + len(what)] = what


class Disk:
    """Everything below one folder."""

    def __init__(self, folder: Path, base: Path | None):
        self.folder, self.base = str(folder), base
        self.files: dict[int, File] = {}
        self.folders: dict[int, str] = {}
        self.names: dict[str, File | None] = {}
        # [number, folder, what to do to a dictionary of names, whether it is certain]
        self.name_changes = []
        self.said = b""
        self.syncs = {}
        self.last_of_process = {}
        self.number = 0
        for path in sorted(base.rglob("*")) if base else []:
            self.names[os.path.join(self.folder, path.relative_to(base))] = (
                None if path.is_dir() else File(path.read_bytes()))

    def take(self, record: trace.Record):
        self.number += 1
        # A write that is durable when its call returns has returned by the time of the process's next record, which is
        # WRITTEN if the call was not cut off.
        if (durable := self.last_of_process.pop(record.process, None)) is not None:
            durable[3] = True
        kind = record.kind
        if kind == trace.OPENED:
            self._opened(record)
        elif kind in (trace.WRITE, trace.TRUNCATE):
            self._changed(record)
        elif kind == trace.SYNC_BEGIN:
            self.syncs[record.process, record.inode] = self.number
        elif kind == trace.SYNC_END:
            self._flushed(record.inode, self.syncs.pop((record.process, record.inode)))
        elif kind == trace.SAID:
            self.said += record.data
        elif kind == trace.WRITTEN:
            pass
        else:
            self._named(record)

    def _opened(self, record):
        path = record.path
        now = self._names_now()
        if path == self.folder or (path in now and now[path] is None):
            self.folders[record.inode] = path
        elif path in now:
            self.files.setdefault(record.inode, now[path])

    def _changed(self, record):
        if (file := self.files.get(record.inode)) is None:
            return
        file.change(self.number, record.offset, record.data if record.kind == trace.WRITE else record.offset)
        if record.is_durable:
            self.last_of_process[record.process] = file.changes[-1]

    def _flushed(self, inode, until):
        if inode in self.files:
            self.files[inode].flush(until)
        for change in self.name_changes:
            if change[0] <= until and change[1] == self.folders.get(inode):
                change[3] = True

    def _named(self, record):
        path = record.path
        if record.kind == trace.MAKE:
            file = self.files[record.inode] = File()
            change = lambda names: names.__setitem__(path, file)
        elif record.kind == trace.MAKE_FOLDER:
            change = lambda names: names.__setitem__(path, None)
        elif record.kind == trace.UNLINK:
            change = lambda names: names.pop(path, None)
        else:
            target = record.data.decode()
            change = lambda names: names.__setitem__(target, names.pop(path)) if path in names else None
        self.name_changes.append([self.number, os.path.dirname(path), change, False])

    def _names_now(self):
        names = dict(self.names)
        for _, _, change, _ in self.name_changes:
            change(names)
        return names

    def after_power_failure(self, chance: random.Random) -> dict[str, bytes | None]:
        """One of the states the disk may be in: paths within the folder with their content, None for folders."""
        kept = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        last_kept = chance.randint(0, self.number)
        names = dict(self.names)
        for number, _, change, is_certain in self.name_changes:
            if is_certain or number <= last_kept:
                change(names)
        state = {}
        for path, file in sorted(names.items()):
            above = os.path.dirname(path)
            if path == self.folder or above != self.folder and names.get(above, "missing") is not None:
                continue
            state[os.path.relpath(path, self.folder)] = None if file is None else file.after_power_failure(chance, kept)
        return state
