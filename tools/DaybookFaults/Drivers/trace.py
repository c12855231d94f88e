"""Reads a trace: what processes did to the files below a folder, in order. See `struct record` in Preload/faults.h."""
import struct
from dataclasses import dataclass
from pathlib import Path

HEAD = struct.Struct("<IBBHIIQQ")
MAGIC = 0x54464244

OPENED, WRITE, SYNC_BEGIN, SYNC_END, TRUNCATE, MAKE, RENAME, UNLINK, MAKE_FOLDER, SAID, WRITTEN = range(1, 12)
IS_DURABLE = 1


@dataclass
class Record:
    kind: int
    is_durable: bool
    process: int
    inode: int
    offset: int
    path: str
    data: bytes


def read(path: Path) -> list[Record]:
    content = path.read_bytes()
    records, position = [], 0
    while position + HEAD.size <= len(content):
        magic, kind, flags, path_count, process, data_count, inode, offset = HEAD.unpack_from(content, position)
        assert magic == MAGIC, f"the trace is broken at byte {position}"
        position += HEAD.size
        name = content[position : position + path_count].decode()
        position += path_count
        data = content[position : position + data_count]
        position += data_count
        records.append(Record(kind, bool(flags & IS_DURABLE), process, inode, offset, name, data))
    return records
