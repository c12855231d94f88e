// The calls that open files and change what folders hold.

#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

/// Opens by the real function, records, and remembers the descriptor.
static int open_watched(int at, const char *name, int flags, mode_t mode) {
    REAL(int, openat, int, const char *, int, ...)
    char path[PATH_BYTES];
    if (!watched_path(at, name, path, sizeof path)) {
        int opened = real_openat(at, name, flags, mode);
        // A name that leads into the folder by a link.
        remember(opened, flags);
        return opened;
    }
    struct verdict verdict = judge(GROUP_OPEN);
    if (verdict.error != 0) {
        errno = verdict.error;
        return -1;
    }
    struct stat status;
    int was_there = fstatat(at, name, &status, 0) == 0;
    int opened = real_openat(at, name, flags, mode);
    if (opened >= 0 && (flags & O_CREAT) != 0 && !was_there && fstat(opened, &status) == 0) {
        trace(RECORD_MAKE, 0, status.st_ino, 0, path, NULL, 0);
    }
    remember(opened, flags);
    if (opened >= 0 && (flags & O_TRUNC) != 0 && is_watched(opened)) {
        trace(RECORD_TRUNCATE, 0, inode_of(opened), 0, "", NULL, 0);
    }
    return opened;
}

static mode_t mode_argument(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

int openat(int at, const char *name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_watched(at, name, flags, mode);
}

int openat64(int at, const char *name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_watched(at, name, flags, mode);
}

int open(const char *name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_watched(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_watched(AT_FDCWD, name, flags, mode);
}

int close(int descriptor) {
    REAL(int, close, int)
    forget(descriptor);
    return real_close(descriptor);
}

int renameat(int old_at, const char *old, int new_at, const char *new) {
    REAL(int, renameat, int, const char *, int, const char *)
    char from[PATH_BYTES], to[PATH_BYTES];
    if (watched_path(old_at, old, from, sizeof from) && watched_path(new_at, new, to, sizeof to)) {
        trace_paths(RECORD_RENAME, from, to);
    }
    return real_renameat(old_at, old, new_at, new);
}

int rename(const char *old, const char *new) {
    return renameat(AT_FDCWD, old, AT_FDCWD, new);
}

int unlinkat(int at, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int)
    char path[PATH_BYTES];
    if (watched_path(at, name, path, sizeof path)) {
        trace(RECORD_UNLINK, 0, 0, 0, path, NULL, 0);
    }
    return real_unlinkat(at, name, flags);
}

int unlink(const char *name) {
    return unlinkat(AT_FDCWD, name, 0);
}

int mkdirat(int at, const char *name, mode_t mode) {
    REAL(int, mkdirat, int, const char *, mode_t)
    char path[PATH_BYTES];
    int result = real_mkdirat(at, name, mode);
    if (result == 0 && watched_path(at, name, path, sizeof path)) {
        trace(RECORD_MAKE_FOLDER, 0, 0, 0, path, NULL, 0);
    }
    return result;
}

int mkdir(const char *name, mode_t mode) {
    return mkdirat(AT_FDCWD, name, mode);
}
