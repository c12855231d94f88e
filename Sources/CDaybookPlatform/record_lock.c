// POSIX record locks on whole files. They, and not open-file-description locks or flock, because a forked child must
// not hold its parent's life.

#define _GNU_SOURCE
#include "daybook_platform.h"

#include <errno.h>
#include <fcntl.h>

static struct flock exclusive_on_whole_file(void) {
    // Length 0 reaches to the end of the file, wherever that comes to be.
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
}

int daybook_record_lock_try(int descriptor) {
    struct flock lock = exclusive_on_whole_file();
    while (fcntl(descriptor, F_SETLK, &lock) != 0) {
        if (errno != EINTR) {
            // POSIX allows either for "held by another".
            return errno == EACCES ? EAGAIN : errno;
        }
    }
    return 0;
}

int daybook_record_lock_holder(int descriptor, pid_t *holder, int *is_held) {
    struct flock lock = exclusive_on_whole_file();
    while (fcntl(descriptor, F_GETLK, &lock) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    *is_held = lock.l_type != F_UNLCK;
    *holder = *is_held ? lock.l_pid : 0;
    return 0;
}
