package import DaybookModel

/// Checks an export without any store: whether its lines are those that a log gave, unchanged, in order and all of
/// them. Payloads may be withheld.
///
/// A log that was rewritten as a whole, or ends too early between two commits, is found by its `report`: against a
/// checkpoint.
///
/// Not Sendable: one thread at a time.
package final class ExportVerifier {
    /// What was found good.
    package struct Report: Equatable, Sendable {
        package let first: SequenceNumber
        package let last: SequenceNumber
        package let commits: UInt64
        /// Payloads of which only the digest was there.
        package let withheldPayloads: UInt64
        /// The root over all events up to the last commit's end; `nil` for a part of a log.
        package let root: Hash?
        /// The head of the last commit that is there whole. In a part of a log it is what the line says.
        package let head: Hash?
        /// The commit in which a part ends without reaching its end.
        package let cutCommit: SequenceNumber?
        /// Which store its first event says that it is of; empty for a part of a log.
        package let identity: [UInt8]
        /// What the log is not that a checkpoint has seen.
        package let objections: [VerifyFinding]
    }

    private let reader: ExportReader
    private let checkpoints: [LogCheckpoint]

    /// A part of a log, as an export from some event to some other gives it, has no provable heads: its lines are
    /// checked one by one, and it cannot be held against checkpoints.
    package init(allowsParts: Bool = false, checkpoints: [LogCheckpoint] = []) {
        self.checkpoints = checkpoints
        reader = ExportReader(
            ExportReader.Needs(whole: !allowsParts, payloads: false, probes: Set(checkpoints.map(\.sequence)))
        ) { _ in }
    }

    /// Checks the next bytes of the export. Throws a `LogError` that says where it is wrong and how.
    package func feed(_ chunk: UnsafeRawBufferPointer) throws {
        try reader.feed(chunk)
    }

    /// The last event that was read.
    package var last: SequenceNumber { reader.last }

    /// Behind the last bytes.
    package func finish() throws -> Report {
        try reader.finish()
        return Report(
            first: reader.first, last: reader.last, commits: reader.commitsRead,
            withheldPayloads: reader.withheldPayloads, root: reader.root, head: reader.head,
            cutCommit: reader.cutCommit, identity: reader.identity,
            objections: checkpoints.compactMap { checkpoint in
                checkpoint.objection(
                    identity: reader.identity, last: reader.last, probed: reader.probed[checkpoint.sequence])
            })
    }
}
