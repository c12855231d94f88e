// Asking for pages before they are written to. A fault for each costs more than the writing where they are many.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__linux__)

// Younger than the headers of some systems that have it.
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void daybook_populate(void *start, size_t length) {
    // Only whole pages; what is at the ends may belong to others.
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = ((uintptr_t)start + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)start + length) / page * page;
    if (first < end) {
        (void)madvise((void *)first, end - first, MADV_POPULATE_WRITE);
    }
}

#else

void daybook_populate(void *start, size_t length) {
    (void)start, (void)length;
}

#endif
