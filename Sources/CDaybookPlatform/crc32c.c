// Chooses how to compute CRC32C the first time it is asked for, and keeps to it.

#include "crc32c.h"

#include <stdatomic.h>

static uint32_t choose_and_compute(uint32_t crc, const void *bytes, size_t count);

static _Atomic(daybook_crc32c_function *) chosen = choose_and_compute;

static uint32_t choose_and_compute(uint32_t crc, const void *bytes, size_t count) {
    daybook_crc32c_function *choice = daybook_crc32c_by_hardware();
    if (choice == NULL) {
        choice = daybook_crc32c_portable;
    }
    // Two threads may both come here; they choose the same.
    atomic_store_explicit(&chosen, choice, memory_order_release);
    return choice(crc, bytes, count);
}

uint32_t daybook_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return atomic_load_explicit(&chosen, memory_order_acquire)(crc, bytes, count);
}
