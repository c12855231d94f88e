/// A client that asks a server on this machine for many things at once, on one thread, and notes how long each answer
/// took. Between an open loop, in which requests are due at instants of their own however long the answers before them
/// take, and a closed one, in which each connection asks again as soon as it was answered.
#ifndef DAYBOOK_HTTP_LOAD_H
#define DAYBOOK_HTTP_LOAD_H

#include <stddef.h>
#include <stdint.h>

struct daybook_http_load {
    uint16_t port;
    /// Kept alive for as long as the server keeps them.
    uint32_t connections;
    /// Whole requests, asked for in turn. Their bytes are not kept beyond the call.
    const uint8_t *const *requests;
    const size_t *request_bytes;
    size_t request_count;
    /// How many are asked in all.
    uint64_t operations;
    /// So many are due each second; 0 for a closed loop.
    double per_second;

    /// For each operation, in their order: nanoseconds from when it was due to the last byte of its answer, the
    /// answer's status, and how many bytes its body had. Room for `operations` each.
    uint64_t *latencies_nanoseconds;
    uint16_t *statuses;
    uint32_t *body_bytes;

    /// Result: from the first request to the last answer.
    uint64_t elapsed_nanoseconds;
};

/// Returns 0 or an errno value. An answer that has no length ends with its connection, which is then made anew.
int daybook_http_load_run(struct daybook_http_load *load);

#endif
