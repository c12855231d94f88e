internal import DaybookLMDB
internal import DaybookModel

/// An open folder with a store in it. Whatever is wrong with the folder is refused here, before LMDB sees it.
///
///     let folder = try StoreFolder.open(path, .readWrite(createIfMissing: true), program: "daybook 1.0")
///     defer { folder.close() }
///     let writer = LogWriter(folder.storage)
package final class StoreFolder: Sendable {
    package enum Access: Sendable, Equatable {
        case readWrite(createIfMissing: Bool)
        /// Changes neither log nor ledgers. It still takes a reader slot and shows itself to the others, except on a
        /// file system that is read-only, where it leaves no trace.
        case readOnly
    }

    package let path: String
    package let storage: LMDBStorage
    /// The 16 bytes that name this store.
    package let identity: [UInt8]

    init(path: String, storage: LMDBStorage, identity: [UInt8]) {
        self.path = path
        self.storage = storage
        self.identity = identity
    }

    /// Opens the store in the folder at `path`, after making it if that is wanted. `program` says who opens it.
    package static func open(
        _ path: String, _ access: Access, program: String, options: Options = Options()
    ) throws(LogError) -> StoreFolder {
        try StoreFolderOpening(path: path, access: access, program: program, options: options).open()
    }

    /// Closes the store after waiting for the transactions of this process. Later calls are refused.
    package func close() {
        storage.environment.close()
    }

    deinit { close() }
}

extension StoreFolder {
    package struct Options: Sendable {
        /// Address space to map; see `EnvironmentOptions`.
        package var mapSizeBytes = EnvironmentOptions().mapSizeBytes
        /// How long to wait for another process that is opening or closing the folder.
        package var patienceMilliseconds = 5_000
        /// Where this process is; the real place if nothing else is said.
        package var host: HostFacts?

        package init() {}
    }
}
