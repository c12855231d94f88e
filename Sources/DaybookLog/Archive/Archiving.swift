// Moves a prefix of the log to an archive, while others go on writing.
//
// The order is what makes it safe to be killed anywhere:
//
// 1. The file is written beside its place, flushed, and gets its name. The log is unchanged.
// 2. The ledgers as of the prefix's end are put by, in pieces. Nobody looks at them yet.
// 3. Jobs that the ledgers know and whose creation lies in the prefix are carried on, some in each commit.
// 4. One commit says so: the `checkpoint` event and the row of `meta` from which all readers know.
// 5. The events of the prefix leave the log, some in each transaction.
//
// What was done before 4 means nothing without it, and is done again by the next attempt; what is left of 5 is finished
// by the next attempt, and until then is in the log and in the archive both.

internal import DaybookLMDB
package import DaybookModel

/// Up to where a log is to be archived: everything before that.
package enum ArchiveBound: Equatable, Sendable {
    case sequence(SequenceNumber)
    /// Everything before the first event that is as late or later.
    case instant(Instant)
}

/// What was archived.
package struct ArchiveSummary: Equatable, Sendable {
    package let record: ArchiveRecord
    package let path: String
    package let byteCount: Int
    /// Jobs that were carried on.
    package let carried: UInt64
}

struct Archiving {
    let storage: LMDBStorage
    let identity: [UInt8]
    let folder: FolderDescriptor
    let actor: Actor
    let now: () -> Instant
    let control: CopyControl
    /// Asked at each step with its number, for tests that end the process there.
    let step: (Int) throws -> Void

    private static let eventsAtOnce = 16_384
    private static let removedAtOnce = 4_096
    private static let unfinished = "unfinished"

    /// Nil if there is nothing before the bound that could be moved.
    func run(before bound: ArchiveBound) throws -> ArchiveSummary? {
        try storage.requireNothingStrange()
        try finishRemoving()
        try storage.read { log in
            // What cannot be verified must not be made the beginning of the log.
            guard try log.last > 0 else { return }
            _ = try log.seal(endingAt: log.last)
        }
        guard let range = try range(before: bound) else { return nil }
        try step(0)
        let name = ArchiveShelf.name(range.lowerBound, range.upperBound)
        var archived: Archived
        do {
            archived = try writeFile(range, name)
            try step(1)
            try putBase(range.upperBound)
            try step(2)
            archived.carried = try carryOn(through: range.upperBound)
            try step(3)
        } catch let error as LogError {
            // The log still has all events; a process that is killed here leaves files, which the next attempt takes
            // away.
            for file in [name, Archiving.unfinished] { try? folder.remove(file) }
            throw error
        }
        let checkpoint = try LogWriter(storage).turn(now: now()) { turn in
            try turn.requireNothingStrange()
            let sequence = try turn.record(Event(time: turn.now, actor: actor, body: .checkpoint(Box(archived))))
            guard let transaction = turn.transaction as? LMDBLogTransaction else { return sequence }
            try transaction.setArchivedThrough(range.upperBound)
            return sequence
        }
        storage.shelf.reopen()
        try step(4)
        try finishRemoving()
        let chain = try storage.read { try ArchiveRows.chain(through: $0.archivedThrough, in: $0) }
        guard let record = chain.last, record.checkpoint == checkpoint
        else {
            throw LogError(.damaged, "The checkpoint of the archive, event \(checkpoint), is not in the ledgers.")
        }
        let file = try storage.shelf.archive(record)
        return ArchiveSummary(record: record, path: file.path, byteCount: file.byteCount, carried: archived.carried)
    }

    // MARK: What is to be archived

    private func range(before bound: ArchiveBound) throws -> ClosedRange<SequenceNumber>? {
        let (first, last) = try storage.read { (try $0.archivedThrough + 1, try $0.last) }
        var end = last
        switch bound {
        case .sequence(let sequence): end = min(last, max(sequence, 1) - 1)
        case .instant(let instant):
            end = first - 1
            var isOver = false
            while !isOver, end < last {
                try control.requireGoingOn()
                try storage.read { log in
                    var left = Archiving.eventsAtOnce
                    try log.events(from: end + 1) { sequence, value in
                        isOver = try EventHead(value, at: sequence).time >= instant
                        guard !isOver, left > 0 else { return false }
                        left -= 1
                        end = sequence
                        return true
                    }
                }
            }
        }
        guard end >= first else { return nil }
        // An archive ends with a commit.
        var sealed: SequenceNumber = 0
        try storage.read { log in
            try log.eventsBackward(from: end) { sequence, value in
                guard Seal(of: value) == nil, sequence > first else {
                    if Seal(of: value) != nil { sealed = sequence }
                    return false
                }
                return true
            }
        }
        return sealed >= first ? first...sealed : nil
    }

    // MARK: The file

    private func writeFile(_ range: ClosedRange<SequenceNumber>, _ name: String) throws -> Archived {
        try clear(after: range.lowerBound)
        let (head, root, base) = try storage.read { log in
            let seal = try log.seal(endingAt: range.upperBound)
            let root = try HistoryTree(of: log, count: range.upperBound).root()
            return (seal.head.withBytes { Array($0) }, root.withBytes { Array($0) }, seal.ledgers.bytes)
        }
        let header = ArchiveHeader(
            identity: identity, first: range.lowerBound, last: range.upperBound, head: head)
        var until =
            try storage.read { try ArchiveRows.chain(through: $0.archivedThrough, in: $0).last?.until } ?? .minimum
        var writer = try ArchiveWriter(try folder.openFile(Archiving.unfinished, .toMake), header)
        var next = range.lowerBound
        while next <= range.upperBound {
            try control.requireGoingOn()
            control.progress(CopyProgress(phase: .archiving, position: next, total: range.upperBound))
            try storage.read { log in
                let end = min(next + UInt64(Archiving.eventsAtOnce) - 1, range.upperBound)
                try log.events(from: next) { sequence, value in
                    guard sequence <= end else { return false }
                    guard sequence == next, EventChecksum.matches(value, at: sequence) else {
                        throw LogError(
                            .damaged,
                            "Event \(next) is damaged or missing, and cannot be archived; see `daybook recover`.",
                            at: next)
                    }
                    if let strange = StrangeEvent.find(value, at: sequence) { throw strange.refusal }
                    until = max(until, try EventHead(value, at: sequence).time)
                    try writer.add(sequence, value)
                    next += 1
                    return true
                }
                guard next == end + 1 else { throw LogError(.damaged, "Event \(next) is missing.", at: next) }
            }
        }
        try control.requireGoingOn()
        let digest = try writer.finish()
        try folder.rename(Archiving.unfinished, to: name)
        try folder.flush()
        try folder.flushParent()
        return Archived(
            first: range.lowerBound, last: range.upperBound, digest: digest, head: head, root: root, base: base,
            until: until)
    }

    /// Takes away what an attempt has left that did not come to its checkpoint: the log still has those events.
    private func clear(after first: SequenceNumber) throws {
        try folder.remove(Archiving.unfinished)
        let known = try storage.read {
            try Set(ArchiveRows.chain(through: $0.archivedThrough, in: $0).map { ArchiveShelf.name($0.first, $0.last) })
        }
        let beginning = ArchiveShelf.name(first, 0).prefix { $0 != "." }.dropLast(12)
        for name in try folder.entries() where name.hasPrefix(beginning) && !known.contains(name) {
            try folder.remove(name)
        }
    }

    // MARK: The ledgers as of its end

    private func putBase(_ last: SequenceNumber) throws {
        while try storage.write({ try ($0 as? LMDBLogTransaction)?.removeOldBase(limit: 64) ?? false }) {}
        let replay = Replay(storage)
        try replay.advance(to: .sequence(last))
        let recorded = try storage.read { try $0.seal(endingAt: last).ledgers }
        guard replay.heading.ledgers == recorded else {
            throw LogError(
                .damaged,
                """
                The events up to \(last) do not give the ledgers that their last commit recorded, so the log cannot go \
                on from there. Run `daybook log verify`.
                """, at: last)
        }
        var chunk: UInt32 = 0
        try replay.ledgers.forEachPiece(byteCount: BaseRows.pieceBytes) { rows in
            try control.requireGoingOn()
            try storage.write { try ($0 as? LMDBLogTransaction)?.putBase(last, chunk, rows) }
            chunk += 1
        }
    }

    private func carryOn(through last: SequenceNumber) throws -> UInt64 {
        var carried: UInt64 = 0
        var cursor: SequenceNumber? = 1
        let writer = LogWriter(storage)
        while let from = cursor {
            try control.requireGoingOn()
            let before = carried
            cursor = try writer.turn(now: now()) { turn in
                try turn.requireNothingStrange()
                carried = before
                return try turn.carryOn(through: last, from: from, count: &carried)
            }
            try step(5)
        }
        return carried
    }

    // MARK: Letting go

    /// Takes archived events out of the log, and ledgers that were put by and are not needed.
    func finishRemoving() throws {
        let (archived, pinned) = try storage.read { (try $0.archivedThrough, try ArchivePins.all(in: $0)) }
        guard archived > 0 else { return }
        var next: SequenceNumber? = 1
        while let from = next {
            next = try storage.write { transaction in
                try (transaction as? LMDBLogTransaction)?.removeArchived(
                    from: from, keeping: pinned, limit: Archiving.removedAtOnce)
            }
            try step(6)
        }
        while try storage.write({ try ($0 as? LMDBLogTransaction)?.removeOldBase(limit: 64) ?? false }) {}
    }
}

/// Events that stay in the log although they are archived, because the work that goes on asks for them.
enum ArchivePins {
    static func all(in log: any LogSnapshot) throws -> Set<SequenceNumber> {
        // Which store this is.
        var pinned: Set<SequenceNumber> = [1]
        if let epoch = try NameBook.lastEpoch(in: log) { pinned.insert(epoch) }
        try RecurringBook.forEach(after: 0, in: log) { _, record in
            pinned.insert(record.version)
            return true
        }
        try log.forEachRow(of: .steps) { key, value in
            guard !RowKey(key).isSentinel, let book = StepBook(value) else { return true }
            for step in book.steps { pinned.insert(step.event) }
            return true
        }
        try log.forEachRow(of: .processes) { key, value in
            if ProcessRecord(value)?.standing.isAlive == true { pinned.insert(RowKey(key).first) }
            return true
        }
        return pinned
    }
}
