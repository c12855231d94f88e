// The disk without LMDB: one write and one flush.

#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define PREWRITTEN_PAGES 2048

#if defined(__APPLE__)
#define flush_data fsync
#else
#define flush_data fdatasync
#endif

static int write_page(int file, const uint8_t *page, uint64_t index) {
    ssize_t written = pwrite(file, page, PAGE_BYTES, (off_t)(index * PAGE_BYTES));
    return written == PAGE_BYTES ? 0 : written < 0 ? errno : EIO;
}

static int write_and_flush(struct daybook_baseline_run *run, uint64_t prewritten) {
    uint8_t page[PAGE_BYTES];
    memset(page, 0x5A, sizeof page);
    char path[4096];
    snprintf(path, sizeof path, "%s/disk", run->folder);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    TRY(file < 0 ? errno : 0);
    for (uint64_t index = 0; index < prewritten; index++) {
        TRY(write_page(file, page, index));
    }
    TRY(fsync(file) == 0 ? 0 : errno);
    uint64_t began = daybook_monotonic_nanoseconds();
    for (uint64_t index = 0; index < run->operations; index++) {
        uint64_t started = daybook_monotonic_nanoseconds();
        memcpy(page, &index, sizeof index);
        TRY(write_page(file, page, prewritten > 0 ? index % prewritten : index));
        TRY(flush_data(file) == 0 ? 0 : errno);
        baseline_keep_sample(run, started);
    }
    run->elapsed_nanoseconds = daybook_monotonic_nanoseconds() - began;
    close(file);
    return 0;
}

int daybook_baseline_disk_append(struct daybook_baseline_run *run) {
    return write_and_flush(run, 0);
}

int daybook_baseline_disk_overwrite(struct daybook_baseline_run *run) {
    return write_and_flush(run, PREWRITTEN_PAGES);
}
