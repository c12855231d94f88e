internal import DaybookModel

/// The middleware of an engine, the outermost first.
struct MiddlewareChain: Sendable {
    let all: [any JobMiddleware]

    func enqueue(
        _ jobs: [JobDraft], _ handOver: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        try await enqueue(jobs, from: 0, handOver)
    }

    private func enqueue(
        _ jobs: [JobDraft], from index: Int, _ handOver: ([JobDraft]) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        guard index < all.count else { return try await handOver(jobs) }
        let enqueued = try await all[index].enqueue(jobs) { try await enqueue($0, from: index + 1, handOver) }
        guard enqueued.count == jobs.count else {
            throw Refusal(
                .badOption,
                "A middleware answered for \(enqueued.count) of \(jobs.count) jobs; it has to return what `next` did.")
        }
        return enqueued
    }

    func run(_ job: JobContext, _ body: () async throws -> Void) async throws {
        try await run(job, from: 0, body)
    }

    private func run(_ job: JobContext, from index: Int, _ body: () async throws -> Void) async throws {
        guard index < all.count else { return try await body() }
        try await all[index].run(job) { try await run(job, from: index + 1, body) }
    }

    /// The innermost is asked first.
    func choose(_ outcome: RunOutcome, for job: JobContext) -> RunOutcome {
        all.reversed().reduce(outcome) { $1.choose($0, for: job) }
    }
}
