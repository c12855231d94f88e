internal import DaybookLog
internal import DaybookModel

extension JobEngine {
    /// Puts several jobs into the log, of one kind or of many, all or none. Returns once that is durable, with their
    /// handles in the same order.
    ///
    /// One call takes up to 10,000 jobs with up to 4 MB of arguments.
    @discardableResult
    public func enqueue(_ requests: [JobRequest]) async throws -> [JobHandle<[UInt8]>] {
        guard !requests.isEmpty else { return [] }
        let now = clock.now()
        let jobs = try requests.map { try created($0.name, $0.arguments, $0.options, now: now) }
        switch try await performEnqueue(jobs, { .enqueueTogether($0, onConflict: .existing) }) {
        case .together(let answers): return try answers.map { try handle(for: $0, .bytes) }
        case let answer: return [try handle(for: answer, .bytes)]
        }
    }

    /// Puts several jobs of one kind into the log, all or none, each with the same options.
    @discardableResult
    public func enqueue<J: Job>(all jobs: [J], _ options: JobOption...) async throws -> [JobHandle<[UInt8]>] {
        try await enqueue(jobs.map { JobRequest(J.jobName, arguments: try JSON.encode($0), options) })
    }
}
