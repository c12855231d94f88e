internal import DaybookLog
public import DaybookModel

/// Jobs that are one thing: with progress, an end of their own, and jobs that wait for that end.
///
///     let batch = try await engine.enqueue(batch: "import", files.map { try JobRequest(Import(file: $0)) })
///     try await engine.enqueue(Report(), .after(batch))
///     try await engine.enqueue(Apologize(), .after(batch, .failure))
///     let share = try batch.progress()?.fraction
///
/// A batch has succeeded when all its jobs have, failed when all have ended and one has failed, and is cancelled
/// otherwise. One that is made inside another counts there as one job:
///
///     let release = try await engine.openBatch("release")
///     let suites = try suites.map { try JobRequest(Test(suite: $0)) }
///     let tests = try await engine.enqueue(batch: "tests", in: release, suites)
///     try await engine.enqueue(Sign(), .batch(release), .after(tests))
///     try await release.seal()
public struct JobBatch: Sendable {
    /// The batch's number: that of the event that created it.
    public let id: SequenceNumber
    /// Its jobs as they were handed over with it, in that order.
    public let jobs: [JobHandle<[UInt8]>]
    let engine: JobEngine

    /// How far it is.
    public struct Progress: Equatable, Sendable {
        /// Where the batch stands.
        public let standing: BatchStanding
        /// How many jobs it has had so far. A batch inside it counts as one, with what it has come to.
        public let jobs: Int
        /// How many of them have succeeded.
        public let succeeded: Int
        /// How many of them have failed for good.
        public let failed: Int
        /// How many of them have been cancelled.
        public let cancelled: Int

        /// The share of jobs that have ended, from 0 to 1.
        public var fraction: Double {
            jobs == 0 ? (standing.isEnded ? 1 : 0) : Double(succeeded + failed + cancelled) / Double(jobs)
        }
    }

    /// How far it is; read in one look, however many jobs it has. Nil if there is no such batch.
    public func progress() throws -> Progress? {
        try engine.read { log in try BatchRecord.of(id, in: log) }.map { record in
            Progress(
                standing: record.standing, jobs: Int(record.jobs), succeeded: Int(record.succeeded),
                failed: Int(record.failed), cancelled: Int(record.cancelled))
        }
    }

    /// The batch that it was made inside of; nil if there is none.
    public var parent: JobBatch? {
        get throws {
            let outer = try engine.read { log in try BatchRecord.of(id, in: log) }?.outer ?? 0
            return outer == 0 ? nil : engine.batch(outer)
        }
    }

    /// Lets an open batch end with the last of its jobs.
    public func seal(by person: String? = nil) async throws {
        let actor = try engine.actor(person)
        try await engine.performOnBatch(.batch(Box(.seal(id, actor: actor))))
    }

    /// Cancels the batch at once; its jobs that have not finished are cancelled by and by, those that run as well, and
    /// so are the batches inside it with theirs.
    public func cancel(reason: String = "", by person: String? = nil) async throws {
        let actor = try engine.actor(person)
        try await engine.performOnBatch(.batch(Box(.cancel(id, reason: reason, actor: actor))))
    }
}

extension JobEngine {
    /// Puts jobs into the log as one batch, all or none. It ends with the last of them, and with those that are added
    /// until then.
    ///
    /// More than 10,000 jobs, or 4 MB of arguments, take several commits, and none runs before all are there.
    ///
    /// Inside another batch it counts as one job of that one, which must not have ended. At most 16 batches stand one
    /// inside another, and none of their jobs can wait for the end of a batch that it is inside of.
    public func enqueue(
        batch name: String = "", in outer: JobBatch? = nil, _ requests: [JobRequest]
    ) async throws -> JobBatch {
        try await makeBatch(name, in: outer, requests, isOpen: false)
    }

    /// Makes a batch that does not end before it is sealed, to be filled with `.batch(_:)` and with batches inside it.
    public func openBatch(_ name: String = "", in outer: JobBatch? = nil) async throws -> JobBatch {
        try await makeBatch(name, in: outer, [], isOpen: true)
    }

    /// A batch that is there already, by its number.
    public func batch(_ id: SequenceNumber) -> JobBatch { JobBatch(id: id, jobs: [], engine: self) }

    private func makeBatch(
        _ name: String, in outer: JobBatch?, _ requests: [JobRequest], isOpen: Bool
    ) async throws -> JobBatch {
        guard requests.allSatisfy({ $0.options.conflict ?? .existing == .existing }) else {
            throw Refusal.conflictInBatch
        }
        let new = NewBatch(name: name, in: outer?.id ?? 0, isOpen: isOpen, jobs: [], actor: .process(process))
        var batch: SequenceNumber = 0
        let made = try await handOver(try created(all: requests), .existing) { jobs, policy in
            // A middleware may have said otherwise.
            guard policy == .existing else { throw Refusal.conflictInBatch }
            guard StagedParts().fit(jobs) else {
                let filled = try await fill(new, jobs)
                batch = filled.batch
                return filled.jobs
            }
            let answer = try await performEnqueue(jobs) { jobs in
                var new = new
                new.jobs = jobs
                return .batch(Box(.create(new)))
            }
            guard case .together(let answers) = answer, case .done(let number)? = answers.first else {
                return [try enqueued(answer)]
            }
            batch = number
            return try answers.dropFirst().map { try enqueued($0) }
        }
        return JobBatch(id: batch, jobs: made.map { handle(for: $0, .bytes) }, engine: self)
    }

    fileprivate func performOnBatch(_ command: Command) async throws {
        if case .refused(let refusal) = try await perform(command) { throw refusal }
    }
}

extension Refusal {
    fileprivate static var conflictInBatch: Refusal {
        Refusal(.badOption, "In a new batch the job that has the key answers; leave out `onConflict`.")
    }
}

extension JobOption {
    /// Belongs to a batch. Refused once the batch has ended, because those that waited for its end have been told.
    public static func batch(_ batch: JobBatch) -> JobOption { .batch(number: batch.id) }

    /// Belongs to the batch of this number, for whoever was only told it, as a job of the batch itself.
    public static func batch(number: SequenceNumber) -> JobOption { JobOption { job, _ in job.batch = number } }

    /// Runs no earlier than all jobs of a batch have ended: well, unless another condition is given.
    public static func after(_ batch: JobBatch, _ condition: AfterCondition = .success) -> JobOption {
        after(JobID(rawValue: batch.id), condition)
    }
}
