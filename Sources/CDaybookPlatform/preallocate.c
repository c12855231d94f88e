// Asking for space before it is needed, so that a full disk is found out before a write and not in the middle of one.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)

int daybook_preallocate(int descriptor, off_t offset, off_t length) {
    while (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, length) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

#elif defined(__APPLE__)

int daybook_preallocate(int descriptor, off_t offset, off_t length) {
    // Darwin only appends to what is allocated. Holes before that are not filled; the log's file has none.
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return errno;
    }
    off_t missing = offset + length - (off_t)status.st_blocks * 512;
    if (missing <= 0) {
        return 0;
    }
    fstore_t request = {.fst_flags = F_ALLOCATEALL, .fst_posmode = F_PEOFPOSMODE, .fst_offset = 0, .fst_length = missing};
    return fcntl(descriptor, F_PREALLOCATE, &request) == -1 ? errno : 0;
}

#else

int daybook_preallocate(int descriptor, off_t offset, off_t length) {
    (void)descriptor, (void)offset, (void)length;
    return EOPNOTSUPP;
}

#endif
