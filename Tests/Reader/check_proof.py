#!/usr/bin/env python3
"""Checks an inclusion proof of Daybook: check_proof.py PROOF [CHECKPOINT]

PROOF holds what `daybook log proof` printed. CHECKPOINT holds a checkpoint from somewhere that you trust; without it
nothing but the proof's own checkpoint is believed. Prints the job's events that are proven to be in that log.
"""
import base64, datetime, hashlib, json, struct, sys

def H(tag, *parts):
    return hashlib.sha256(bytes([tag]) + b"".join(parts)).digest()

def require(holds, sentence):
    if not holds:
        sys.exit(f"wrong: {sentence}")

def varint(data, at):
    number, shift = 0, 0
    while True:
        number, shift, at = number | (data[at] & 127) << shift, shift + 7, at + 1
        if data[at - 1] < 128:
            return number, at

def told(sequence, data):
    """Kind, time and job of an event, from the beginning of what its leaf is made of."""
    _, kind, presence, time = struct.unpack_from("<BBHq", data)
    distance, _ = varint(data, 12) if presence & 1 else (sequence, 0)
    return kind, datetime.datetime.fromtimestamp(time // 10**6, datetime.timezone.utc), sequence - distance

def root(count, leaves, nodes):
    """The root over `count` events, of which `leaves` are known; `nodes` are the others, in the order in which they are met."""
    def node(level, index):
        if not any(leaf >> 4 * level == index for leaf in leaves):
            return next(nodes)
        return leaves[index] if level == 0 else H(2, *(node(level - 1, 16 * index + child) for child in range(16)))
    peaks = []
    for level in reversed(range(16)):
        total = count >> 4 * level
        peaks += [node(level, index) for index in range(total - total % 16, total)]
    return H(3, struct.pack(">Q", count), *peaks)

def main(proof_path, checkpoint_path=None):
    proof = json.load(open(proof_path))
    text = open(checkpoint_path).read().splitlines()[-1] if checkpoint_path else proof["checkpoint"]
    checkpoint, decode = json.loads(text), lambda text: base64.b64decode(text, validate=True)
    leaves, lines = {}, []
    for event in proof["events"]:
        sequence, data = event["seq"], decode(event["open"])
        digest = H(1, decode(event["payload"])) if "payload" in event else decode(event.get("digest", ""))
        leaves[sequence - 1] = H(0, struct.pack(">Q", sequence), data, digest)
        kind, time, job = told(sequence, data)
        require(job == proof["job"], f"event {sequence} is about job {job}")
        lines.append(f"event {sequence}: kind {kind} at {time:%Y-%m-%dT%H:%M:%SZ}")
    packed = decode(proof["nodes"])
    nodes = iter([packed[at:at + 32] for at in range(0, len(packed), 32)])
    require(lines and max(leaves) < checkpoint["seq"], "no event is shown, or one behind the checkpoint")
    try:
        found = root(checkpoint["seq"], leaves, nodes)
    except (StopIteration, RuntimeError):
        sys.exit("wrong: nodes are missing")
    require(next(nodes, None) is None, "there are more nodes than the proof needs")
    require(found.hex() == checkpoint["root"], "the events are not those that the checkpoint has seen")
    print(f"job {proof['job']} is in the log {checkpoint['identity']} as of event {checkpoint['seq']}", *lines, sep="\n")

if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
