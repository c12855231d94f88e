extension Books {
    /// Makes ready what has come due, at most `limit` jobs; the rest follows in the next turn.
    package mutating func decideDue(_ decision: inout Decision, limit: Int, in ledgers: any Ledgers) throws {
        var due: [SequenceNumber] = []
        try RowKey.due(Instant(microseconds: .min), job: 0).withBytes { start in
            try ledgers.scan(.due, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel, key.dueInstant <= decision.now, due.count < limit else { return false }
                due.append(key.second)
                return true
            }
        }
        for job in due {
            guard let record = try self.job(job, in: ledgers) else { throw LedgerError.unreadableRow(.due, job) }
            decision.record(
                Event(time: decision.now, job: job, previous: record.last, cause: record.last, body: .enqueued))
        }
    }

    /// When the next job comes due.
    package func nextDue(in ledgers: any Ledgers) throws -> Instant? {
        var next: Instant?
        try RowKey.due(Instant(microseconds: .min), job: 0).withBytes { start in
            try ledgers.scan(.due, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel { next = key.dueInstant }
                return false
            }
        }
        return next
    }
}
