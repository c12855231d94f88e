// What follows for batches by and by: they come to their end or go on again, and what is left of those that were
// cancelled is cancelled. Each step is an event that leaves word for the next, so it goes from the inner batches to the
// outer ones, and the other way for cancelling, over as many turns as it takes.

extension Books {
    /// What is to follow for a batch next. False: those who wait for it are to be told, as of a job.
    mutating func attend(
        to batch: SequenceNumber, _ record: BatchRecord, _ row: Continuation, _ decision: inout Decision, limit: Int,
        in ledgers: any Ledgers
    ) throws -> Bool {
        if record.isCancelling {
            try cancelMembers(of: batch, record, &decision, limit: limit, in: ledgers)
            return true
        }
        guard row.cursor == 0, record.needsAttention else { return false }
        guard record.standing.isEnded else {
            decision.record(Event(time: decision.now, cause: row.cause, body: .batchEnded(batch, record.end)))
            return true
        }
        let reopened = decision.record(Event(time: decision.now, cause: row.cause, body: .batchReopened(batch)))
        // It had ended when the one around it was cancelled, so that passed it by.
        if let outer = try BatchRecord.of(record.outer, in: ledgers), outer.wasCancelled, !outer.standing.isEnded {
            decision.cancel(batch, inside: record.outer, cause: reopened)
        }
        return true
    }

    /// The next of its jobs and of the batches inside it, in the order of their numbers.
    private mutating func cancelMembers(
        of batch: SequenceNumber, _ record: BatchRecord, _ decision: inout Decision, limit: Int,
        in ledgers: any Ledgers
    ) throws {
        let jobs = try BatchRecord.members(of: batch, after: record.cursor, limit: limit, in: ledgers)
        let batches = try BatchRecord.batches(in: batch, after: record.cursor, limit: limit, in: ledgers)
        let last = (jobs + batches).sorted().prefix(limit).last ?? 0
        for job in jobs.prefix(while: { $0 <= last }) {
            guard let member = try readableJob(job, in: ledgers), !member.state.isFinished else { continue }
            var event = Event(
                of: job, member, at: decision.now, by: .system, .cancelled(reason: "its batch \(batch) was cancelled"))
            event.cause = record.last
            let end = decision.record(event)
            if member.flags.contains(.hasChildren) { decision.goOn(with: job, .cancelled, end) }
        }
        for inner in batches.prefix(while: { $0 <= last }) {
            guard try BatchRecord.of(inner, in: ledgers)?.standing.isEnded == false else { continue }
            decision.cancel(inner, inside: batch, cause: record.last)
        }
        let isAll = jobs.count + batches.count < limit
        decision.record(
            Event(time: decision.now, cause: record.last, body: .batchContinued(batch, cursor: isAll ? 0 : last)))
    }
}

extension Decision {
    fileprivate mutating func cancel(_ inner: SequenceNumber, inside outer: SequenceNumber, cause: SequenceNumber) {
        record(
            Event(time: now, cause: cause, body: .batchCancelled(inner, reason: "its batch \(outer) was cancelled")))
    }
}
