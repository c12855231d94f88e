internal import DaybookLMDB

/// A storage for a log that only passes through, as when an export is imported to be replayed: in memory if it is
/// small, else in an environment of its own that is gone when this is.
package final class ScratchLog: Sendable {
    package let storage: any LogStorage
    private let environment: LMDBEnvironment?

    /// A log of which this much as text is held in memory.
    package static let bytesInMemoryMax = 8 << 20

    /// `byteCount` is how large the export is, if that is known before it has been read.
    package init(expecting byteCount: Int?, in folder: String = TemporaryFolder.path) throws {
        if let byteCount, byteCount <= ScratchLog.bytesInMemoryMax {
            storage = MemoryStorage()
            environment = nil
            return
        }
        let opened = try ScratchEnvironment.open(in: folder, databases: LogDatabases.names)
        environment = opened
        storage = try LMDBStorage(opened, temporaryIn: folder)
    }

    deinit { environment?.close() }
}
