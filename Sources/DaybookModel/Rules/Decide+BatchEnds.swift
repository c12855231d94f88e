// What follows for batches by and by: they come to their end or go on again, and what is left of those that were
// cancelled is cancelled. Each step is an event that leaves word for the next: ends go from the inner batches to the
// outer ones, cancelling goes the other way, over as many turns as it takes.

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
        // One that has ended goes on with the decision that takes up a job of it; here, where the log lacks that.
        decision.record(
            Event(
                time: decision.now, cause: row.cause,
                body: record.standing.isEnded ? .batchReopened(batch) : .batchEnded(batch, record.end)))
        return true
    }

    /// A job that had ended is taken up again, and with it the batches around it that have ended. They go on by the
    /// same decision, so that whoever cancels one of them next finds all that is unfinished, however deep.
    mutating func reopenBatches(
        around job: SequenceNumber, _ record: JobRecord, _ cause: SequenceNumber, _ decision: inout Decision,
        in ledgers: any Ledgers
    ) throws {
        guard record.flags.contains(.inBatch), let batch = try BatchRecord.number(of: job, in: ledgers) else { return }
        var cause = cause
        for (number, record) in try self.batches.around(batch, in: ledgers) {
            guard record.standing.isEnded, decision.reopened.insert(number).inserted else { return }
            cause = decision.record(Event(time: decision.now, cause: cause, body: .batchReopened(number)))
        }
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
            guard try self.batches.record(inner, in: ledgers)?.standing.isEnded == false else { continue }
            decision.record(
                Event(
                    time: decision.now, cause: record.last,
                    body: .batchCancelled(inner, reason: "its batch \(batch) was cancelled")))
        }
        let isAll = jobs.count + batches.count < limit
        decision.record(
            Event(time: decision.now, cause: record.last, body: .batchContinued(batch, cursor: isAll ? 0 : last)))
    }
}
