internal import DaybookLog
package import DaybookModel

/// What one commit takes of a call with many jobs.
package struct StagedParts: Sendable {
    var jobsMax: Int
    var bytesMax = Books.bytesTogetherMax

    package init(jobsMax: Int = Books.jobsTogetherMax) { self.jobsMax = jobsMax }

    func fit(_ jobs: [Box<Created>]) -> Bool { jobs.count <= jobsMax && jobs.argumentByteCount <= bytesMax }

    /// Where the part ends that begins with `start`; it has at least one job.
    func end(of jobs: [Box<Created>], from start: Int) -> Int {
        var end = start
        var byteCount = 0
        while end < jobs.count, end - start < jobsMax {
            byteCount += jobs[end].value.arguments.count
            guard end == start || byteCount <= bytesMax else { break }
            end += 1
        }
        return end
    }
}

/// Calls with more jobs than one commit takes; see `Books.stage`.
extension JobEngine {
    package func stage(
        _ jobs: [Box<Created>], _ policy: ConflictPolicy, _ parts: StagedParts = StagedParts()
    ) async throws -> [EnqueuedJob] {
        try await stage(jobs, policy, parts, into: nil).jobs
    }

    /// The same as a new batch, which ends with the last of them, or with the call if that fails.
    package func fill(
        _ batch: NewBatch, _ jobs: [Box<Created>], _ parts: StagedParts = StagedParts()
    ) async throws -> (batch: SequenceNumber, jobs: [EnqueuedJob]) {
        try await stage(jobs, .existing, parts, into: Box(batch))
    }

    private func stage(
        _ jobs: [Box<Created>], _ policy: ConflictPolicy, _ parts: StagedParts, into new: Box<NewBatch>?
    ) async throws -> (batch: SequenceNumber, jobs: [EnqueuedJob]) {
        guard policy != .replace, policy != .reschedule else { throw Refusal.replacesInParts }
        guard jobs.count <= Books.jobsInCallMax else { throw Refusal.tooMany(jobs.count) }
        if let refusal = Books.refusalOfTwins(among: jobs) { throw refusal }
        var answer = try await performUnlessCancelled(.stage(process: process, salt: random.next(), into: new))
        var batch: SequenceNumber = 0
        if case .together(let answers) = answer, case .done(let made)? = answers.first, let last = answers.last {
            (batch, answer) = (made, last)
        }
        guard case .claimed(let claims) = answer, let call = claims.first else { return (0, [try enqueued(answer)]) }
        do {
            let made = try await put(jobs, into: batch, behind: call, policy, parts)
            try Task.checkCancellation()
            let end = Command.finish(
                job: call.job, token: call.token, .succeeded(Succeeded(ranMicroseconds: 0)), actor: .process(process))
            guard case .done = try await perform(end) else { throw Refusal.callWasTaken }
            return (batch, made)
        } catch {
            // Without waiting for an answer: like the result of a run it is kept where the disk is full.
            let cancel = Command.cancel(
                job: call.job, expected: .processing, reason: "\(error)", actor: .process(process))
            try? writer.inbox.submit(WriteRequest(command: cancel, reply: nil))
            throw error
        }
    }

    private func put(
        _ jobs: [Box<Created>], into batch: SequenceNumber, behind call: Claimed, _ policy: ConflictPolicy,
        _ parts: StagedParts
    ) async throws -> [EnqueuedJob] {
        var made: [EnqueuedJob] = []
        made.reserveCapacity(jobs.count)
        while made.count < jobs.count {
            let start = made.count
            let part = jobs[start..<parts.end(of: jobs, from: start)].map { job in
                var waiting = job.value
                if batch != 0 { waiting.batch = batch }
                waiting.after = waiting.after.map { $0.inPart(behind: made) }
                waiting.after.append(Dependency(.job(call.job), .success))
                return Box(waiting)
            }
            switch try await performEnqueue(part, { .enqueueTogether($0, onConflict: policy) }) {
            case .together(let answers): made += try answers.map(enqueued)
            case .refused(let refusal): throw refusal.inPart(from: start, among: jobs.count)
            case let answer: made.append(try enqueued(answer))
            }
            try Task.checkCancellation()
        }
        return made
    }
}

extension Dependency {
    /// Parts know nothing of each other: what stands in an earlier one is in the log by now.
    fileprivate func inPart(behind made: [EnqueuedJob]) -> Dependency {
        guard case .sibling(let index) = parent else { return self }
        guard made.indices.contains(index) else { return Dependency(.sibling(index - made.count), condition) }
        return Dependency(.job(made[index].id.rawValue), condition)
    }
}

extension Refusal {
    fileprivate static let replacesInParts = Refusal(
        .badOption,
        """
        A call with so many jobs takes several commits and cannot replace what is there with all or nothing; enqueue \
        at most \(Books.jobsTogetherMax) jobs with \(Books.bytesTogetherMax) bytes of arguments at once.
        """)

    fileprivate static func tooMany(_ count: Int) -> Refusal {
        Refusal(
            .badOption,
            "\(count) jobs are too many for one call: at most \(Books.jobsInCallMax). Enqueue them in several.")
    }

    fileprivate static let callWasTaken = Refusal(
        .changedMeanwhile,
        """
        The call was given up by another process, because this one showed no sign of life for longer than its lease; \
        none of its jobs runs. Enqueue them again.
        """)
}
