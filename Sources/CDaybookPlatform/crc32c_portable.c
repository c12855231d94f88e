// CRC32C without special instructions, eight bytes at a time ("slicing by 8").
//
// A CRC is linear: the CRC of eight bytes is the sum (xor) of what each byte contributes, and what a byte contributes
// depends only on its value and on how many bytes follow it. Table k holds, for each byte value, its contribution with
// k bytes behind it. The tables are 8 KB and are computed at the first use, which costs some ten microseconds.

#include "crc32c.h"

#include <pthread.h>
#include <string.h>

static uint32_t contribution[8][256];
static pthread_once_t computed = PTHREAD_ONCE_INIT;

static void compute_contributions(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) {
            remainder = (remainder >> 1) ^ ((remainder & 1) ? DAYBOOK_CRC32C_POLYNOMIAL : 0);
        }
        contribution[0][byte] = remainder;
    }
    for (int following = 1; following < 8; following++) {
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t nearer = contribution[following - 1][byte];
            contribution[following][byte] = (nearer >> 8) ^ contribution[0][nearer & 0xFF];
        }
    }
}

uint32_t daybook_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&computed, compute_contributions);
    const uint8_t *next = bytes;
    uint32_t state = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        state ^= (uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 | (uint32_t)next[3] << 24;
        state = contribution[7][state & 0xFF] ^ contribution[6][(state >> 8) & 0xFF]
            ^ contribution[5][(state >> 16) & 0xFF] ^ contribution[4][state >> 24]
            ^ contribution[3][next[4]] ^ contribution[2][next[5]]
            ^ contribution[1][next[6]] ^ contribution[0][next[7]];
    }
    for (; count > 0; count--, next++) {
        state = (state >> 8) ^ contribution[0][(state ^ *next) & 0xFF];
    }
    return ~state;
}
