/// Atomic access to words in memory that other processes map too. Swift's `Atomic` owns its storage and cannot be laid
/// over a mapped file, so these take plain pointers. All are sequentially consistent: "I set my flag, then look at
/// yours" needs it, and none of them is on a path where the difference could be measured.
///
/// Pointers must be naturally aligned. Both widths are lock-free on every platform we build for, which is what makes
/// them work between processes; the assertions below hold that.
#ifndef DAYBOOK_ATOMICS_H
#define DAYBOOK_ATOMICS_H

#include <stdbool.h>
#include <stdint.h>

_Static_assert(__atomic_always_lock_free(sizeof(uint32_t), 0), "32-bit atomics must not need a lock");
_Static_assert(__atomic_always_lock_free(sizeof(uint64_t), 0), "64-bit atomics must not need a lock");

/// Tells the processor that the caller looks at a word again and again, so that it spares its neighbour.
static inline void daybook_relax_processor(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static inline uint32_t daybook_atomic_load_u32(const uint32_t *word) {
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void daybook_atomic_store_u32(uint32_t *word, uint32_t value) {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

/// Adds (wrapping) and returns what was there before.
static inline uint32_t daybook_atomic_fetch_add_u32(uint32_t *word, uint32_t value) {
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

/// Puts `desired` if the word is `*expected`. If not, returns false and `*expected` becomes what is there.
static inline bool daybook_atomic_compare_exchange_u32(uint32_t *word, uint32_t *expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline uint64_t daybook_atomic_load_u64(const uint64_t *word) {
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline void daybook_atomic_store_u64(uint64_t *word, uint64_t value) {
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

/// Adds (wrapping) and returns what was there before.
static inline uint64_t daybook_atomic_fetch_add_u64(uint64_t *word, uint64_t value) {
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

/// Puts `desired` if the word is `*expected`. If not, returns false and `*expected` becomes what is there.
static inline bool daybook_atomic_compare_exchange_u64(uint64_t *word, uint64_t *expected, uint64_t desired) {
    return __atomic_compare_exchange_n(word, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif
