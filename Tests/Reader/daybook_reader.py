#!/usr/bin/env python3
"""Reads a Daybook log as Docs/FileFormat.md describes it, and takes the tables of kinds and fields out of that document.

    daybook_reader.py export FILE        an export, redacted or not
    daybook_reader.py database FOLDER    data.mdb, with py-lmdb

Checks all that the document lets a stranger check and prints the last sequence number and the head.
"""
import base64, hashlib, json, pathlib, re, struct, sys

DOCUMENT = (pathlib.Path(__file__).parent / "../../Docs/FileFormat.md").read_text(encoding="utf-8")
KINDS = {name: int(number) for number, name in re.findall(r"^\| (\d+) \| `(\w+)` \|$", DOCUMENT, re.M)}
FIELDS = {name: (int(number), int(form), shown) for number, name, form, shown
          in re.findall(r"^\| (\d+) \| `(\w+)` \| ([0-3]) \| (.*) \|$", DOCUMENT, re.M)}
PARTS = ["job", "previous", "cause", "attempt", "token", "process", "worker", "person", "recurring"]
OTHERS = ["seq", "time", "kind", "version", "actor", "rawFacts", "salt", "rawPayload", "payload", "payloadBytes",
          "commit", "hash", "count", "ledgers", "head"]
CRC = list(range(256))
for _ in range(8):
    CRC = [crc >> 1 ^ (0x82F63B78 if crc & 1 else 0) for crc in CRC]

def require(holds, sentence):
    if not holds:
        sys.exit(f"wrong: {sentence}")

def H(tag, *parts):
    return hashlib.sha256(bytes([tag]) + b"".join(parts)).digest()

def leaf(sequence, open_part, payload, digest=b""):
    return H(0, struct.pack(">Q", sequence), open_part, digest or (H(1, payload) if payload else b""))

class Chain:
    """From leaves to the history tree, from the tree to roots, from roots to heads."""
    def __init__(self):
        self.levels, self.count, self.head, self.nodes, self.begun = [[]], 0, bytes(32), {}, 0

    def add(self, sequence, leaf):
        require(sequence == self.count + 1, f"event {sequence} behind event {self.count}")
        level, index = 0, self.count
        self.count, self.begun = self.count + 1, self.begun + 1
        self.levels[0].append(leaf)
        while len(self.levels[level]) == 16:
            node = H(2, *self.levels[level])
            self.levels[level], level, index = [], level + 1, index // 16
            self.levels += [[]] if level == len(self.levels) else []
            self.levels[level].append(node)
            self.nodes[level, index] = node

    def end(self, count, ledgers, head):
        require(count == self.begun, f"the commit that ends with event {self.count} has {self.begun} events, not {count}")
        root = H(3, struct.pack(">Q", self.count), *(node for level in reversed(self.levels) for node in level))
        self.head, self.begun = H(4, self.head, root, struct.pack(">I", count), ledgers), 0
        require(self.head == head, f"the head of the commit that ends with event {self.count}")

def members(line):
    """The members of the line's object: each value, and the very characters that it was written with."""
    decoder, at, found = json.JSONDecoder(), 1, {}
    while line[at - 1] != "}":
        key, at = decoder.raw_decode(line, at)
        value, end = decoder.raw_decode(line, at + 1)
        require(key not in found, f"the key {key}, which stands twice")
        found[key], at = (value, line[at + 1:end]), end + 1
    return found

def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)

def instant(text):
    sign, year, month, day, hour, minute, second, micro = re.fullmatch(
        r"([+-]?)(\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{6})Z", text).groups()
    year, month = (-1 if sign == "-" else 1) * int(year) - (int(month) < 3), (int(month) + 9) % 12
    days = year * 365 + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + int(day) - 719469
    return (((days * 24 + int(hour)) * 60 + int(minute)) * 60 + int(second)) * 1_000_000 + int(micro)

def field(name, value, written):
    numbered = re.fullmatch(r"field(\d+)\.([0-3])", name)
    plain = name if name in FIELDS or numbered else name[:-2]
    number, form, shown = (int(numbered[1]), int(numbered[2]), "hex digits") if numbered else FIELDS[plain]
    def content(item):
        if form == 0:
            return varint(int(item))
        if form == 2:
            signed = instant(item) if shown == "time" else item
            return varint((signed << 1) ^ (signed >> 63))
        if form == 3:
            return bytes.fromhex(item)
        data = (base64.b64decode(item, validate=True) if plain != name else
                bytes.fromhex(item) if shown == "hex digits" else
                item.encode() if shown.startswith("text") else written.encode())
        return varint(len(data)) + data
    items = value if isinstance(value, list) and shown != "the JSON itself" else [value]
    return b"".join(varint(number << 2 | form) + content(item) for item in items)

def read_export(path):
    chain = Chain()
    for line in open(path, encoding="utf-8", newline="\n"):
        parts = members(line.rstrip("\n"))
        get = {key: value for key, (value, _) in parts.items()}.get
        raw = lambda key: bytes.fromhex(get(key, ""))
        names, sequence = list(parts), get("seq")
        salt = names.index("salt") if "salt" in parts else len(names)
        facts, payload = (b"".join(field(name, *parts[name]) for name in some if name not in PARTS + OTHERS)
                          for some in (names[:salt], names[salt:]))
        payload = raw("salt") + payload + raw("rawPayload")
        person = get("actor")[7:].encode() if get("actor").startswith("person:") else None
        presence, announced = 0, b""
        for bit, name in enumerate(PARTS):
            value = person if name == "person" else get(name)
            if value is not None:
                presence |= 1 << bit
                announced += (varint(len(value)) + value if name == "person" else
                              varint(value if name in ("attempt", "worker") else sequence - value))
        if payload or "payload" in parts:
            presence |= 1 << 9
            announced += varint(get("payloadBytes") or len(payload))
        kind = KINDS[get("kind")] if get("kind") in KINDS else int(get("kind")[4:])
        head = struct.pack("<BBHq", get("version", 1), kind, presence, instant(get("time")))
        own = leaf(sequence, head + announced + facts + raw("rawFacts"), payload, raw("payload"))
        require(own == raw("hash"), f"the hash of event {sequence}")
        chain.add(sequence, own)
        require(("head" in parts) == (get("commit") == sequence), f"the commit of event {sequence}")
        if "head" in parts:
            chain.end(get("count"), raw("ledgers"), raw("head"))
    return chain

def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF

def payload_size(value):
    presence, at, number = struct.unpack("<H", value[7:9])[0], 17, 0
    for bit in range(10):
        if presence >> bit & 1:
            number, shift, more = 0, 0, True
            while more:
                number, shift, more, at = number | (value[at] & 127) << shift, shift + 7, value[at] > 127, at + 1
            at += number if bit == 7 else 0
    return number if presence >> 9 else 0

def read_database(folder):
    import lmdb
    chain, environment = Chain(), lmdb.open(folder, readonly=True, lock=False, max_dbs=32)
    events, nodes, meta = (environment.open_db(name, create=False) for name in (b"events", b"nodes", b"meta"))
    with environment.begin() as transaction:
        for key, value in transaction.cursor(events):
            sequence, end = struct.unpack(">Q", key)[0], len(value) - 52 * value[4]
            require(crc32c(key + value[4:]) == struct.unpack("<I", value[:4])[0], f"the checksum of event {sequence}")
            payload = end - payload_size(value)
            chain.add(sequence, leaf(sequence, value[5:payload], value[payload:end]))
            if value[4]:
                chain.end(struct.unpack("<I", value[end:end + 4])[0], value[end + 4:end + 20], value[end + 20:])
        stored = {(key[0], int.from_bytes(key[1:], "big")): node for key, node in transaction.cursor(nodes)}
        require(stored == {at: node for at, node in chain.nodes.items() if at[0] > 1}, "the nodes of the history tree")
        identity = json.loads((pathlib.Path(folder) / "identity").read_text())["identity"]
        require(transaction.get(b"identity", db=meta).hex() == identity, "the identity")
    return chain

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("export", "database"):
        sys.exit(__doc__)
    result = (read_export if sys.argv[1] == "export" else read_database)(sys.argv[2])
    require(result.begun == 0, f"it ends inside a commit, with event {result.count}")
    print(result.count, result.head.hex())
