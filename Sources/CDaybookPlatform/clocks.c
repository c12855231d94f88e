// The clocks.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <time.h>

// Darwin's CLOCK_MONOTONIC goes on while the machine sleeps; the clock that stands still has another name there.
#if defined(__APPLE__)
#define STANDS_STILL_IN_SUSPEND CLOCK_UPTIME_RAW
#define GOES_ON_IN_SUSPEND CLOCK_MONOTONIC_RAW
#elif defined(CLOCK_BOOTTIME)
#define STANDS_STILL_IN_SUSPEND CLOCK_MONOTONIC
#define GOES_ON_IN_SUSPEND CLOCK_BOOTTIME
#else
#define STANDS_STILL_IN_SUSPEND CLOCK_MONOTONIC
#define GOES_ON_IN_SUSPEND CLOCK_MONOTONIC
#endif

static uint64_t nanoseconds_on(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t daybook_monotonic_nanoseconds(void) {
    return nanoseconds_on(STANDS_STILL_IN_SUSPEND);
}

uint64_t daybook_elapsed_nanoseconds(void) {
    return nanoseconds_on(GOES_ON_IN_SUSPEND);
}

int64_t daybook_wall_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
