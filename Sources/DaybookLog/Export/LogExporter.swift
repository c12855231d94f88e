package import DaybookModel

/// Writes a log as JSON Lines, an event a line: the same bytes for the same log everywhere. Docs/FileFormat.md
/// describes them.
///
///     try LogExporter(storage).export { chunk in try file.write(chunk) }
package struct LogExporter {
    private let storage: any LogStorage

    package init(_ storage: any LogStorage) {
        self.storage = storage
    }

    /// What was written.
    package struct Summary: Equatable, Sendable {
        package let first: SequenceNumber
        /// Less than `first` if there was nothing to write.
        package let last: SequenceNumber

        package var count: UInt64 { last + 1 - first }
    }

    /// Calls `sink` with the lines of the events `from` to `to`, or to the last event that the log has now, in
    /// chunks of whole lines. Redacted lines show the digest of a payload instead of the payload. Damage ends it
    /// with an error; what was handed out until then is right.
    @discardableResult
    package func export(
        from first: SequenceNumber = 1, to end: SequenceNumber? = nil, redacted: Bool = false,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Summary {
        let last = min(end ?? .max, try storage.read { try $0.last })
        let first = max(first, 1)
        guard first <= last else { return Summary(first: first, last: first - 1) }
        let helpers = min(WorkerThreads.processorCount, LogExporter.threadsMax) - 1
        let pipeline = ExportPipeline(
            storage, from: first, through: last, isRedacted: redacted, blocksMax: helpers + 3)
        let threads = WorkerThreads(helpers) { pipeline.work() }
        defer { threads.join() }
        try pipeline.run(sink)
        return Summary(first: first, last: last)
    }

    /// More than this many threads wait for whoever reads the log or writes the file.
    private static let threadsMax = 6
}
