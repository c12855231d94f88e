// What it costs to pass a byte on from thread to thread while the machine has nothing else to do: each has to be woken,
// and so does the processor under it, which on a virtual machine comes late now and then.

#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

/// As many as stand between a request that is sent and its answer: the server's loop, who answers, the writer, who
/// answers again, and the loop again.
#define THREADS 5
#define PER_SECOND 100u

struct hop {
    int from;
    int to;
};

static void *pass_on(void *argument) {
    const struct hop *hop = argument;
    uint8_t byte;
    while (read(hop->from, &byte, 1) == 1) {
        if (write(hop->to, &byte, 1) != 1) break;
    }
    // The next one ends as this one has.
    close(hop->to);
    return NULL;
}

static void sleep_until(uint64_t due) {
    uint64_t now = daybook_monotonic_nanoseconds();
    if (due <= now) return;
    struct timespec time = {.tv_sec = (time_t)((due - now) / 1000000000u), .tv_nsec = (long)((due - now) % 1000000000u)};
    nanosleep(&time, NULL);
}

int daybook_baseline_hand_over(struct daybook_baseline_run *run) {
    int pipes[THREADS + 1][2];
    struct hop hops[THREADS];
    pthread_t threads[THREADS];
    for (int index = 0; index <= THREADS; index++) TRY(pipe(pipes[index]) == 0 ? 0 : errno);
    for (int index = 0; index < THREADS; index++) {
        hops[index] = (struct hop){.from = pipes[index][0], .to = pipes[index + 1][1]};
        TRY(pthread_create(&threads[index], NULL, pass_on, &hops[index]));
    }
    uint64_t began = daybook_monotonic_nanoseconds();
    for (uint64_t index = 0; index < run->operations; index++) {
        sleep_until(began + index * (1000000000u / PER_SECOND));
        uint64_t started = daybook_monotonic_nanoseconds();
        uint8_t byte = 1;
        TRY(write(pipes[0][1], &byte, 1) == 1 ? 0 : errno);
        TRY(read(pipes[THREADS][0], &byte, 1) == 1 ? 0 : EIO);
        baseline_keep_sample(run, started);
    }
    run->elapsed_nanoseconds = daybook_monotonic_nanoseconds() - began;
    close(pipes[0][1]);
    for (int index = 0; index < THREADS; index++) {
        TRY(pthread_join(threads[index], NULL));
        close(hops[index].from);
    }
    close(pipes[THREADS][0]);
    return 0;
}
