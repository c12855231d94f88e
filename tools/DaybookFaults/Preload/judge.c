// Counts calls and says which of them fail. The count is shared by all processes that have the library, so that "the
// k-th call" means the same when the work is done by several.

#define _GNU_SOURCE
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
    bool is_set_up;
    int group;
    uint64_t at;
    bool is_sticky;
    bool is_short;
    bool is_kill;
    int error;
    bool syncs_lie;
} plan;

static struct counters private_counters;
static struct counters *counters = &private_counters;

static const char *value_of(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static int group_named(const char *name) {
    static const char *const names[GROUP_COUNT] = {"write", "sync", "open", "truncate", "allocate"};
    for (int group = 0; group < GROUP_COUNT; group++) {
        if (strcmp(name, names[group]) == 0) {
            return group;
        }
    }
    return -1;
}

static int error_named(const char *name) {
    if (strcmp(name, "EIO") == 0) {
        return EIO;
    }
    if (strcmp(name, "ENOSPC") == 0) {
        return ENOSPC;
    }
    return strcmp(name, "EMFILE") == 0 ? EMFILE : 0;
}

static void share_counters(const char *path) {
    // By the system call itself: this file is none of those that are watched.
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped != MAP_FAILED) {
        counters = mapped;
    }
}

__attribute__((constructor)) static void set_up(void) {
    if (plan.is_set_up) {
        return;
    }
    plan.is_set_up = true;
    const char *kind = value_of("DAYBOOK_FAULTS_KIND");
    plan.group = group_named(value_of("DAYBOOK_FAULTS_CALLS"));
    plan.at = strtoull(value_of("DAYBOOK_FAULTS_AT"), NULL, 10);
    plan.is_sticky = *value_of("DAYBOOK_FAULTS_STICKY") == '1';
    plan.syncs_lie = *value_of("DAYBOOK_FAULTS_LIE") == '1';
    plan.is_short = strcmp(kind, "short") == 0;
    plan.is_kill = strcmp(kind, "kill") == 0;
    plan.error = error_named(kind);
    const char *path = value_of("DAYBOOK_FAULTS_COUNTERS");
    if (*path != 0) {
        share_counters(path);
    }
}

bool syncs_lie(void) {
    return plan.syncs_lie;
}

struct verdict judge(enum group group) {
    struct verdict verdict = {0, false};
    set_up();
    if ((int)group != plan.group) {
        return verdict;
    }
    uint64_t call = __atomic_add_fetch(&counters->calls, 1, __ATOMIC_SEQ_CST);
    if (plan.at == 0 || call < plan.at || (call > plan.at && !plan.is_sticky)) {
        return verdict;
    }
    if (__atomic_fetch_add(&counters->fired, 1, __ATOMIC_SEQ_CST) == 0) {
        counters->lines_when_fired = counters->lines;
    }
    if (plan.is_kill) {
        kill(getpid(), SIGKILL);
    }
    verdict.error = plan.error;
    verdict.is_short = plan.is_short;
    return verdict;
}

void count_lines(const char *bytes, size_t count) {
    uint64_t lines = 0;
    for (size_t index = 0; index < count; index++) {
        lines += bytes[index] == '\n';
    }
    __atomic_add_fetch(&counters->lines, lines, __ATOMIC_SEQ_CST);
}
