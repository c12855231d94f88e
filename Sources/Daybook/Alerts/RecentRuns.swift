internal import DaybookLog
internal import DaybookModel

/// How the runs of the last while ended, kept from one look to the next. What the engine does for itself, such as
/// telling of an alert, is left out: it says nothing of anybody's jobs, and would be mistaken for them.
struct RecentRuns: Sendable {
    private var next: SequenceNumber = 0
    private var ends: [(time: Instant, failed: Bool)] = []

    /// A first look goes no further back than this.
    private static let eventsBackMax: SequenceNumber = 200_000
    private static let endsMax = 200_000

    var counts: (runs: Int, failed: Int) { (ends.count, ends.count { $0.failed }) }

    mutating func advance(in storage: any LogStorage, to now: Instant, _ microseconds: Int64) throws {
        let start = now.advanced(microseconds: -microseconds)
        let found = try storage.read { log -> [(time: Instant, failed: Bool)] in
            let last = try log.last
            if next == 0 { next = last > RecentRuns.eventsBackMax ? last - RecentRuns.eventsBackMax : 1 }
            let own = try OwnQueues(log)
            var found: [(time: Instant, failed: Bool)] = []
            try log.events(from: next) { sequence, value in
                let head = try EventHead(value, at: sequence)
                if let failed = RecentRuns.failed(head), head.time > start, try !own.holds(head.job, log) {
                    found.append((head.time, failed))
                }
                return sequence < last
            }
            next = last + 1
            return found
        }
        ends = (ends + found).filter { $0.time > start }
        if ends.count > RecentRuns.endsMax { ends.removeFirst(ends.count - RecentRuns.endsMax) }
    }

    /// Whether the run that ended with this failed; nil if none did.
    private static func failed(_ head: EventHead) -> Bool? {
        switch EventKind(rawValue: head.kind) {
        case .succeeded: false
        case .attemptFailed, .failed: true
        default: nil
        }
    }
}

/// The queues that are the engine's own, by their numbers in the ledgers.
private struct OwnQueues {
    private let numbers: Set<UInt32>

    init(_ log: any LogSnapshot) throws {
        var books = Books()
        let queues = try books.allQueues(in: log)
        numbers = Set(queues.indices.filter { QueueRecord.isReserved(queues[$0].name) }.map { UInt32($0 + 1) })
    }

    /// Whether a job is of one of them. Of a job that is deleted only the log knows.
    func holds(_ job: SequenceNumber, _ log: any LogSnapshot) throws -> Bool {
        guard !numbers.isEmpty else { return false }
        if let record = try Books.storedJob(job, in: log) { return numbers.contains(record.queue) }
        return try log.creationAtHand(of: job, withPayload: false).map { QueueRecord.isReserved($0.value.queue) }
            ?? false
    }
}
