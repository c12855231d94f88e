// The 128-bit hash of a row. Docs/FileFormat.md describes it for ever under "Row hash"; nothing here may change.
//
// Two chains of two 64-bit words each take the row in blocks of 16 bytes: the key goes into one chain, the value in turn
// into both. A round adds the block to the chain's words and multiplies them, 64 by 64 to 128 bits; the high half of
// a product depends on all bits of both factors. Then it adds the factors, crossed, so that a factor that happens to be
// zero forgets nothing and a long run of zeros does not wear the words down to zero. Two chains, because a
// multiplication takes several cycles and a processor can have one of each chain under way at once. At the end one chain
// takes the other as a block, and two more products, folded, make the result.

#include "daybook_platform.h"

#include <string.h>

// The first 512 bits of the fraction of pi: numbers that nobody chose.
#define PI_0 0x243F6A8885A308D3u
#define PI_1 0x13198A2E03707344u
#define PI_2 0xA4093822299F31D0u
#define PI_3 0x082EFA98EC4E6C89u
#define PI_4 0x452821E638D01377u
#define PI_5 0xBE5466CF34E90C6Cu
#define PI_6 0xC0AC29B7C97C50DDu
#define PI_7 0x3F84D5B5B5470917u

struct chain {
    uint64_t left;
    uint64_t right;
};

static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t half_word_at(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline uint64_t folded_product(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline void take(struct chain *chain, uint64_t first, uint64_t second) {
    uint64_t left = chain->left + first;
    uint64_t right = chain->right + second;
    unsigned __int128 product = (unsigned __int128)left * right;
    uint64_t low = (uint64_t)product;
    uint64_t high = (uint64_t)(product >> 64);
    chain->left = (low ^ high) + right;
    chain->right = high + left;
}

/// Takes what is left of a key or value, 1 to 15 bytes, as a block filled up with zeros. Words that overlap are joined
/// by `|`, where both agree; copying into a block and reading it back would make the processor wait.
static inline void take_rest(struct chain *chain, const uint8_t *bytes, size_t count) {
    if (count > 8) {
        take(chain, word_at(bytes), word_at(bytes + count - 8) >> (8 * (16 - count)));
    } else if (count >= 4) {
        take(chain, half_word_at(bytes) | half_word_at(bytes + count - 4) << (8 * (count - 4)), 0);
    } else {
        uint64_t middle = (uint64_t)bytes[count / 2] << (8 * (count / 2));
        take(chain, bytes[0] | middle | (uint64_t)bytes[count - 1] << (8 * (count - 1)), 0);
    }
}

void daybook_row_hash(uint64_t seed, const void *key, size_t key_count, const void *value, size_t value_count,
                      uint64_t out[2]) {
    struct chain a = {seed ^ PI_0, PI_1 + key_count};
    struct chain b = {PI_2 + value_count, seed ^ PI_3};
    const uint8_t *next = key;
    for (; key_count >= 16; key_count -= 16, next += 16) {
        take(&a, word_at(next), word_at(next + 8));
    }
    if (key_count > 0) {
        take_rest(&a, next, key_count);
    }
    next = value;
    for (; value_count >= 32; value_count -= 32, next += 32) {
        take(&b, word_at(next), word_at(next + 8));
        take(&a, word_at(next + 16), word_at(next + 24));
    }
    if (value_count >= 16) {
        take(&b, word_at(next), word_at(next + 8));
        if (value_count > 16) {
            take_rest(&a, next + 16, value_count - 16);
        }
    } else if (value_count > 0) {
        take_rest(&b, next, value_count);
    }
    take(&a, b.left, b.right);
    out[0] = folded_product(a.left + PI_4, a.right + PI_5);
    out[1] = folded_product(a.left + PI_6, (a.right << 32 | a.right >> 32) + PI_7);
}
