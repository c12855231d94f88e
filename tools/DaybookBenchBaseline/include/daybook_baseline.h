/// What the disk and liblmdb can do by themselves: the same bytes, trees, puts and flushes as Daybook's, in plain C
/// and with nothing around them: no checksum, no chain, no rules, no Swift. Daybook is measured beside it, on the same
/// disk in the same run.
///
/// All functions return 0, an errno value, or one of LMDB's negative codes.
#ifndef DAYBOOK_BASELINE_H
#define DAYBOOK_BASELINE_H

#include <stddef.h>
#include <stdint.h>

struct daybook_baseline_run {
    /// An empty folder that exists.
    const char *folder;
    /// Events, jobs or writes, as the function says; rounded down to whole batches.
    uint64_t operations;
    /// Operations to a durable commit.
    uint64_t batch;
    /// Events of 160 bytes that are in the log before the clock starts.
    uint64_t preload;
    /// Where to put how long each commit took, from the beginning of its transaction; room for `samples_capacity`.
    uint64_t *samples_nanoseconds;
    size_t samples_capacity;

    /// Results.
    uint64_t elapsed_nanoseconds;
    size_t samples_count;
};

/// Appends `operations` events of 160 bytes.
int daybook_baseline_append(struct daybook_baseline_run *run);

/// Takes `operations` jobs through their lives in the order of an engine's turns. A transaction finishes what the one
/// before claimed, enqueues `batch` jobs, and claims `batch` jobs.
int daybook_baseline_life_cycle(struct daybook_baseline_run *run);

/// Enqueues `operations` jobs that nobody claims.
int daybook_baseline_enqueue(struct daybook_baseline_run *run);

/// Writes 4 KB behind the end of a file and flushes; `operations` times, each a sample.
int daybook_baseline_disk_append(struct daybook_baseline_run *run);

/// Writes 4 KB over what a file already holds and flushes; `operations` times, each a sample.
int daybook_baseline_disk_overwrite(struct daybook_baseline_run *run);

/// Passes a byte from thread to thread and back to where it came from, a hundred times a second, each a sample.
int daybook_baseline_hand_over(struct daybook_baseline_run *run);

/// What a returned code means.
const char *daybook_baseline_error_text(int code);

#endif
