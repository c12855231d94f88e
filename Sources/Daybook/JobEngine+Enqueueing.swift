internal import DaybookLog
internal import DaybookModel

extension JobEngine {
    /// Puts a job into the log. Returns once that is durable.
    ///
    /// Cancelling the task that waits does not undo what was handed over: it returns the handle. Before that it throws
    /// `CancellationError`, and nothing was enqueued.
    @discardableResult
    public func enqueue<J: JobArguments>(_ job: J, _ options: JobOption...) async throws -> JobHandle<J.Output> {
        let request = try JobRequest(of: job, options)
        let created = try created(request, now: clock.now())
        return try handle(for: try await handOver(created, try policy(of: request, created) ?? .existing), of: J.self)
    }

    /// Puts a job into the log by name, with raw arguments; JSON by custom, but any bytes will do.
    ///
    /// If a type of that name is registered here, all that it says holds as for a typed job: its options, its secret
    /// fields, and its newest version of arguments unless `.argumentsVersion` says another.
    @discardableResult
    public func enqueue(
        _ name: String, arguments: [UInt8], _ options: [JobOption] = []
    ) async throws -> JobHandle<[UInt8]> {
        let request = JobRequest(name, arguments: arguments, options)
        let created = try created(request, now: clock.now())
        return handle(for: try await handOver(created, try policy(of: request, created) ?? .existing), .bytes)
    }

    /// Puts several jobs into the log, of one kind or of many, all or none. Returns once that is durable, with their
    /// handles in the same order.
    ///
    /// Up to 10,000 jobs with 4 MB of arguments are one commit. More of them, up to a million, take several, and no job
    /// runs before all are there; if the call fails in between, or its process ends, none of them ever does.
    @discardableResult
    public func enqueue(_ requests: [JobRequest]) async throws -> [JobHandle<[UInt8]>] {
        guard !requests.isEmpty else { return [] }
        let jobs = try created(all: requests)
        let policy = try policy(of: requests, jobs)
        return try await handOver(jobs, policy, put: handOverTogether).map { handle(for: $0, .bytes) }
    }

    /// Puts several jobs of one kind into the log, all or none, each with the same options.
    @discardableResult
    public func enqueue<J: JobArguments>(all jobs: [J], _ options: JobOption...) async throws -> [JobHandle<J.Output>] {
        guard !jobs.isEmpty else { return [] }
        let requests = try jobs.map { try JobRequest(of: $0, options) }
        let made = try created(all: requests)
        return try await handOver(made, try policy(of: requests[0], made[0]) ?? .existing, put: handOverTogether).map {
            try handle(for: $0, of: J.self)
        }
    }

    /// What the type says, then what a running job hands down, then what the caller says; for somebody else, by that
    /// actor.
    func created(_ request: JobRequest, now: Instant, by actor: Actor? = nil) throws -> Box<Created> {
        let parent = actor == nil ? RunNotes.current?.started.job.created : nil
        return try request.filled(from: registry.types).created(
            salt: random.next(), actor: actor ?? .process(process), parent: parent, now: now, limits)
    }

    /// All of them at one instant; what is wrong with one says which it is.
    func created(all requests: [JobRequest], by actor: Actor? = nil) throws -> [Box<Created>] {
        let now = clock.now()
        return try requests.enumerated().map { index, request in
            do {
                return try created(request, now: now, by: actor)
            } catch let refusal as Refusal where requests.count > 1 {
                throw Refusal(refusal, of: index, among: requests.count)
            }
        }
    }

    /// The same for somebody else, who stands in the log as the actor beside this process.
    package func enqueue(
        _ requests: [JobRequest], by person: String?
    ) async throws -> [(job: JobID, event: SequenceNumber, wasThere: Bool)] {
        let jobs = try created(all: requests, by: try actor(person))
        let policy = try policy(of: requests, jobs)
        let made: [EnqueuedJob]
        if jobs.count == 1 {
            made = [try await handOver(jobs[0], policy)]
        } else {
            made = try await handOver(jobs, policy, put: handOverTogether)
        }
        return made.map { ($0.id, $0.event, $0.wasThere) }
    }

    /// What is to happen where another job has the key: what the caller says, or else what the type says. Nil for a job
    /// of which nobody says anything and that has no key; middleware that gives it one says what is to happen, too.
    private func policy(of request: JobRequest, _ job: Box<Created>) throws(Refusal) -> ConflictPolicy? {
        if let said = request.options.conflict {
            let mayMeetAnother = job.value.key != nil || job.value.requestID != nil || !middleware.all.isEmpty
            guard said == .existing || mayMeetAnother else { throw .conflictOfNothing }
            return said
        }
        guard job.value.key != nil else { return nil }
        return request.filled(from: registry.types).defaults.conflict ?? .existing
    }

    private func policy(of requests: [JobRequest], _ jobs: [Box<Created>]) throws -> ConflictPolicy {
        let policies = try requests.indices.compactMap { index in
            do {
                return try policy(of: requests[index], jobs[index])
            } catch let refusal as Refusal where requests.count > 1 {
                throw Refusal(refusal, of: index, among: requests.count)
            }
        }
        return try ConflictPolicy.common(of: policies)
    }

    var limits: PayloadLimits { writer.desk.limits }

    // MARK: Handing over

    @inline(__always)
    private func handOver(_ job: Box<Created>, _ policy: ConflictPolicy) async throws -> EnqueuedJob {
        guard !middleware.all.isEmpty else { return try await handOverAlone(job, policy) }
        let answers = try await middleware.enqueue([JobDraft(job, policy, now: clock.now())]) { drafts in
            guard drafts.count == 1 else { return try await put(drafts, handOverTogether) }
            return [try await handOverAlone(try drafts[0].job, drafts[0].policy)]
        }
        return answers[0]
    }

    @inline(__always)
    private func handOverAlone(_ job: Box<Created>, _ policy: ConflictPolicy) async throws -> EnqueuedJob {
        guard job.value.after.isEmpty else {
            return try enqueued(try await performEnqueue([job]) { .enqueue($0[0], onConflict: policy) })
        }
        return try enqueued(try await performUnlessCancelled(.enqueue(job, onConflict: policy)))
    }

    /// Through whatever stands around enqueueing.
    func handOver(
        _ jobs: [Box<Created>], _ policy: ConflictPolicy,
        put: ([Box<Created>], ConflictPolicy) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        guard !middleware.all.isEmpty, !jobs.isEmpty else { return try await put(jobs, policy) }
        let now = clock.now()
        return try await middleware.enqueue(jobs.map { JobDraft($0, policy, now: now) }) { try await self.put($0, put) }
    }

    private func put(
        _ drafts: [JobDraft], _ put: ([Box<Created>], ConflictPolicy) async throws -> [EnqueuedJob]
    ) async throws -> [EnqueuedJob] {
        try await put(try drafts.map { try $0.job }, try ConflictPolicy.common(of: drafts.map(\.policy)))
    }

    private func handOverTogether(_ jobs: [Box<Created>], _ policy: ConflictPolicy) async throws -> [EnqueuedJob] {
        guard StagedParts().fit(jobs) else { return try await stage(jobs, policy) }
        switch try await performEnqueue(jobs, { .enqueueTogether($0, onConflict: policy) }) {
        case .together(let answers): return try answers.map(enqueued)
        case let answer: return [try enqueued(answer)]
        }
    }

    @inline(__always)
    func performUnlessCancelled(_ command: Command) async throws -> Answer {
        try Task.checkCancellation()
        return try await perform(command)
    }

    func enqueued(_ answer: Answer) throws -> EnqueuedJob {
        switch answer {
        case .created(let job): return EnqueuedJob(id: JobID(rawValue: job), event: job, wasThere: false)
        case .duplicate(let job, let event):
            return EnqueuedJob(id: JobID(rawValue: job), event: event, wasThere: true)
        case .refused(let refusal): throw refusal
        case .done, .stale, .claimed, .together:
            throw Refusal(.badOption, "The store answered something else than was asked.")
        }
    }

    func handle<Output>(for answer: Answer, _ coding: JobOutputCoding<Output>) throws -> JobHandle<Output> {
        handle(for: try enqueued(answer), coding)
    }
}

extension Refusal {
    fileprivate static var conflictOfNothing: Refusal {
        Refusal(.badOption, "No other job can have the key of one without any: give one, or leave `onConflict` out.")
    }
}

extension ConflictPolicy {
    fileprivate static func common(of policies: [ConflictPolicy]) throws -> ConflictPolicy {
        let policy = policies.first ?? .existing
        guard policies.allSatisfy({ $0 == policy }) else {
            throw Refusal(
                .badOption, "Jobs that are enqueued together have one rule for conflicts; give all the same.")
        }
        return policy
    }
}
