// The two clocks.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <time.h>

// Darwin's CLOCK_MONOTONIC goes on while the machine sleeps; the clock that stands still has another name there.
#if defined(__APPLE__)
#define STANDS_STILL_IN_SUSPEND CLOCK_UPTIME_RAW
#else
#define STANDS_STILL_IN_SUSPEND CLOCK_MONOTONIC
#endif

uint64_t daybook_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(STANDS_STILL_IN_SUSPEND, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t daybook_wall_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
