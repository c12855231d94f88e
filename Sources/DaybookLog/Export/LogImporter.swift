package import DaybookModel

/// Makes a log of an export: the same events, the same commits, the same head. What an export cannot prove by
/// itself, that the ledgers' digests follow from the events, is proven here by building them.
///
/// Commits go into durable transactions some megabytes at a time. So after an error the storage holds a part of a
/// log and must be thrown away;
/// `StoreFolder.make(at:fromExport:)` sees to that.
///
/// Not Sendable: one thread at a time.
package final class LogImporter {
    package struct Summary: Equatable, Sendable {
        package let events: UInt64
        package let commits: UInt64
        package let head: Hash
        /// What the first event says which store it is.
        package let identity: [UInt8]
    }

    private let storage: any LogStorage
    private let writer: LogWriter
    private var reader: ExportReader?

    /// The storage must be empty.
    package init(into storage: any LogStorage, progress: @escaping (SequenceNumber) -> Void = { _ in }) throws {
        self.storage = storage
        guard try storage.read({ try $0.last }) == 0 else {
            throw LogError(.badInput, "There are events already; a log can be imported only where there is none.")
        }
        let writer = LogWriter(storage)
        self.writer = writer
        reader = ExportReader(ExportReader.Needs()) { commits in
            try writer.carryOver(commits)
            progress(commits.first + UInt64(commits.events.count) - 1)
        }
    }

    /// Takes the next bytes of the export. Throws a `LogError` that says where it is wrong and how.
    package func feed(_ chunk: UnsafeRawBufferPointer) throws {
        try open().feed(chunk)
    }

    package func finish() throws -> Summary {
        let reader = try open()
        do {
            try reader.finish()
        } catch {
            self.reader = nil
            throw error
        }
        self.reader = nil
        return try storage.read { log in
            Summary(
                events: reader.last, commits: reader.commitsRead, head: try log.seal(endingAt: reader.last).head,
                identity: try log.identity())
        }
    }

    private func open() throws(LogError) -> ExportReader {
        guard let reader else { throw LogError(.badInput, "This import has ended; begin a new one.") }
        return reader
    }
}

extension LogWriter {
    /// Appends commits that another log sealed, and refuses them if they come out otherwise here.
    fileprivate func carryOver(_ exported: ExportedCommits) throws {
        try carryOver(
            commits: exported.commits.count,
            record: { index, turn in
                for event in exported.events(ofCommit: index) { try turn.carryOver(exported, event) }
            },
            check: { index, seal in
                let expected = exported.commits[index].seal
                guard seal != expected else { return }
                throw LogWriter.difference(exported, index, expected, seal)
            })
    }

    private static func difference(
        _ exported: ExportedCommits, _ index: Int, _ expected: Seal, _ found: Seal
    ) -> LogError {
        let last = exported.events(ofCommit: index).upperBound - 1
        let sequence = exported.first + UInt64(last)
        let what =
            expected.ledgers == found.ledgers
            ? "its head is \(found.head.hex) here, not \(expected.head.hex)"
            : "the digest of the ledgers is \(found.ledgers.hex) here, not \(expected.ledgers.hex): the log was "
                + "written by other rules than this release's"
        return LogError(.damaged, "Line \(exported.events[last].line), event \(sequence): \(what).", at: sequence)
    }
}

extension Turn {
    fileprivate mutating func carryOver(_ exported: ExportedCommits, _ index: Int) throws {
        let event = exported.events[index]
        let sequence = exported.first + UInt64(index)
        do {
            try record(encoded: exported.value(index), payloadCount: event.payloadCount)
        } catch let damage as EventDamage {
            throw LogError(
                .damaged, "Line \(event.line), event \(sequence) cannot be read: \(damage.sentence).", at: sequence)
        } catch let error as LedgerError {
            throw LogError(
                .damaged,
                "Line \(event.line), event \(sequence) cannot follow from what came before: \(error.sentence).",
                at: sequence)
        }
    }
}

extension LedgerError {
    fileprivate var sentence: String {
        switch self {
        case .unreadableRow(let table, let key): "row \(key) of \(table.name) cannot be read"
        case .missingRow(let table): "a row of \(table.name) is missing"
        case .impossibleEvent(_, let kind, let why): "\(kind.name), but \(why)"
        }
    }
}
