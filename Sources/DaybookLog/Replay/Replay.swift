package import DaybookModel

/// Up to where a log is replayed.
package enum ReplayPoint: Equatable, Sendable {
    /// The log as it ends now.
    case end
    case sequence(SequenceNumber)
    /// As of this moment: everything before the first event that is later. Clocks step back, so there may be earlier
    /// ones behind it.
    case instant(Instant)
}

/// The state of a store at points of its past, folded from its log's first event, from where its archives end if the
/// point lies behind that, or from the nearest of its snapshots. Nothing it does needs the store to stand still.
///
/// Points in rising order cost one pass over the log together. Not Sendable: one thread at a time.
package final class Replay {
    private let storage: any LogStorage
    private let keeping: FoldLedgers.Keeping
    private let limits: FoldLedgers.Limits
    private let shelf: SnapshotShelf?
    private let progress: (ReadProgress) -> Void
    private var fold: LedgerFold
    private var head: Hash? = .zero
    /// The snapshot that a next one would go on from.
    private var mark = LogMark.beginning
    /// How many events it has posted to get where it is.
    package private(set) var postedEvents: UInt64 = 0
    /// Behind which event it began, with ledgers that were put by when the events up to there were archived.
    package private(set) var start: SequenceNumber = 0

    /// Events read in one snapshot: short enough that no reader is in anybody's way.
    private static let stretchEvents = 65_536

    /// Who checks the ledgers, or makes them anew, gives no `snapshots`: these are only what an earlier fold came to.
    package init(
        _ storage: any LogStorage, keeping: FoldLedgers.Keeping = .everything,
        limits: FoldLedgers.Limits = FoldLedgers.Limits(), snapshots: SnapshotShelf? = nil,
        progress: @escaping (ReadProgress) -> Void = { _ in }
    ) {
        self.storage = storage
        self.keeping = keeping
        self.limits = limits
        self.progress = progress
        if case .everything = keeping { shelf = snapshots } else { shelf = nil }
        fold = LedgerFold(FoldLedgers(keeping, limits: limits))
    }

    /// The ledgers as of the point last advanced to. They change with the next one.
    package var ledgers: FoldLedgers { fold.ledgers }

    /// The first event so far that this release does not understand, and so may have missed something of.
    package var strange: StrangeEvent? { fold.strange }

    package var heading: LedgerDump.Heading {
        LedgerDump.Heading(sequence: fold.last, head: head, ledgers: fold.ledgers.digest)
    }

    package var dump: LedgerDump { LedgerDump(fold.ledgers, heading) }

    /// Folds on to `point`, which must not lie before the one before.
    package func advance(to point: ReplayPoint) throws {
        let last = try storage.read { try $0.last }
        var end = last
        var until = Instant(microseconds: .max)
        switch point {
        case .end: break
        case .instant(let instant): until = instant
        case .sequence(let sequence):
            guard sequence <= last else {
                throw LogError(
                    .badInput, "The log ends with event \(last); there is no event \(sequence) to replay to.")
            }
            end = sequence
        }
        guard end >= fold.last else {
            throw LogError(
                .badInput, "The replay stands at event \(fold.last) already; begin a new one to go back to \(end).")
        }
        if try !beginWithSnapshot(end, until) { try beginBehindArchives(end, until) }
        try advance(to: end, until: until)
        if case .instant = point, fold.last == 0 { throw try tooEarly(until) }
    }

    /// What is archived need not be read for what came after it.
    private func beginBehindArchives(_ end: SequenceNumber, _ until: Instant) throws {
        guard fold.last == 0 else { return }
        try storage.read { log in
            guard let archive = try Replay.archive(before: end, until, in: log) else { return }
            try fold.beginBehindArchives(of: log, until: archive.until)
            start = fold.last
        }
    }

    /// The last archive, if the ledgers as of its end are of use for what is asked, and this release's.
    private static func archive(
        before end: SequenceNumber, _ until: Instant, in log: any LogSnapshot
    ) throws -> ArchiveRecord? {
        let archived = try log.archivedThrough
        guard archived > 0, end >= archived, log.knowsLedgers,
            let record = try ArchiveRows.all(in: log).first(where: { $0.last == archived }), record.until <= until
        else { return nil }
        return record
    }

    /// Goes on from a snapshot, if there is one that spares a good part of the way.
    private func beginWithSnapshot(_ end: SequenceNumber, _ until: Instant) throws -> Bool {
        guard let shelf else { return false }
        var stand = fold.last
        if stand == 0 { stand = try storage.read { try Replay.archive(before: end, until, in: $0)?.last ?? 0 } }
        guard let found = try shelf.nearest(before: end, until, behind: stand, in: storage) else { return false }
        fold = try LedgerFold(FoldLedgers(keeping, limits: limits), from: found)
        fold.ledgers.changed = ChangedRows()
        mark = found.header.mark
        return true
    }

    /// Folds on to the end of `log`, within its snapshot.
    func advance(toEndOf log: any LogSnapshot) throws {
        let last = try log.last
        _ = try fold.read(log, through: last, atMost: .max)
        try settle(log)
    }

    private func advance(to end: SequenceNumber, until: Instant) throws {
        let start = fold.last
        defer { postedEvents += fold.last - start }
        var hasMore = fold.last < end
        var recorder = hasMore ? shelf?.recorder(goingOnFrom: mark, in: fold, through: end, of: storage) : nil
        while hasMore {
            progress(ReadProgress(.rebuild, at: fold.last + 1, of: end))
            hasMore = try storage.read { log in
                try fold.read(log, through: end, atMost: Replay.stretchEvents) {
                    $0.time <= until
                } pausing: {
                    recorder?.isDue(fold) ?? false
                }
            }
            guard let taking = recorder, taking.isDue(fold) else { continue }
            if !taking.take(fold, of: storage) { recorder = nil }
            mark = taking.mark
        }
        try storage.read { try settle($0) }
    }

    private func settle(_ log: any LogSnapshot) throws {
        try fold.post()
        head = fold.last == 0 ? .zero : try log.event(fold.last) { Seal(of: $0)?.head } ?? nil
    }

    private func tooEarly(_ instant: Instant) throws -> LogError {
        let first = try storage.read { try $0.event(1) { try EventHead($0, at: 1).time } }
        guard let first else { return LogError(.badInput, "The log is empty: there is no state at \(instant).") }
        return LogError(.badInput, "The log begins at \(first): there is no state at \(instant).")
    }
}
