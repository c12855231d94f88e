// Jobs from created to succeeded, in the shape that an engine has: its trees, its rows, and one look at a job's record
// before each step; without deciding anything.

#include "run.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES 96
#define SHORT_EVENT_BYTES 48

/// A row of `ready`: queue, priority, and the job's number, so that rows stand in the order of starting.
struct __attribute__((packed)) ready_key {
    uint16_t queue;
    uint8_t priority;
    uint64_t job;
};

enum tree { EVENTS, JOBS, READY, RUNNING, COUNTERS, TREES };

static const char *const names[TREES] = {"events", "jobs", "ready", "running", "counters"};

struct engine {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi databases[TREES];
    MDB_cursor *cursors[TREES];
    uint64_t sequence;
    uint64_t counters[8];
    /// The jobs that the turn before claimed, as keys.
    uint64_t *claimed;
    uint64_t claimed_count;
    uint8_t event[EVENT_BYTES];
    uint8_t record[RECORD_BYTES];
};

static int open_engine(struct engine *engine, struct daybook_baseline_run *run) {
    memset(engine, 0, sizeof *engine);
    memset(engine->event, 0xA5, sizeof engine->event);
    memset(engine->record, 0x3C, sizeof engine->record);
    engine->sequence = run->preload;
    engine->claimed = calloc(run->batch, sizeof *engine->claimed);
    TRY(baseline_open(run->folder, &engine->env));
    TRY(mdb_txn_begin(engine->env, NULL, 0, &engine->txn));
    for (enum tree tree = EVENTS; tree < TREES; tree++) {
        int comes_and_goes = tree == READY || tree == RUNNING;
        TRY(baseline_open_database(engine->txn, names[tree], comes_and_goes, &engine->databases[tree]));
    }
    TRY(mdb_txn_commit(engine->txn));
    return baseline_preload(engine->env, engine->databases[EVENTS], run);
}

static int begin(struct engine *engine) {
    TRY(mdb_txn_begin(engine->env, NULL, 0, &engine->txn));
    for (enum tree tree = EVENTS; tree < COUNTERS; tree++) {
        TRY(mdb_cursor_open(engine->txn, engine->databases[tree], &engine->cursors[tree]));
    }
    return 0;
}

static int commit(struct engine *engine) {
    MDB_val key = value_of("counts", 6), value = value_of(engine->counters, sizeof engine->counters);
    TRY(mdb_put(engine->txn, engine->databases[COUNTERS], &key, &value, 0));
    return mdb_txn_commit(engine->txn);
}

static int append(struct engine *engine, uint64_t job, size_t count) {
    engine->sequence += 1;
    memcpy(engine->event, &job, sizeof job);
    return baseline_append_event(engine->cursors[EVENTS], engine->sequence, engine->event, count);
}

/// Reads a job's record and writes it back changed.
static int update_record(struct engine *engine, uint64_t *job) {
    MDB_val key = value_of(job, sizeof *job), value;
    TRY(mdb_cursor_get(engine->cursors[JOBS], &key, &value, MDB_SET));
    uint8_t record[RECORD_BYTES];
    memcpy(record, value.mv_data, sizeof record);
    record[0] += 1;
    memcpy(record + 8, &engine->sequence, sizeof engine->sequence);
    value = value_of(record, sizeof record);
    return mdb_cursor_put(engine->cursors[JOBS], &key, &value, MDB_CURRENT);
}

static int enqueue(struct engine *engine) {
    uint64_t job = big_endian(engine->sequence + 1);
    struct ready_key ready = {.queue = 1, .priority = 0x80, .job = job};
    TRY(append(engine, job, EVENT_BYTES));
    MDB_val key = value_of(&job, sizeof job), value = value_of(engine->record, RECORD_BYTES);
    TRY(mdb_cursor_put(engine->cursors[JOBS], &key, &value, MDB_APPEND));
    key = value_of(&ready, sizeof ready);
    value = value_of("", 0);
    TRY(mdb_cursor_put(engine->cursors[READY], &key, &value, 0));
    engine->counters[0] += 1;
    return 0;
}

/// Takes the first job that is ready.
static int claim(struct engine *engine) {
    struct ready_key first = {.queue = 1};
    MDB_val key = value_of(&first, sizeof first), value;
    TRY(mdb_cursor_get(engine->cursors[READY], &key, &value, MDB_SET_RANGE));
    memcpy(&first, key.mv_data, sizeof first);
    uint64_t job = first.job;
    TRY(update_record(engine, &job));
    TRY(mdb_cursor_del(engine->cursors[READY], 0));
    TRY(append(engine, job, SHORT_EVENT_BYTES));
    uint64_t claim[2] = {engine->sequence, 1};
    key = value_of(&job, sizeof job);
    value = value_of(claim, sizeof claim);
    TRY(mdb_cursor_put(engine->cursors[RUNNING], &key, &value, 0));
    engine->claimed[engine->claimed_count++] = job;
    engine->counters[1] += 1;
    return 0;
}

static int finish(struct engine *engine, uint64_t job) {
    TRY(update_record(engine, &job));
    MDB_val key = value_of(&job, sizeof job), value;
    TRY(mdb_cursor_get(engine->cursors[RUNNING], &key, &value, MDB_SET));
    TRY(mdb_cursor_del(engine->cursors[RUNNING], 0));
    engine->counters[2] += 1;
    return append(engine, job, SHORT_EVENT_BYTES);
}

static int turn(struct engine *engine, uint64_t enqueues, uint64_t claims) {
    TRY(begin(engine));
    for (uint64_t index = 0; index < engine->claimed_count; index++) {
        TRY(finish(engine, engine->claimed[index]));
    }
    engine->claimed_count = 0;
    for (uint64_t index = 0; index < enqueues; index++) {
        TRY(enqueue(engine));
    }
    for (uint64_t index = 0; index < claims; index++) {
        TRY(claim(engine));
    }
    return commit(engine);
}

static int run_turns(struct daybook_baseline_run *run, uint64_t claims) {
    struct engine engine;
    TRY(open_engine(&engine, run));
    uint64_t turns = run->operations / run->batch, began = daybook_monotonic_nanoseconds();
    for (uint64_t index = 0; index < turns; index++) {
        uint64_t started = daybook_monotonic_nanoseconds();
        TRY(turn(&engine, run->batch, claims));
        baseline_keep_sample(run, started);
    }
    if (engine.claimed_count > 0) {
        TRY(turn(&engine, 0, 0));
    }
    run->elapsed_nanoseconds = daybook_monotonic_nanoseconds() - began;
    free(engine.claimed);
    mdb_env_close(engine.env);
    return 0;
}

int daybook_baseline_life_cycle(struct daybook_baseline_run *run) {
    return run_turns(run, run->batch);
}

int daybook_baseline_enqueue(struct daybook_baseline_run *run) {
    return run_turns(run, 0);
}
