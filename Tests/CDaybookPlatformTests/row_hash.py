"""The row hash as Docs/FileFormat.md describes it. Reads lines `SEED KEY VALUE`, each in hex or - for nothing."""
import sys

WORD = 2**64
PI = [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89,
      0x452821E638D01377, 0xBE5466CF34E90C6C, 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917]

def take(chain, first, second):
    left, right = (chain[0] + first) % WORD, (chain[1] + second) % WORD
    low, high = left * right % WORD, left * right // WORD
    chain[:] = [((low ^ high) + right) % WORD, (high + left) % WORD]

def fold(left, right):
    product = (left % WORD) * (right % WORD)
    return product % WORD ^ product // WORD

def row_hash(seed, key, value):
    a, b = [seed ^ PI[0], (PI[1] + len(key)) % WORD], [(PI[2] + len(value)) % WORD, seed ^ PI[3]]
    for part, chains in (key, (a, a)), (value, (b, a)):
        for start in range(0, len(part), 16):
            block = part[start:start + 16].ljust(16, b"\0")
            take(chains[start // 16 % 2], int.from_bytes(block[:8], "little"), int.from_bytes(block[8:], "little"))
    take(a, *b)
    turned = (a[1] << 32 | a[1] >> 32) % WORD
    return fold(a[0] + PI[4], a[1] + PI[5]), fold(a[0] + PI[6], turned + PI[7])

for line in sys.stdin:
    seed, key, value = ("" if text == "-" else text for text in line.split())
    print("%016x %016x" % row_hash(int(seed, 16), bytes.fromhex(key), bytes.fromhex(value)))
