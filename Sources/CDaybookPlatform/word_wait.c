// Waiting on a word of shared memory and waking those who do: Linux's futex, in the form that works between processes
// (not FUTEX_PRIVATE_FLAG). Elsewhere the caller is told to poll.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>

#if defined(__linux__)

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int daybook_word_wait(const uint32_t *word, uint32_t expected, uint32_t calls, uint64_t timeout_nanoseconds) {
    // This form of the call takes the instant at which waiting ends.
    uint64_t now = daybook_monotonic_nanoseconds();
    uint64_t end = timeout_nanoseconds > UINT64_MAX - now ? UINT64_MAX : now + timeout_nanoseconds;
    struct timespec instant = {
        .tv_sec = (time_t)(end / 1000000000u),
        .tv_nsec = (long)(end % 1000000000u),
    };
    struct timespec *limit = end == UINT64_MAX ? NULL : &instant;
    return syscall(SYS_futex, word, FUTEX_WAIT_BITSET, expected, limit, NULL, calls) == 0 ? 0 : errno;
}

int daybook_word_wake(const uint32_t *word, int count, uint32_t calls, int *woken) {
    long result = syscall(SYS_futex, word, FUTEX_WAKE_BITSET, count, NULL, NULL, calls);
    if (woken != NULL) {
        *woken = result < 0 ? 0 : (int)result;
    }
    return result < 0 ? errno : 0;
}

#else

int daybook_word_wait(const uint32_t *word, uint32_t expected, uint32_t calls, uint64_t timeout_nanoseconds) {
    (void)calls, (void)timeout_nanoseconds;
    return daybook_atomic_load_u32(word) == expected ? ENOTSUP : EAGAIN;
}

int daybook_word_wake(const uint32_t *word, int count, uint32_t calls, int *woken) {
    (void)word, (void)count, (void)calls;
    if (woken != NULL) {
        *woken = 0;
    }
    return ENOTSUP;
}

#endif
