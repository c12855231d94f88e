// SHA-256 of many independent messages: two at a time where the processor has instructions for it.
//
// A round of SHA-256 needs the result of the one before, and the instruction that computes two rounds takes four cycles
// of which it occupies the unit for two: one message keeps it half idle. So two lanes each hold a message, and their
// rounds alternate. A lane whose message ends takes the next message of the list; lengths need not be alike. On
// processors without the instructions libcrypto hashes one message after another.

#include "daybook_platform.h"

#include "../CDaybookCrypto/shim.h"

#include <errno.h>
#include <string.h>

static int hash_one_by_one(const void *const *messages, const size_t *lengths, size_t count, uint8_t *digests) {
    daybook_sha256 hash;
    if (!daybook_sha256_open(&hash)) {
        return ENOMEM;
    }
    for (size_t index = 0; index < count; index++) {
        daybook_sha256_of(&hash, messages[index], lengths[index], digests + index * DAYBOOK_SHA256_BYTES);
    }
    daybook_sha256_close(&hash);
    return 0;
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <pthread.h>

#define WITH_SHA_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))
#define BLOCK_BYTES 64

static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/// The eight words of state in the order in which the instructions want them: A B E F and C D G H, A and C on top.
struct state {
    __m128i abef;
    __m128i cdgh;
};

/// A message on its way: whole blocks where they lie, then one or two blocks with its rest and the padding.
struct lane {
    struct state state;
    const uint8_t *blocks;
    size_t blocks_left;
    size_t tail_blocks;
    uint8_t tail[2 * BLOCK_BYTES];
    uint8_t *digest;
};

/// Runs `count` blocks through each of `lanes` states. Always inlined with a constant 1 or 2, so that the loops over
/// lanes dissolve and the rounds of two lanes stand beside each other.
WITH_SHA_INSTRUCTIONS __attribute__((always_inline))
static inline void compress(const int lanes, struct state *const states[2], const uint8_t *blocks[2], size_t count) {
    const __m128i big_endian_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    struct state now[2];
    for (int lane = 0; lane < lanes; lane++) {
        now[lane] = *states[lane];
    }
    for (; count > 0; count--) {
        struct state before[2];
        __m128i words[2][4];
        for (int lane = 0; lane < lanes; lane++) {
            before[lane] = now[lane];
            for (int part = 0; part < 4; part++) {
                __m128i loaded = _mm_loadu_si128((const __m128i *)(blocks[lane] + 16 * part));
                words[lane][part] = _mm_shuffle_epi8(loaded, big_endian_words);
            }
            blocks[lane] += BLOCK_BYTES;
        }
#pragma clang loop unroll(full)
        for (int quarter = 0; quarter < 16; quarter++) {
            const __m128i constants = _mm_load_si128((const __m128i *)&round_constants[4 * quarter]);
            __m128i inputs[2];
            for (int lane = 0; lane < lanes; lane++) {
                inputs[lane] = _mm_add_epi32(words[lane][quarter % 4], constants);
                now[lane].cdgh = _mm_sha256rnds2_epu32(now[lane].cdgh, now[lane].abef, inputs[lane]);
            }
            for (int lane = 0; lane < lanes; lane++) {
                inputs[lane] = _mm_shuffle_epi32(inputs[lane], 0x0E);
                now[lane].abef = _mm_sha256rnds2_epu32(now[lane].abef, now[lane].cdgh, inputs[lane]);
            }
            for (int lane = 0; quarter < 12 && lane < lanes; lane++) {
                // The four words that these rounds have used give way to those of four quarters on.
                __m128i *w = words[lane];
                __m128i sum = _mm_sha256msg1_epu32(w[quarter % 4], w[(quarter + 1) % 4]);
                sum = _mm_add_epi32(sum, _mm_alignr_epi8(w[(quarter + 3) % 4], w[(quarter + 2) % 4], 4));
                w[quarter % 4] = _mm_sha256msg2_epu32(sum, w[(quarter + 3) % 4]);
            }
        }
        for (int lane = 0; lane < lanes; lane++) {
            now[lane].abef = _mm_add_epi32(now[lane].abef, before[lane].abef);
            now[lane].cdgh = _mm_add_epi32(now[lane].cdgh, before[lane].cdgh);
        }
    }
    for (int lane = 0; lane < lanes; lane++) {
        *states[lane] = now[lane];
    }
}

WITH_SHA_INSTRUCTIONS
static void compress_one(struct lane *lane, size_t count) {
    struct state *states[2] = {&lane->state, NULL};
    const uint8_t *blocks[2] = {lane->blocks, NULL};
    compress(1, states, blocks, count);
    lane->blocks = blocks[0];
    lane->blocks_left -= count;
}

WITH_SHA_INSTRUCTIONS
static void compress_two(struct lane *one, struct lane *other, size_t count) {
    struct state *states[2] = {&one->state, &other->state};
    const uint8_t *blocks[2] = {one->blocks, other->blocks};
    compress(2, states, blocks, count);
    one->blocks = blocks[0];
    one->blocks_left -= count;
    other->blocks = blocks[1];
    other->blocks_left -= count;
}

WITH_SHA_INSTRUCTIONS
static void begin(struct lane *lane, const uint8_t *message, size_t length, uint8_t *digest) {
    size_t rest = length % BLOCK_BYTES;
    lane->state.abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
    lane->state.cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
    lane->blocks = message;
    lane->blocks_left = length / BLOCK_BYTES;
    // The padding is a one bit, zeros, and the length in bits in the last eight bytes.
    lane->tail_blocks = rest + 1 + 8 <= BLOCK_BYTES ? 1 : 2;
    memset(lane->tail, 0, sizeof lane->tail);
    if (rest > 0) {
        memcpy(lane->tail, message + length - rest, rest);
    }
    lane->tail[rest] = 0x80;
    uint64_t bits = __builtin_bswap64((uint64_t)length * 8);
    memcpy(lane->tail + lane->tail_blocks * BLOCK_BYTES - 8, &bits, 8);
    lane->digest = digest;
}

WITH_SHA_INSTRUCTIONS
static void write_digest(const struct lane *lane) {
    const __m128i bytes_of_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abcd = _mm_unpackhi_epi64(lane->state.cdgh, lane->state.abef);
    __m128i efgh = _mm_unpacklo_epi64(lane->state.cdgh, lane->state.abef);
    abcd = _mm_shuffle_epi8(_mm_shuffle_epi32(abcd, 0x1B), bytes_of_words);
    efgh = _mm_shuffle_epi8(_mm_shuffle_epi32(efgh, 0x1B), bytes_of_words);
    _mm_storeu_si128((__m128i *)lane->digest, abcd);
    _mm_storeu_si128((__m128i *)(lane->digest + 16), efgh);
}

/// Sees to it that the lane has blocks to run: of its message, of its message's tail, or of the next message.
/// False when there are no more messages and the lane is empty.
static bool refill(struct lane *lane, const void *const *messages, const size_t *lengths, size_t count,
                   size_t *next, uint8_t *digests) {
    while (lane->blocks_left == 0) {
        if (lane->tail_blocks > 0) {
            lane->blocks = lane->tail;
            lane->blocks_left = lane->tail_blocks;
            lane->tail_blocks = 0;
            return true;
        }
        if (lane->digest != NULL) {
            write_digest(lane);
            lane->digest = NULL;
        }
        if (*next == count) {
            return false;
        }
        begin(lane, messages[*next], lengths[*next], digests + *next * DAYBOOK_SHA256_BYTES);
        *next += 1;
    }
    return true;
}

static void hash_two_at_a_time(const void *const *messages, const size_t *lengths, size_t count, uint8_t *digests) {
    struct lane one = {.blocks_left = 0};
    struct lane other = {.blocks_left = 0};
    size_t next = 0;
    while (true) {
        bool one_runs = refill(&one, messages, lengths, count, &next, digests);
        bool other_runs = refill(&other, messages, lengths, count, &next, digests);
        if (one_runs && other_runs) {
            compress_two(&one, &other, one.blocks_left < other.blocks_left ? one.blocks_left : other.blocks_left);
        } else if (one_runs || other_runs) {
            struct lane *last = one_runs ? &one : &other;
            compress_one(last, last->blocks_left);
        } else {
            return;
        }
    }
}

static bool has_sha_instructions;
static pthread_once_t processor_asked = PTHREAD_ONCE_INIT;

/// Asks once, because under a hypervisor the question takes microseconds.
static void ask_processor(void) {
    unsigned int a, b, c, d;
    bool has_sha = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
    bool has_shuffles = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1);
    has_sha_instructions = has_sha && has_shuffles;
}

int daybook_sha256_many(const void *const *messages, const size_t *lengths, size_t count, void *digests) {
    pthread_once(&processor_asked, ask_processor);
    if (has_sha_instructions) {
        hash_two_at_a_time(messages, lengths, count, digests);
        return 0;
    }
    return hash_one_by_one(messages, lengths, count, digests);
}

#else

int daybook_sha256_many(const void *const *messages, const size_t *lengths, size_t count, void *digests) {
    return hash_one_by_one(messages, lengths, count, digests);
}

#endif
