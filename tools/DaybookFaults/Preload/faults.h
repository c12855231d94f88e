/// A library to be loaded in front of libc (LD_PRELOAD) that puts faults under a program's files and records what it
/// does to them.
///
/// It looks only at files below one folder. What it does is said in the environment:
///
///     DAYBOOK_FAULTS_BELOW=FOLDER      the folder; nothing happens without it
///     DAYBOOK_FAULTS_CALLS=GROUP       count calls of this group: write, sync, open, truncate, allocate
///     DAYBOOK_FAULTS_AT=K              and at the K-th of them
///     DAYBOOK_FAULTS_KIND=KIND         do this: EIO, ENOSPC, EMFILE, short (half of what was to be written), kill
///     DAYBOOK_FAULTS_STICKY=1          and at every one after it
///     DAYBOOK_FAULTS_COUNTERS=FILE     keep `struct counters` there, shared by all processes
///     DAYBOOK_FAULTS_TRACE=FILE        append a record of every change to FILE, in the form of `struct record`
///     DAYBOOK_FAULTS_LIE=1             do not flush, and say that it was done
#ifndef DAYBOOK_FAULTS_H
#define DAYBOOK_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Functions of libc that stand behind ours.
#define REAL(type, name, ...)                                                                                          \
    static type (*real_##name)(__VA_ARGS__);                                                                           \
    if (real_##name == NULL) {                                                                                         \
        real_##name = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);                                                   \
    }

enum group { GROUP_WRITE, GROUP_SYNC, GROUP_OPEN, GROUP_TRUNCATE, GROUP_ALLOCATE, GROUP_COUNT };

/// What became of the calls, in a file that the driver reads.
struct counters {
    uint64_t calls;
    uint64_t fired;
    /// Lines said on standard output, in all and when the fault first fired.
    uint64_t lines;
    uint64_t lines_when_fired;
};

/// What a call is to do instead of its work.
struct verdict {
    /// 0, or the errno to fail with.
    int error;
    /// Writes only: do half of the work.
    bool is_short;
};

/// Counts a call and decides. It may not return: a fault may be the end of the process.
struct verdict judge(enum group group);

/// Whether a descriptor leads to something below the folder, and if so to what.
bool is_watched(int descriptor);
uint64_t inode_of(int descriptor);
bool flushes_every_write(int descriptor);
void forget(int descriptor);
/// Notes a descriptor that was just opened.
void remember(int descriptor, int flags);
/// The absolute path that `name` in the folder `at` stands for; false if it is not below the watched folder.
bool watched_path(int at, const char *name, char *path, size_t size);

bool syncs_lie(void);

enum record_kind {
    RECORD_OPENED = 1,
    RECORD_WRITE = 2,
    RECORD_SYNC_BEGIN = 3,
    RECORD_SYNC_END = 4,
    RECORD_TRUNCATE = 5,
    RECORD_MAKE = 6,
    RECORD_RENAME = 7,
    RECORD_UNLINK = 8,
    RECORD_MAKE_FOLDER = 9,
    RECORD_SAID = 10,
    RECORD_WRITTEN = 11,
};

#define RECORD_MAGIC 0x54464244u
/// The write is durable when the call returns, because of how the file was opened.
#define RECORD_IS_DURABLE 1

/// The head of a record; `path_count` bytes of a path and `data_count` bytes of data follow.
struct record {
    uint32_t magic;
    uint8_t kind;
    uint8_t flags;
    uint16_t path_count;
    uint32_t process;
    uint32_t data_count;
    uint64_t inode;
    uint64_t offset;
};

bool is_tracing(void);
void trace(enum record_kind kind, int flags, uint64_t inode, uint64_t offset, const char *path, const void *data,
           size_t data_count);
/// A record whose data is another path.
void trace_paths(enum record_kind kind, const char *path, const char *other);

#endif
