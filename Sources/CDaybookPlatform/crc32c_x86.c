// CRC32C with the instruction that x86-64 has since SSE4.2, in three lanes.
//
// The instruction takes eight bytes and starts one a cycle, but its result comes three cycles later, so a single chain
// leaves two thirds of the unit idle. From 48 bytes on, the bytes are cut into three equal lanes, each with a chain of
// its own, and the three results are put together: a CRC is a polynomial modulo P, so having n more bits behind it
// means multiplying it by x^n. A carry-less multiplication by a prepared x^(n-33) and one more CRC instruction on the
// product, which itself multiplies by x^32 and reduces (the 33rd comes from the reversed order of bits), do that.

#include "crc32c.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <pthread.h>
#include <string.h>

#define LANE_WORDS_MAX 64

/// By a lane's length in words: x^(bits behind the lane - 33) mod P, for the lane with two and with one lane behind it.
static struct {
    uint64_t two_lanes_on;
    uint64_t one_lane_on;
} power[LANE_WORDS_MAX + 1];

static pthread_once_t powers_computed = PTHREAD_ONCE_INIT;

/// x^exponent mod P, the lowest power in the highest bit.
static uint32_t power_of_x(uint32_t exponent) {
    uint32_t value = 0x80000000u;
    for (; exponent > 0; exponent--) {
        value = (value >> 1) ^ ((value & 1) ? DAYBOOK_CRC32C_POLYNOMIAL : 0);
    }
    return value;
}

static void compute_powers(void) {
    for (uint32_t words = 1; words <= LANE_WORDS_MAX; words++) {
        power[words].one_lane_on = power_of_x(64 * words - 33);
        power[words].two_lanes_on = power_of_x(128 * words - 33);
    }
}

static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

__attribute__((target("sse4.2,pclmul")))
static inline __m128i carry_less_product(uint64_t left, uint64_t right) {
    return _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)left), _mm_cvtsi64_si128((long long)right), 0);
}

__attribute__((target("sse4.2,pclmul")))
static uint32_t crc32c_in_three_lanes(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint64_t first = (uint32_t)~crc;
    while (count >= 48) {
        size_t words = count / 24;
        if (words > LANE_WORDS_MAX) {
            words = LANE_WORDS_MAX;
        }
        size_t lane = words * 8;
        const uint8_t *lane_end = next + lane;
        uint64_t second = 0;
        uint64_t third = 0;
        for (; next < lane_end; next += 8) {
            first = _mm_crc32_u64(first, word_at(next));
            second = _mm_crc32_u64(second, word_at(next + lane));
            third = _mm_crc32_u64(third, word_at(next + 2 * lane));
        }
        __m128i shifted = _mm_xor_si128(carry_less_product(first, power[words].two_lanes_on),
                                        carry_less_product(second, power[words].one_lane_on));
        first = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(shifted)) ^ third;
        next += 2 * lane;
        count -= 3 * lane;
    }
    for (; count >= 8; count -= 8, next += 8) {
        first = _mm_crc32_u64(first, word_at(next));
    }
    uint32_t state = (uint32_t)first;
    if (count & 4) {
        uint32_t half;
        memcpy(&half, next, sizeof half);
        state = _mm_crc32_u32(state, half);
        next += 4;
    }
    for (count &= 3; count > 0; count--, next++) {
        state = _mm_crc32_u8(state, *next);
    }
    return ~state;
}

daybook_crc32c_function *daybook_crc32c_by_hardware(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("pclmul")) {
        return NULL;
    }
    pthread_once(&powers_computed, compute_powers);
    return crc32c_in_three_lanes;
}

#endif
