internal import DaybookModel

extension Turn {
    /// Carries on jobs that the ledgers know and whose creation, or what carried them on before, lies in the prefix up
    /// to `last`: some of them, from `cursor` on. Answers where to go on; nil if all have been looked at.
    mutating func carryOn(
        through last: SequenceNumber, from cursor: SequenceNumber, count: inout UInt64
    ) throws -> SequenceNumber? {
        let (jobs, next) = try jobsToCarry(through: last, from: cursor)
        for job in jobs {
            guard let state = try self.job(job) else { continue }
            let created = try self.created(job)
            count += 1
            try self.record(
                Event(
                    time: now, job: job, previous: state.last, attempt: UInt32(state.attempt), token: state.token,
                    actor: created.value.actor, body: .carried(created)))
            // A turn with large arguments is not made larger still.
            if byteCount > Turn.carriedBytesMax { return job + 1 }
        }
        return next
    }

    private static let carriedBytesMax = 1 << 20
    private static let carriedMax = 256
    private static let rowsMax = 16_384

    private func jobsToCarry(
        through last: SequenceNumber, from cursor: SequenceNumber
    ) throws -> (jobs: [SequenceNumber], next: SequenceNumber?) {
        var jobs: [SequenceNumber] = []
        var next: SequenceNumber?
        var rows = 0
        try RowKey.number(cursor).withBytes { start in
            try transaction.scan(.jobs, from: start) { key, value in
                let job = RowKey(key).first
                guard job <= last else { return false }
                guard jobs.count < Turn.carriedMax, rows < Turn.rowsMax else {
                    next = job
                    return false
                }
                rows += 1
                guard let flags = JobRecord(value)?.flags else { return true }
                let carried = flags.contains(.isCarried) ? try ArchiveRows.carried(job, in: transaction) : nil
                if (carried ?? job) <= last { jobs.append(job) }
                return true
            }
        }
        return (jobs, next)
    }
}
