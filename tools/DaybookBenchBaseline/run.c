// Samples, environment and the one way to append an event.

#include "run.h"

#include <string.h>

void baseline_keep_sample(struct daybook_baseline_run *run, uint64_t started) {
    if (run->samples_count < run->samples_capacity) {
        run->samples_nanoseconds[run->samples_count++] = daybook_monotonic_nanoseconds() - started;
    }
}

const char *daybook_baseline_error_text(int code) {
    return mdb_strerror(code);
}

int baseline_open(const char *folder, MDB_env **env) {
    TRY(mdb_env_create(env));
    TRY(mdb_env_set_maxdbs(*env, 8));
    TRY(mdb_env_set_mapsize(*env, (size_t)1 << 36));
    return mdb_env_open(*env, folder, 0, 0644);
}

int baseline_open_database(MDB_txn *txn, const char *name, int sentinel, MDB_dbi *database) {
    TRY(mdb_dbi_open(txn, name, MDB_CREATE, database));
    if (sentinel) {
        MDB_val key = value_of("\0", 1), value = value_of("", 0);
        TRY(mdb_put(txn, *database, &key, &value, 0));
    }
    return 0;
}

int baseline_append_event(MDB_cursor *events, uint64_t sequence, const uint8_t *bytes, size_t count) {
    uint64_t number = big_endian(sequence);
    MDB_val key = value_of(&number, sizeof number), value = value_of(bytes, count);
    return mdb_cursor_put(events, &key, &value, MDB_APPEND);
}

int baseline_preload(MDB_env *env, MDB_dbi events, const struct daybook_baseline_run *run) {
    const uint64_t batch = 10000;
    uint8_t event[EVENT_BYTES];
    memset(event, 0x5A, sizeof event);
    TRY(mdb_env_set_flags(env, MDB_NOSYNC, 1));  // tidy: only to lay out a folder before the clock starts
    for (uint64_t done = 0; done < run->preload;) {
        MDB_txn *txn;
        MDB_cursor *cursor;
        TRY(mdb_txn_begin(env, NULL, 0, &txn));
        TRY(mdb_cursor_open(txn, events, &cursor));
        for (uint64_t end = done + batch; done < end && done < run->preload;) {
            done += 1;
            TRY(baseline_append_event(cursor, done, event, sizeof event));
        }
        TRY(mdb_txn_commit(txn));
    }
    TRY(mdb_env_set_flags(env, MDB_NOSYNC, 0));  // tidy: only to lay out a folder before the clock starts
    return mdb_env_sync(env, 1);
}
