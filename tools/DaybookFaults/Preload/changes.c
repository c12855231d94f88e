// The calls that change the content of files: writing, cutting, allocating, flushing.

#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

void count_lines(const char *bytes, size_t count);

/// A write that is durable when it returns is recorded once more then, before the caller can let another process go on
/// that relies on it.
static ssize_t write_traced(int descriptor, const void *bytes, size_t count, off_t offset,
                            ssize_t (*really)(int, const void *, size_t, off_t)) {
    int flags = flushes_every_write(descriptor) && !syncs_lie() ? RECORD_IS_DURABLE : 0;
    uint64_t inode = inode_of(descriptor);
    trace(RECORD_WRITE, flags, inode, (uint64_t)offset, "", bytes, count);
    ssize_t written = really(descriptor, bytes, count, offset);
    if (flags != 0 && written == (ssize_t)count) {
        trace(RECORD_WRITTEN, 0, inode, (uint64_t)offset, "", NULL, 0);
    }
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t)
    if (!is_watched(descriptor)) {
        return real_pwrite(descriptor, bytes, count, offset);
    }
    struct verdict verdict = judge(GROUP_WRITE);
    if (verdict.error != 0) {
        errno = verdict.error;
        return -1;
    }
    count = verdict.is_short ? count / 2 : count;
    return write_traced(descriptor, bytes, count, offset, real_pwrite);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

static ssize_t write_in_order(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
    ssize_t total = 0;
    for (int index = 0; index < part_count; index++) {
        ssize_t written = pwrite(descriptor, parts[index].iov_base, parts[index].iov_len, offset + total);
        if (written < 0) {
            return total > 0 ? total : -1;
        }
        total += written;
        if ((size_t)written < parts[index].iov_len) {
            break;
        }
    }
    return total;
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
    REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t)
    return is_watched(descriptor) ? write_in_order(descriptor, parts, part_count, offset)
                                  : real_pwritev(descriptor, parts, part_count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int part_count, off_t offset) {
    return pwritev(descriptor, parts, part_count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t)
    if (!is_watched(descriptor)) {
        ssize_t written = real_write(descriptor, bytes, count);
        if (descriptor == STDOUT_FILENO && written > 0) {
            count_lines(bytes, (size_t)written);
            trace(RECORD_SAID, 0, 0, 0, "", bytes, (size_t)written);
        }
        return written;
    }
    off_t offset = lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = pwrite(descriptor, bytes, count, offset);
    if (written > 0) {
        lseek(descriptor, offset + written, SEEK_SET);
    }
    return written;
}

ssize_t writev(int descriptor, const struct iovec *parts, int part_count) {
    REAL(ssize_t, writev, int, const struct iovec *, int)
    if (!is_watched(descriptor)) {
        return real_writev(descriptor, parts, part_count);
    }
    off_t offset = lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = write_in_order(descriptor, parts, part_count, offset);
    if (written > 0) {
        lseek(descriptor, offset + written, SEEK_SET);
    }
    return written;
}

int ftruncate(int descriptor, off_t length) {
    REAL(int, ftruncate, int, off_t)
    if (!is_watched(descriptor)) {
        return real_ftruncate(descriptor, length);
    }
    struct verdict verdict = judge(GROUP_TRUNCATE);
    if (verdict.error != 0) {
        errno = verdict.error;
        return -1;
    }
    trace(RECORD_TRUNCATE, 0, inode_of(descriptor), (uint64_t)length, "", NULL, 0);
    return real_ftruncate(descriptor, length);
}

int ftruncate64(int descriptor, off_t length) {
    return ftruncate(descriptor, length);
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    REAL(int, fallocate, int, int, off_t, off_t)
    struct verdict verdict = {0, false};
    if (is_watched(descriptor)) {
        verdict = judge(GROUP_ALLOCATE);
    }
    if (verdict.error != 0) {
        errno = verdict.error;
        return -1;
    }
    return real_fallocate(descriptor, mode, offset, length);
}

int fallocate64(int descriptor, int mode, off_t offset, off_t length) {
    return fallocate(descriptor, mode, offset, length);
}

static int flush(int descriptor, int (*really)(int)) {
    struct verdict verdict = judge(GROUP_SYNC);
    if (verdict.error != 0) {
        errno = verdict.error;
        return -1;
    }
    if (syncs_lie()) {
        return 0;
    }
    trace(RECORD_SYNC_BEGIN, 0, inode_of(descriptor), 0, "", NULL, 0);
    int result = really(descriptor);
    if (result == 0) {
        trace(RECORD_SYNC_END, 0, inode_of(descriptor), 0, "", NULL, 0);
    }
    return result;
}

int fsync(int descriptor) {
    REAL(int, fsync, int)
    return is_watched(descriptor) ? flush(descriptor, real_fsync) : real_fsync(descriptor);
}

int fdatasync(int descriptor) {
    REAL(int, fdatasync, int)
    return is_watched(descriptor) ? flush(descriptor, real_fdatasync) : real_fdatasync(descriptor);
}

/// What goes through `stdout` does not pass `write` above, because libc calls its own. So `stdout` becomes a stream
/// that does.
static ssize_t say(void *cookie, const char *bytes, size_t count) {
    (void)cookie;
    return write(STDOUT_FILENO, bytes, count);
}

__attribute__((constructor)) static void take_over_standard_output(void) {
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = say});
    if (stream != NULL) {
        setvbuf(stream, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
        stdout = stream;
    }
}
