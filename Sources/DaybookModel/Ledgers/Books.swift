/// The ledgers as one turn sees them: rows are fetched when first needed, changed in memory, and posted when the
/// turn ends.
///
/// Everything here is a function of the events applied and the rows below; nothing reads a clock, draws a number or
/// asks the configuration. A turn that fails drops its books and starts again from the rows.
package struct Books {
    package struct JobEntry {
        package var record: JobRecord
        /// What the ledger holds; `nil` for a job that it does not know yet.
        var stored: JobRecord?
        var isChanged: Bool
    }

    var jobs = JobTable<JobEntry>()
    /// In the order of their first change, so that new rows are put in ascending order.
    package internal(set) var changedJobs: [SequenceNumber] = []
    var queues = QueueBook()
    var batches = BatchBook()
    package var names = NameBook()
    package var recurring = RecurringBook()
    package var limits = LimitBook()
    var shelf = ReadyShelf()
    var lookedPast = LookedPast()
    /// Whether there may be jobs whose end not all have been told: it spares a look at the ledger in every turn.
    var mayContinue = true
    /// What a job waits for, as of whom somebody has asked last: who is told reads it, and so does what comes of that.
    var latestConditions: (job: SequenceNumber, book: ConditionBook)?
    /// What the processes that are alive can run, once somebody has asked.
    var runners: [Runnable]?
    /// Whether events are missing from the log; nil until somebody has asked.
    private var knownLoss: Bool?
    /// A claim ended before it had seen all that is ready: another turn may find more.
    package internal(set) var claimWasCut = false
    /// A claim ended before a job that has to run alone, because others run here: until it has, nothing else may begin.
    package internal(set) var claimMetLone = false
    /// When a claim like those of this turn may find more in a queue whose rate held it up.
    package internal(set) var queueOpens: Instant?

    package init() {}

    /// When a claim like those of this turn looks again for what may have come before jobs that are for others.
    package internal(set) var claimLooksAgain: Instant?

    /// Forgets what the claims of the last turn came upon: whoever claims no more is not to be woken for it.
    package mutating func beginTurn() {
        queueOpens = nil
        claimLooksAgain = nil
    }

    /// Drops everything that is not in the rows: when another process has written.
    package mutating func forgetRows() {
        lookedPast.noteOthersWrote()
        jobs.removeAll()
        changedJobs.removeAll(keepingCapacity: true)
        queues.forget()
        batches.forget()
        names.forget()
        recurring.forget()
        limits.forget()
        shelf.removeAll()
        mayContinue = true
        latestConditions = nil
        runners = nil
        knownLoss = nil
    }

    /// Drops everything: after a failed turn.
    package mutating func forget() {
        forgetRows()
        lookedPast.removeAll()
    }

    /// Whether the log has gaps: then events may speak of what is not in the ledgers, and of keys whose release is
    /// lost.
    package mutating func hasLoss(in ledgers: any Ledgers) throws -> Bool {
        if let knownLoss { return knownLoss }
        let found = try names.number(.loss, NameBook.lossText, in: ledgers) != nil
        knownLoss = found
        return found
    }

    mutating func noteLoss(in ledgers: any Ledgers) throws {
        guard try !hasLoss(in: ledgers) else { return }
        _ = try names.numberGiving(.loss, NameBook.lossText, in: ledgers)
        knownLoss = true
    }

    /// How many jobs are held in memory.
    package var heldJobs: Int { jobs.count }

    /// The job's record, fetched if need be; `nil` if there is no such job.
    package mutating func job(_ id: SequenceNumber, in ledgers: any Ledgers) throws -> JobRecord? {
        try place(of: id, in: ledgers).map { jobs[$0].record }
    }

    /// Where the job's record stands in `jobs`, fetched if need be; `nil` if there is no such job.
    mutating func place(of id: SequenceNumber, in ledgers: any Ledgers) throws -> Int? {
        if let index = jobs.index(of: id) { return index }
        guard let record = try Books.storedJob(id, in: ledgers) else { return nil }
        return jobs.insert(id, JobEntry(record: record, stored: record, isChanged: false))
    }

    /// As ``job(_:in:)``, and `nil` as well where the row is damaged.
    mutating func readableJob(_ id: SequenceNumber, in ledgers: any Ledgers) throws -> JobRecord? {
        do {
            return try job(id, in: ledgers)
        } catch LedgerError.unreadableRow {
            return nil
        }
    }

    package static func storedJob(_ id: SequenceNumber, in ledgers: any Ledgers) throws -> JobRecord? {
        let found = try RowKey.number(id).withBytes { key in
            try ledgers.read(.jobs, key) { bytes throws(LedgerError) in
                guard let record = JobRecord(bytes) else { throw LedgerError.unreadableRow(.jobs, id) }
                return record
            }
        }
        return found
    }

    /// Posts all that changed. The books stay usable: what is running is kept, because its end comes soon.
    package mutating func post(to ledgers: any Ledgers) throws {
        try shelf.takeAll { item in
            try item.key.withBytes { key in
                try withUnsafeBytes(of: item.job.littleEndian) { try ledgers.put(.ready, key, $0, replacing: nil) }
            }
        }
        for id in changedJobs { try postJob(id, to: ledgers) }
        changedJobs.removeAll(keepingCapacity: true)
        try limits.desk.post(to: ledgers)
        try queues.post(to: ledgers)
        try batches.post(to: ledgers)
    }

    private mutating func postJob(_ id: SequenceNumber, to ledgers: any Ledgers) throws {
        guard let index = jobs.index(of: id) else { return }
        let record = jobs[index].record
        try RowKey.number(id).withBytes { key in
            try record.withBytes { value in
                guard let stored = jobs[index].stored else { return try ledgers.put(.jobs, key, value, replacing: nil) }
                try stored.withBytes { try ledgers.put(.jobs, key, value, replacing: $0) }
            }
        }
        if record.state == .processing {
            jobs[index].stored = record
            jobs[index].isChanged = false
        } else {
            jobs.remove(id)
        }
    }
}

/// A row that is not what its table holds: damage, or the work of a later release.
package enum LedgerError: Error, Equatable {
    case unreadableRow(Table, UInt64)
    /// A row that was to be taken out was not there.
    case missingRow(Table)
    /// An event that the ledgers' state does not allow: the log was not written by these rules.
    case impossibleEvent(SequenceNumber, EventKind, String)
}
