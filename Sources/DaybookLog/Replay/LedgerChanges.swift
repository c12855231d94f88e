package import DaybookModel

/// What happened between two points of a log, as the ledgers show it: how many jobs of which queue and name went from
/// which state to which, and what else a person would ask for.
package struct LedgerChanges {
    /// Jobs of one queue and name that did the same.
    package struct Move: Hashable, Sendable {
        package var queue: String
        package var name: String
        /// Nil for jobs that were not there yet.
        package var before: JobState?
        /// Nil for jobs that have left the ledgers.
        package var after: JobState?
    }

    /// Rows of one ledger.
    package struct Rows: Equatable, Sendable {
        package var added = 0
        package var removed = 0
        package var changed = 0

        package var isEmpty: Bool { added + removed + changed == 0 }
    }

    /// By queue, name, state before and state after. Jobs that stand where they stood and have changed all the same,
    /// as when one failed and was retried, have the same state twice.
    package private(set) var moves: [(move: Move, jobs: Int)] = []
    /// Queues that were paused or resumed, and whether they are paused now.
    package private(set) var queues: [(name: String, isPaused: Bool)] = []
    /// Of the ledgers in which a row is a thing of its own.
    package private(set) var others: [(table: Table, rows: Rows)] = []
    /// Whether any row of any ledger differs.
    package let hasAny: Bool

    private static let otherTables: [Table] = [.recurring, .batches, .processes]

    package init(from before: Replay, to after: Replay) throws {
        hasAny = before.heading.ledgers != after.heading.ledgers
        guard hasAny else { return }
        let comparison = LedgerComparison(after.ledgers, expected: before.ledgers, writesSentences: false)
        try countMoves(comparison, JobPlaces(before.ledgers), JobPlaces(after.ledgers))
        try findPauses(before.ledgers, after.ledgers)
        for table in LedgerChanges.otherTables {
            var rows = Rows()
            try comparison.forEachDifference(in: [table]) { difference in
                switch (difference.expected, difference.found) {
                case (nil, _): rows.added += 1
                case (_, nil): rows.removed += 1
                default: rows.changed += 1
                }
                return true
            }
            if !rows.isEmpty { others.append((table, rows)) }
        }
    }

    private mutating func countMoves(
        _ comparison: LedgerComparison, _ before: JobPlaces, _ after: JobPlaces
    ) throws {
        var counts: [Move: Int] = [:]
        try comparison.forEachDifference(in: [.jobs]) { difference in
            let old = try difference.expected.map(before.place)
            let new = try difference.found.map(after.place)
            guard let place = new ?? old else { return true }
            counts[Move(queue: place.queue, name: place.name, before: old?.state, after: new?.state), default: 0] += 1
            return true
        }
        func order(_ state: JobState?) -> UInt8 { state?.rawValue ?? 0 }
        moves = counts.map { ($0, $1) }.sorted { one, other in
            let (first, second) = (one.move, other.move)
            return (first.queue, first.name, order(first.before), order(first.after))
                < (second.queue, second.name, order(second.before), order(second.after))
        }
    }

    private mutating func findPauses(_ before: FoldLedgers, _ after: FoldLedgers) throws {
        var (old, new) = (Books(), Books())
        let paused = Set(try old.allQueues(in: before).filter(\.isPaused).map(\.name))
        queues = try new.allQueues(in: after).filter { $0.isPaused != paused.contains($0.name) }
            .map { ($0.name, $0.isPaused) }.sorted { $0.name < $1.name }
    }
}

/// Turns rows of jobs into their places, with names for the numbers. Not Sendable: one thread at a time.
private final class JobPlaces {
    private let ledgers: FoldLedgers
    private var books = Books()
    private let queues: [QueueRecord]

    init(_ ledgers: FoldLedgers) throws {
        self.ledgers = ledgers
        var books = Books()
        queues = try books.allQueues(in: ledgers)
    }

    func place(_ row: [UInt8]) throws -> (queue: String, name: String, state: JobState) {
        guard let record = row.withUnsafeBytes({ JobRecord($0) }), queues.indices.contains(Int(record.queue) - 1),
            let name = try books.names.text(.job, record.name, in: ledgers)
        else { throw LogError(.damaged, "A job's row cannot be read; run `daybook log verify`.") }
        return (queues[Int(record.queue) - 1].name, name, record.state)
    }
}
