// What the baseline's files share.
#ifndef DAYBOOK_BASELINE_RUN_H
#define DAYBOOK_BASELINE_RUN_H

#include "daybook_baseline.h"
#include "daybook_platform.h"

#include <lmdb.h>

#define EVENT_BYTES 160

/// Returns from the surrounding function when a step fails. Cleaning up is left to the end of the process: the folder
/// is thrown away, and a baseline that failed has nothing more to say.
#define TRY(step) do { int code_ = (step); if (code_ != 0) { return code_; } } while (0)

static inline uint64_t big_endian(uint64_t number) {
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(number) : number;
}

static inline MDB_val value_of(const void *bytes, size_t count) {
    return (MDB_val){.mv_size = count, .mv_data = (void *)bytes};
}

/// Keeps how long a commit took that began at `started`.
void baseline_keep_sample(struct daybook_baseline_run *run, uint64_t started);

/// Opens an environment with the flags that Daybook has: none that weakens a flush.
int baseline_open(const char *folder, MDB_env **env);

/// Opens or makes a database, with one row that stays for ever if `sentinel` says so: a tree that becomes empty in
/// a transaction and grows again costs several times as much.
int baseline_open_database(MDB_txn *txn, const char *name, int sentinel, MDB_dbi *database);

/// Appends `run->preload` events in large commits of which only the last is flushed, outside the clock.
int baseline_preload(MDB_env *env, MDB_dbi events, const struct daybook_baseline_run *run);

/// Appends one event of `count` bytes under the next number.
int baseline_append_event(MDB_cursor *events, uint64_t sequence, const uint8_t *bytes, size_t count);

#endif
