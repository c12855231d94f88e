extension Books {
    /// Makes ready what has come due and cancels what was not started in time, at most `limit` jobs; the rest follows
    /// in the next turn. Answers whether there may be such a rest.
    package mutating func decideDue(
        _ decision: inout Decision, limit: Int, in ledgers: any Ledgers
    ) throws -> Bool {
        var due: [SequenceNumber] = []
        try RowKey.due(Instant(microseconds: .min), job: 0).withBytes { start in
            try ledgers.scan(.due, from: start) { key, _ in
                let key = RowKey(key)
                guard !key.isSentinel, key.dueInstant <= decision.now, due.count < limit else { return false }
                due.append(key.second)
                return true
            }
        }
        // A job that is due and expires may stand there twice.
        var done: Set<SequenceNumber> = []
        for job in due where done.insert(job).inserted {
            // A row that is damaged must not hold up the others; `log verify` names it.
            guard let record = try readableJob(job, in: ledgers) else { continue }
            guard !record.isExpired(at: decision.now) else {
                let end = decision.record(.expired(job, record, at: decision.now))
                if record.flags.contains(.hasChildren) { decision.goOn(with: job, .cancelled, end) }
                continue
            }
            guard record.state == .scheduled, record.due <= decision.now else { continue }
            decision.record(
                Event(time: decision.now, job: job, previous: record.last, cause: record.last, body: .enqueued))
        }
        return due.count == limit
    }

    /// When the next job comes due or expires, of those that do not before `start`.
    package func nextDue(
        from start: Instant = Instant(microseconds: .min), in ledgers: any Ledgers
    ) throws -> Instant? {
        var next: Instant?
        try RowKey.due(start, job: 0).withBytes { start in
            try ledgers.scan(.due, from: start) { key, _ in
                let key = RowKey(key)
                if !key.isSentinel { next = key.dueInstant }
                return false
            }
        }
        return next
    }
}

extension JobRecord {
    /// Whether it was to be started by now and was not.
    func isExpired(at now: Instant) -> Bool { awaitsExpiry && expires <= now }
}

extension Event {
    static func expired(_ job: SequenceNumber, _ record: JobRecord, at now: Instant) -> Event {
        Event(
            time: now, job: job, previous: record.last, cause: record.last,
            body: .cancelled(reason: "expired: it was to be started by \(record.expires)"))
    }
}
