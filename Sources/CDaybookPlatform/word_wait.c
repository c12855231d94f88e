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

int daybook_word_wait(const uint32_t *word, uint32_t expected, uint64_t timeout_nanoseconds) {
    struct timespec timeout = {
        .tv_sec = (time_t)(timeout_nanoseconds / 1000000000u),
        .tv_nsec = (long)(timeout_nanoseconds % 1000000000u),
    };
    struct timespec *limit = timeout_nanoseconds == UINT64_MAX ? NULL : &timeout;
    return syscall(SYS_futex, word, FUTEX_WAIT, expected, limit, NULL, 0) == 0 ? 0 : errno;
}

int daybook_word_wake(const uint32_t *word, int count, int *woken) {
    long result = syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
    if (woken != NULL) {
        *woken = result < 0 ? 0 : (int)result;
    }
    return result < 0 ? errno : 0;
}

#else

int daybook_word_wait(const uint32_t *word, uint32_t expected, uint64_t timeout_nanoseconds) {
    (void)timeout_nanoseconds;
    return daybook_atomic_load_u32(word) == expected ? ENOTSUP : EAGAIN;
}

int daybook_word_wake(const uint32_t *word, int count, int *woken) {
    (void)word, (void)count;
    if (woken != NULL) {
        *woken = 0;
    }
    return ENOTSUP;
}

#endif
