/// The smaller postings: rows that are written through at once, because they are rare.
extension Books {
    /// The first event of a log gives the trees that come and go the one row that they keep for ever.
    func openBooks(in ledgers: any Ledgers) throws {
        for table in Table.allCases where table.keepsSentinel {
            try RowKey.sentinel(table).withBytes {
                try ledgers.put(table, $0, UnsafeRawBufferPointer(start: nil, count: 0), replacing: nil)
            }
        }
    }

    mutating func applyProcess(_ event: Event, at sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        switch event.body {
        case .processStarted(let started):
            try setProcess(sequence, .alive, event.time, runs: started.value.runs, in: ledgers)
        case .processStopped: try setProcess(event.actor.process, .stopped, event.time, in: ledgers)
        case .processLost: try setProcess(event.cause, .lost, event.time, in: ledgers)
        case .processAsked(let wish, _): try setProcess(event.cause, .init(wish), event.time, in: ledgers)
        default: break
        }
    }

    /// `runs` is what it says that it can run; nil leaves that as it is, for as long as it lives.
    private mutating func setProcess(
        _ process: SequenceNumber, _ standing: ProcessRecord.Standing, _ time: Instant, runs: [String]? = nil,
        in ledgers: any Ledgers
    ) throws {
        runners = nil
        lookedPast.removeAll()
        try RowKey.number(process).withBytes { key in
            let old = try ledgers.read(.processes, key) { Array($0) }
            var record = ProcessRecord(standing: standing, since: time)
            if let runs {
                record.runs = Runnable(runs)
            } else if standing.isAlive, let old {
                record.runs = old.withUnsafeBytes { ProcessRecord($0)?.runs } ?? .nothing
            }
            try record.encoded().withUnsafeBytes { value in
                guard let old else { return try ledgers.put(.processes, key, value, replacing: nil) }
                try old.withUnsafeBytes { try ledgers.put(.processes, key, value, replacing: $0) }
            }
        }
    }

    /// A unique key holds while its job is unfinished, or waits, and again if the job is taken up once more.
    func holdKey(of job: SequenceNumber, _ holds: Bool, at now: Instant, in ledgers: any Ledgers) throws {
        guard holds else { return try KeyBook.release(.unique, of: job, in: ledgers) }
        guard let text = try KeyBook.text(.unique, of: job, in: ledgers),
            try KeyBook.holder(text, at: now, in: ledgers) == nil
        else { return }
        try KeyBook.hold(.unique, text, job: job, in: ledgers)
    }

    /// The job that seems to have a request id although another has just got it: what took it out is missing.
    mutating func lostHolder(ofRequest text: String, in ledgers: any Ledgers) throws -> SequenceNumber? {
        try hasLoss(in: ledgers) ? try KeyBook.job(.request, text, in: ledgers) : nil
    }

    /// Takes a finished job out of the ledgers; its history stays in the log.
    mutating func purge(_ event: Event, _ sequence: SequenceNumber, in ledgers: any Ledgers) throws {
        if let record = try job(event.job, in: ledgers), !record.state.isFinished, try hasLoss(in: ledgers) {
            // Only finished jobs are purged, so its end is among what is missing.
            try change(event, sequence, in: ledgers) { $0.state = .cancelled }
            try endWaiting(event, sequence, in: ledgers)
        }
        guard let record = try job(event.job, in: ledgers), record.state.isFinished else {
            throw LedgerError.impossibleEvent(sequence, .purged, "job \(event.job) is not finished")
        }
        let stored = jobs.index(of: event.job).flatMap { jobs[$0].stored }
        jobs.remove(event.job)
        try queues.count(record.queue, record.state, by: -1, in: ledgers)
        if record.flags.contains(.hasKey) { try KeyBook.forget(.unique, of: event.job, in: ledgers) }
        if record.flags.contains(.hasRequestID) { try KeyBook.forget(.request, of: event.job, in: ledgers) }
        if record.flags.contains(.isLimited) {
            _ = try limits.desk.job(event.job, in: ledgers)
            limits.desk.setJob(event.job, nil)
        }
        if record.flags.contains(.isReplaced) { try KeyBook.forgetReplacement(of: event.job, in: ledgers) }
        if record.flags.contains(.isCarried) { try ArchiveRows.setCarried(event.job, nil, in: ledgers) }
        if record.flags.contains(.isCounted) { try RecurringBook.forget(event.job, in: ledgers) }
        if record.flags.contains(.hasSteps) { try forgetSteps(of: event.job, in: ledgers) }
        if record.flags.contains(.inBatch) { try leaveBatch(event.job, in: ledgers) }
        if record.flags.contains(.hasConditions) { try forgetConditions(of: event.job, in: ledgers) }
        guard let stored else { return }
        try RowKey.number(event.job).withBytes { key in
            try stored.withBytes { try ledgers.remove(.jobs, key, old: $0) }
        }
    }

    package mutating func process(_ id: SequenceNumber, in ledgers: any Ledgers) throws -> ProcessRecord? {
        try RowKey.number(id).withBytes { key in
            try ledgers.read(.processes, key) { bytes throws(LedgerError) in
                guard let record = ProcessRecord(bytes) else { throw LedgerError.unreadableRow(.processes, id) }
                return record
            }
        }
    }

    package static func isAlive(process: SequenceNumber, in ledgers: any Ledgers) throws -> Bool {
        var books = Books()
        return try books.process(process, in: ledgers)?.standing.isAlive == true
    }

    /// The queue of that name, if any job or command ever named it.
    package mutating func queue(_ name: String, in ledgers: any Ledgers) throws -> QueueRecord? {
        try queues.number(name, in: ledgers).map { queues[$0] }
    }

    package mutating func allQueues(in ledgers: any Ledgers) throws -> [QueueRecord] {
        try queues.load(from: ledgers)
        return (0..<queues.count).map { queues[UInt32($0 + 1)] }
    }
}
