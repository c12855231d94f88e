internal import DaybookLMDB
internal import DaybookModel
internal import Synchronization

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
    /// This process among those that share the store; nil on a read-only file system.
    package let presence: ProcessPresence?
    /// What the processes tell each other; nil on a read-only file system.
    package let wake: WakePage?
    /// Room on the disk for what is to be written; nil for readers.
    package let reserve: DiskReserve?
    /// What makes it quick to go back to how it was.
    package let snapshots: SnapshotShelf

    let folder: FolderDescriptor
    let host: HostFacts
    private let place: Mutex<OpenFolders.Place?>

    init(_ parts: Parts, folder: FolderDescriptor, place: OpenFolders.Place, host: HostFacts) {
        self.host = host
        path = folder.path
        identity = parts.identity
        storage = parts.storage
        presence = parts.presence
        wake = parts.wake
        reserve = parts.reserve
        snapshots = SnapshotShelf(store: folder, identity: parts.identity, effectiveUser: host.effectiveUser)
        self.folder = folder
        self.place = Mutex(place)
    }

    /// What an opening has put together.
    struct Parts {
        let identity: [UInt8]
        let storage: LMDBStorage
        var presence: ProcessPresence?
        var wake: WakePage?
        var reserve: DiskReserve?
    }

    /// Opens the store in the folder at `path`, after making it if that is wanted. `program` says who opens it.
    package static func open(
        _ path: String, _ access: Access, program: String, options: Options = Options()
    ) throws(LogError) -> StoreFolder {
        try StoreFolderOpening(path: path, access: access, program: program, options: options).open()
    }

    /// Closes the store after waiting for the transactions of this process. Later calls are refused.
    package func close() {
        let place = place.withLock { $0.take() }
        guard place != nil else { return }
        // Who opens at this moment waits. A process that is stuck in there must not keep this one from ending.
        do throws(LogError) {
            try FolderLock.with(folder, patienceMilliseconds: StoreFolder.closingPatienceMilliseconds, end)
        } catch {
            end()
        }
    }

    private static let closingPatienceMilliseconds = 2_000

    private func end() {
        storage.environment.close()
        presence?.end()
    }

    /// The other processes that have the store open or died with it open.
    package func others() throws(LogError) -> [FoundPresence] {
        guard try folder.status(of: StoreFile.processes) != nil else { return [] }
        return try PresenceListing(folder: try folder.existingFolder(StoreFile.processes), own: presence?.name).all()
    }

    /// Removes the file of a dead process once its death has been dealt with.
    package func forget(_ dead: FoundPresence) throws(LogError) {
        guard !dead.isAlive else { return }
        try folder.existingFolder(StoreFile.processes).remove(dead.name)
    }

    deinit { close() }
}

extension StoreFolder {
    package struct Options: Sendable {
        /// Address space to map; see `EnvironmentOptions`.
        package var mapSizeBytes = EnvironmentOptions().mapSizeBytes
        /// How long to wait for another process that is opening or closing the folder.
        package var patienceMilliseconds = 5_000
        /// Told when a write of this process has waited too long for one of another, on a thread of its own.
        package var writerBlocked: @Sendable (BlockedWriter) -> Void = { _ in }
        /// How long such a wait may be.
        package var writerPatienceMilliseconds = 4_000
        /// In which form this release writes; a test may play another release.
        package var versions = StoreVersions.current
        /// Where this process is; the real place if nothing else is said.
        package var host: HostFacts?

        package init() {}
    }
}
