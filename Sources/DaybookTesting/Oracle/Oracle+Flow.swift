internal import DaybookModel

/// Jobs that wait for others, and batches.
extension Oracle {
    func promise(about parent: SequenceNumber) -> SimulationPromise {
        batches[parent] == nil ? .children : .callbacks
    }

    /// What a job or a batch has come to; nil while it goes on.
    func end(of number: SequenceNumber) -> JobState? {
        if let batch = batches[number] { return batch.ended?.jobState }
        guard number < jobs.count, let job = jobs[Int(number)], job.isFinished else { return nil }
        return job.state
    }

    /// A new job says how those stand that it waits for; what it gets wrong it would never hear.
    func judgeConditions(_ created: Created, _ job: JobFacts, _ sequence: SequenceNumber) {
        for dependency in created.after {
            guard case .job(let parent) = dependency.parent else { continue }
            if end(of: parent) != dependency.end?.state {
                note(promise(about: parent), sequence, "it was created with a wrong idea of how \(parent) stands")
            }
        }
        guard job.batch != 0 else { return }
        judgeJoining(job.batch, sequence)
        for around in around(job.batch) where created.after.contains(where: { $0.parent == .job(around) }) {
            note(.callbacks, sequence, "it waits for batch \(around), which waits for it")
        }
    }

    /// A job or a batch becomes part of a batch.
    private func judgeJoining(_ batch: SequenceNumber, _ sequence: SequenceNumber) {
        if let facts = batches[batch], facts.ended != nil || facts.wasCancelled {
            note(.callbacks, sequence, "it joins batch \(batch), which is over")
        }
        for outer in around(batch) where batches[outer]?.wasCancelled == true && batches[outer]?.ended == nil {
            note(.callbacks, sequence, "it joins batch \(batch), and batch \(outer) around it was cancelled")
        }
        batches[batch]?.unfinished += 1
    }

    /// A batch and all those that it is inside of, from the inside out.
    private func around(_ batch: SequenceNumber) -> [SequenceNumber] {
        Array(sequence(first: batch) { self.batches[$0]?.outer }.prefix { $0 != 0 })
    }

    /// A job is told what another has come to; nil if that goes on again.
    func hear(
        _ job: inout JobFacts, of parent: SequenceNumber, _ state: JobState?, _ event: Event,
        _ sequence: SequenceNumber
    ) {
        let promise = promise(about: parent)
        if let state, ends[event.cause]?.of != parent || ends[event.cause]?.state != state {
            note(promise, sequence, "event \(event.cause) does not say that \(parent) is \(state.name)")
        }
        guard let index = job.conditions.firstIndex(where: { $0.parent == parent && $0.standing != .met }) else {
            return note(promise, sequence, "job \(event.job) is told of \(parent) and does not wait for it")
        }
        let standing = job.conditions[index].standing(after: state)
        if standing == job.conditions[index].standing {
            note(promise, sequence, "job \(event.job) is told of \(parent) twice")
        }
        job.conditions[index].standing = standing
        if job.conditions.allSatisfy({ $0.standing == .met }) {
            job.conditions = []
            let isDue = job.delayedUntil.map { $0 <= event.time } ?? true
            job.endClaim(isDue ? .enqueued : .scheduled, at: sequence)
            if !isDue { (job.due, job.waitsForRetry) = (job.delayedUntil, false) }
        } else if job.state == .cancelled, !job.conditions.contains(where: { $0.standing == .unmet }) {
            job.state = .awaiting
        }
    }

    // MARK: Batches

    func moveBatch(_ event: Event, _ sequence: SequenceNumber) {
        switch event.body {
        case .batchCreated(_, let outer):
            batches[sequence] = BatchFacts(outer: outer)
            if outer != 0 { judgeJoining(outer, sequence) }
        case .batchSealed(let batch): batches[batch]?.isSealed = true
        case .batchCancelled(let batch, _):
            batches[batch]?.wasCancelled = true
            batches[batch]?.cancelledAt = sequence
            // Should one of its jobs be taken up again, the batch ends with that: it is open no more.
            batches[batch]?.isSealed = true
        case .batchReopened(let batch):
            if batches[batch]?.ended == nil { note(.callbacks, sequence, "batch \(batch) had not ended") }
            noteInner(batch, batches[batch]?.ended?.jobState, nil)
            batches[batch]?.ended = nil
            batches[batch]?.wasCancelled = false
            batches[batch]?.reopenedAt = sequence
        case .batchEnded(let batch, let standing): endBatch(batch, standing, sequence)
        default: break
        }
    }

    private func endBatch(_ number: SequenceNumber, _ standing: BatchStanding, _ sequence: SequenceNumber) {
        guard let batch = batches[number] else { return note(.callbacks, sequence, "there is no batch \(number)") }
        if batch.ended != nil { note(.callbacks, sequence, "batch \(number) had ended before") }
        if batch.unfinished > 0 || !batch.isSealed {
            note(.callbacks, sequence, "batch \(number) has ended with \(batch.unfinished) jobs unfinished")
        }
        if standing != batch.standing {
            note(.callbacks, sequence, "batch \(number) is \(standing), and its jobs make it \(batch.standing)")
        }
        noteInner(number, batch.ended?.jobState, standing.jobState)
        batches[number]?.ended = standing
        ends[sequence] = (number, standing.jobState)
    }

    /// Counts what a batch inside another has come to; nil while it goes on.
    private func noteInner(_ batch: SequenceNumber, _ old: JobState?, _ new: JobState?) {
        guard let outer = batches[batch]?.outer, outer != 0, old != new else { return }
        batches[outer]?.count(old ?? .processing, -1)
        batches[outer]?.count(new ?? .processing, 1)
    }

    /// Counts what a job of a batch has come to.
    func noteMember(_ before: JobFacts, _ after: JobFacts) {
        guard after.batch != 0, before.state != after.state else { return }
        batches[after.batch]?.count(before.state, -1)
        batches[after.batch]?.count(after.state, 1)
    }
}

extension BatchFacts {
    fileprivate mutating func count(_ state: JobState, _ step: Int) {
        switch state {
        case .failed: failed += step
        case .cancelled: cancelled += step
        case .succeeded: break
        default: unfinished += step
        }
    }
}
