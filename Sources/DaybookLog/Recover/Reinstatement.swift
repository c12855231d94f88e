// Where jobs stood whose creation was made of the event that carried them on.
//
// What happened to such a job in between is missing as a rule: it may have waited, or been done long ago. Two things
// tell. If its events lead back, each to the one before it, from the latest to one that says where it stood, it
// stands there already. And the damaged store's own row of it counts if it names the same latest event as the recovered
// ledgers do: then nothing has happened that the log has lost.
//
// What the row says becomes an event, since the ledgers follow from the log and from nothing else. Of whom nothing
// tells, that one is set aside: it is rescheduled to the end of all time, where it keeps its key and everything else,
// nobody runs it by itself, and a person can requeue or cancel it.

internal import DaybookModel

/// Gives jobs that were made anew the standing that they had, as far as it can be known.
struct Reinstatement {
    let storage: any LogStorage
    let writer: LogWriter
    let ledgers: DamagedLedgers
    let now: () -> Instant
    let control: CopyControl

    private static let jobsAtOnce = 1_000
    private static let knownReason = "as it was before the store was recovered"
    private static let unknownReason = "set aside: what became of it is missing in the damaged store"

    /// Answers how many were set aside. Jobs that the damaged ledgers have and the recovered ones do not are `lost`.
    func run(_ jobs: [SequenceNumber], _ lost: inout LostJobs) throws -> UInt64 {
        let rows = try rows(of: Set(jobs), &lost)
        var setAside: UInt64 = 0
        for start in stride(from: 0, to: jobs.count, by: Self.jobsAtOnce) {
            try control.requireGoingOn()
            let some = jobs[start..<min(start + Self.jobsAtOnce, jobs.count)]
            let moves = try storage.read { log in
                try some.compactMap { job in try move(job, rows[job], in: log).map { (job: job, move: $0) } }
            }
            setAside += UInt64(moves.count(where: { $0.move == .setAside }))
            guard !moves.isEmpty else { continue }
            try writer.turn(now: now()) { turn in
                for (job, move) in moves {
                    guard let record = try turn.job(job) else { continue }
                    try turn.record(
                        Event(
                            time: turn.now, job: job, previous: record.last, attempt: UInt32(record.attempt),
                            body: move.event))
                }
            }
        }
        return setAside
    }

    /// The damaged ledgers' rows of these jobs, as far as they can be read.
    private func rows(
        of jobs: Set<SequenceNumber>, _ lost: inout LostJobs
    ) throws -> [SequenceNumber: JobRecord] {
        var rows: [SequenceNumber: JobRecord] = [:]
        var others: [SequenceNumber] = []
        func lookForOthers() throws {
            try storage.read { log in
                for job in others where try Books.storedJob(job, in: log) == nil { lost.note(job) }
            }
            others.removeAll(keepingCapacity: true)
        }
        try ledgers.forEachRow(of: .jobs) { key, value in
            guard key.count == MemoryLayout<SequenceNumber>.size, let row = JobRecord(value) else { return }
            let job = RowKey(key).first
            if jobs.contains(job) { rows[job] = row } else { others.append(job) }
            if others.count == Self.jobsAtOnce { try lookForOthers() }
        }
        try lookForOthers()
        return rows
    }

    /// What has to happen to a job so that it stands where it stood.
    private enum Move: Equatable {
        case ready
        case due(Instant)
        case finished(JobState)
        case setAside

        var event: EventBody {
            switch self {
            case .ready: .enqueued
            case .due(let instant): .rescheduled(until: instant, reason: Reinstatement.knownReason)
            case .finished(.succeeded): .succeeded(Succeeded(ranMicroseconds: 0))
            case .finished(.failed):
                .failed(
                    Box(
                        AttemptFailed(
                            due: nil, reason: Reinstatement.knownReason, errorType: "", ranMicroseconds: 0, salt: 0,
                            error: "")))
            case .finished: .cancelled(reason: Reinstatement.knownReason)
            case .setAside: .rescheduled(until: JobRecord.asideUntil, reason: Reinstatement.unknownReason)
            }
        }
    }

    /// Nil if it stands there already, or is no longer in the ledgers.
    private func move(_ job: SequenceNumber, _ row: JobRecord?, in log: any LogSnapshot) throws -> Move? {
        guard let record = try Books.storedJob(job, in: log), !record.state.isFinished else { return nil }
        guard try !isTold(record.last, of: job, in: log) else { return nil }
        guard let row, row.last == record.last else { return .setAside }
        switch row.state {
        // Whoever cannot run it will park it again.
        case .enqueued, .processing, .parked: return record.state == .enqueued ? nil : .ready
        case .scheduled: return record.state == .scheduled && record.due == row.due ? nil : .due(row.due)
        case .succeeded, .failed, .cancelled: return .finished(row.state)
        // Which of those that it waits for have ended may be missing.
        case .awaiting: return record.state == .awaiting ? nil : .setAside
        }
    }

    /// Whether a job's events lead back to one that says where it stands, without one that is missing.
    private func isTold(_ last: SequenceNumber, of job: SequenceNumber, in log: any LogSnapshot) throws -> Bool {
        var next = last
        while next > job, let event = try log.event(next, { try Event($0, at: next, withPayload: false) }) {
            guard event.job == job, event.previous < next else { return false }
            switch event.body {
            case .carried, .duplicate, .stale, .logged, .progressed, .reported, .stepped, .continued, .parentEnded,
                .parentReopened, .replaced, .limited, .unknown:
                next = event.previous
            default: return true
            }
        }
        return next == job
    }
}
