// Appends records to the trace. A record is one write to a file opened for appending, so records of several processes
// do not mix. Changes are recorded before they are made, flushes when they begin and again when they have succeeded:
// so what the trace says was flushed really was.

#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int descriptor = -2;

static int trace_file(void) {
    if (descriptor == -2) {
        const char *path = getenv("DAYBOOK_FAULTS_TRACE");
        // High above what the program itself opens, so that it is not closed by mistake.
        int opened = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CLOEXEC);
        descriptor = opened < 0 ? -1 : fcntl(opened, F_DUPFD_CLOEXEC, 900);
        if (opened >= 0) {
            syscall(SYS_close, opened);
        }
    }
    return descriptor;
}

bool is_tracing(void) {
    return trace_file() >= 0;
}

void trace(enum record_kind kind, int flags, uint64_t inode, uint64_t offset, const char *path, const void *data,
           size_t data_count) {
    if (!is_tracing()) {
        return;
    }
    struct record record = {
        .magic = RECORD_MAGIC,
        .kind = (uint8_t)kind,
        .flags = (uint8_t)flags,
        .path_count = (uint16_t)strlen(path),
        .process = (uint32_t)getpid(),
        .data_count = (uint32_t)data_count,
        .inode = inode,
        .offset = offset,
    };
    struct iovec parts[] = {
        {&record, sizeof record},
        {(void *)path, record.path_count},
        {(void *)data, data_count},
    };
    size_t expected = sizeof record + record.path_count + data_count;
    if (syscall(SYS_writev, trace_file(), parts, 3) != (ssize_t)expected) {
        // A trace with a hole would only lead to false alarms.
        abort();
    }
}

void trace_paths(enum record_kind kind, const char *path, const char *other) {
    trace(kind, 0, 0, 0, path, other, strlen(other));
}
