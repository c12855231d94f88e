// Random bytes fit for identities and salts.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__linux__)

#include <sys/random.h>

int daybook_random_bytes(void *bytes, size_t count) {
    uint8_t *next = bytes;
    while (count > 0) {
        ssize_t received = getrandom(next, count, 0);
        if (received < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno;
        }
        next += received;
        count -= (size_t)received;
    }
    return 0;
}

#else

int daybook_random_bytes(void *bytes, size_t count) {
    arc4random_buf(bytes, count);
    return 0;
}

#endif
