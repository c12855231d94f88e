// Appending events and nothing else.

#include "run.h"

#include <string.h>

int daybook_baseline_append(struct daybook_baseline_run *run) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi events;
    MDB_cursor *cursor;
    TRY(baseline_open(run->folder, &env));
    TRY(mdb_txn_begin(env, NULL, 0, &txn));
    TRY(baseline_open_database(txn, "events", 0, &events));
    TRY(mdb_txn_commit(txn));
    TRY(baseline_preload(env, events, run));

    uint8_t event[EVENT_BYTES];
    memset(event, 0xA5, sizeof event);
    uint64_t sequence = run->preload, commits = run->operations / run->batch;
    uint64_t began = daybook_monotonic_nanoseconds();
    for (uint64_t commit = 0; commit < commits; commit++) {
        uint64_t started = daybook_monotonic_nanoseconds();
        TRY(mdb_txn_begin(env, NULL, 0, &txn));
        TRY(mdb_cursor_open(txn, events, &cursor));
        for (uint64_t index = 0; index < run->batch; index++) {
            sequence += 1;
            memcpy(event, &sequence, sizeof sequence);
            TRY(baseline_append_event(cursor, sequence, event, sizeof event));
        }
        TRY(mdb_txn_commit(txn));
        baseline_keep_sample(run, started);
    }
    run->elapsed_nanoseconds = daybook_monotonic_nanoseconds() - began;
    mdb_env_close(env);
    return 0;
}
