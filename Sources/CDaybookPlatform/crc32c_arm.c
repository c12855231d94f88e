// CRC32C with the instructions that ARMv8 has as an extension and ARMv8.1 always. One chain: on the cores this was made
// for the instruction's result is there after one to three cycles, and events are short.

#include "crc32c.h"

#if defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

#include <arm_acle.h>
#include <string.h>

#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

__attribute__((target("+crc")))
static uint32_t crc32c_by_instruction(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    uint32_t state = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        state = __crc32cd(state, word);
    }
    if (count & 4) {
        uint32_t half;
        memcpy(&half, next, sizeof half);
        state = __crc32cw(state, half);
        next += 4;
    }
    for (count &= 3; count > 0; count--, next++) {
        state = __crc32cb(state, *next);
    }
    return ~state;
}

daybook_crc32c_function *daybook_crc32c_by_hardware(void) {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) ? crc32c_by_instruction : NULL;
#elif defined(__APPLE__)
    return crc32c_by_instruction;
#else
    return NULL;
#endif
}

#elif !defined(__x86_64__)

daybook_crc32c_function *daybook_crc32c_by_hardware(void) {
    return NULL;
}

#endif
