// `snapshots/` in a store's folder: what the ledgers were at some points of the log, as folds on their way to the past
// have come upon it. It is no part of the store. Nothing in it is believed unless it is whole, of this store, and
// stands on an event that the log has under the same head and with the same digest of the ledgers; whatever else is
// wrong with it, the fold begins earlier. So it may be deleted at any time, and a folder that cannot be written
// goes without.

internal import DaybookModel
internal import Synchronization

/// The snapshots of a store.
package final class SnapshotShelf: Sendable {
    package struct Limits: Sendable {
        /// How far snapshots lie apart, in events, as long as the log is no longer than `countMax` of that; in a longer
        /// log twice as far, and so on.
        package var eventsBetween: UInt64 = 1 << 18
        package var countMax = 64
        package var bytesMax = 1 << 30
        /// One is taken earlier if so many rows have changed: their keys are held in memory until then.
        package var changedRowsMax = 250_000
        /// None is taken with less than this left on the disk.
        package var freeBytesMin = 256 << 20

        package init() {}

        func eventsBetween(in logOf: SequenceNumber) -> UInt64 {
            var events = max(1, eventsBetween)
            while logOf / events >= UInt64(max(1, countMax)) { events *= 2 }
            return events
        }
    }

    static let folderName = "snapshots"

    let limits: Limits
    let identity: [UInt8]
    private let store: FolderDescriptor
    private let effectiveUser: UInt32
    /// Files that this process has looked through once. They are never changed, so once is enough.
    private let known = Mutex<[SnapshotName: SnapshotRun]>([:])
    /// Files that are of no use, for whoever next may take them away.
    private let useless = Mutex<Set<SnapshotName>>([])

    init(store: FolderDescriptor, identity: [UInt8], effectiveUser: UInt32, limits: Limits = Limits()) {
        self.store = store
        self.identity = identity
        self.effectiveUser = effectiveUser
        self.limits = limits
    }

    /// The snapshots in the folder of a store that is not open as such, or other limits than a store's own.
    package convenience init(inFolder path: String, identity: [UInt8], limits: Limits) throws(LogError) {
        let store = try FolderDescriptor(opening: path)
        self.init(store: store, identity: identity, effectiveUser: try store.status().owner, limits: limits)
    }

    /// The last snapshot that a fold to `end`, of events no later than `until`, can go on from; nil if there is none
    /// far enough behind where it stands.
    func nearest(
        before end: SequenceNumber, _ until: Instant, behind stand: SequenceNumber, in storage: any LogStorage
    ) throws -> SnapshotRows? {
        guard let folder = existingFolder() else { return nil }
        var names = Set((try? SnapshotShelf.names(in: folder)) ?? [])
        known.withLock { $0 = $0.filter { names.contains($0.key) } }
        let first = stand == 0 ? 1 : stand + limits.eventsBetween / 4
        search: while true {
            let chains = SnapshotChains(names)
            for mark in chains.marks where mark >= first && mark <= end {
                let path = chains.path(to: mark)
                guard let header = header(path.last!, in: folder) else {
                    forget(path.last!, &names)
                    continue search
                }
                guard header.latest <= until else { continue }
                guard SnapshotShelf.isIn(storage, header) else {
                    forget(path.last!, &names)
                    continue search
                }
                switch open(path, in: folder) {
                case .success(let rows): return rows
                case .failure(let flaw):
                    forget(flaw.name, &names)
                    continue search
                }
            }
            return nil
        }
    }

    private func forget(_ name: SnapshotName, _ names: inout Set<SnapshotName>) {
        names.remove(name)
        _ = useless.withLock { $0.insert(name) }
    }

    /// Takes the list of files that were found to be of no use.
    func takeUseless() -> Set<SnapshotName> {
        useless.withLock { names in
            defer { names = [] }
            return names
        }
    }

    // MARK: Files

    /// The folder, if it is there and nobody else may write in it.
    func existingFolder() -> FolderDescriptor? {
        guard (try? store.status(of: SnapshotShelf.folderName))?.form == .folder,
            let folder = try? store.existingFolder(SnapshotShelf.folderName),
            let status = try? folder.status(), let owner = try? store.status().owner,
            status.owner == owner, !status.isWritableByOthers
        else { return nil }
        return folder
    }

    /// The folder, made if it is missing.
    func makeFolder() -> FolderDescriptor? {
        if let folder = existingFolder() { return folder }
        guard (try? store.status(of: SnapshotShelf.folderName)) == .some(nil),
            (try? store.folder(SnapshotShelf.folderName)) != nil,
            (try? owner.take([SnapshotShelf.folderName], in: store)) != nil
        else { return nil }
        return existingFolder()
    }

    var owner: StoreOwner {
        get throws(LogError) {
            let user = try store.status().owner
            return StoreOwner(user: user, isSomebodyElse: user != effectiveUser)
        }
    }

    static func names(in folder: FolderDescriptor) throws(LogError) -> [SnapshotName] {
        try folder.entries().compactMap { SnapshotName($0) }
    }

    /// What a file says of itself; nil if that is not what its name says, or it is of no use.
    func header(_ name: SnapshotName, in folder: FolderDescriptor) -> SnapshotHeader? {
        guard let found = try? SnapshotRun.header(name.text, in: folder, identity: identity),
            SnapshotName(found) == name
        else { return nil }
        return found
    }

    /// Whether the log has that event, under that head, and says the same of the ledgers.
    static func isIn(_ storage: any LogStorage, _ header: SnapshotHeader) -> Bool {
        let mark = header.mark
        // An event that cannot be read, because its archive is not there, vouches for nothing.
        let seal = try? storage.stored.read { log in
            try log.event(mark.sequence) { EventChecksum.matches($0, at: mark.sequence) ? Seal(of: $0) : nil } ?? nil
        }
        guard let seal else { return false }
        return seal.head == mark.head && seal.ledgers == header.digest
    }

    struct Flaw: Error {
        let name: SnapshotName
    }

    /// The files of one snapshot, each going on from where the one before ends.
    func open(_ path: [SnapshotName], in folder: FolderDescriptor) -> Result<SnapshotRows, Flaw> {
        var runs: [SnapshotRun] = []
        var mark = LogMark.beginning
        for name in path {
            guard let run = open(name, in: folder), SnapshotName(run.header) == name, run.header.base == mark else {
                return .failure(Flaw(name: name))
            }
            mark = run.header.mark
            runs.append(run)
        }
        return .success(SnapshotRows(runs))
    }

    func open(_ name: SnapshotName, in folder: FolderDescriptor) -> SnapshotRun? {
        guard let status = try? folder.status(of: name.text) else { return nil }
        if let run = known.withLock({ $0[name] }), run.status == status { return run }
        guard let run = try? SnapshotRun(name.text, in: folder, identity: identity) else { return nil }
        known.withLock { $0[name] = run }
        return run
    }
}

extension SnapshotShelf {
    /// Takes all of them away, for whoever has the store to himself and has made its ledgers anew: nobody would believe
    /// rows of other ledgers.
    func clear() throws(LogError) {
        guard let folder = existingFolder() else { return }
        for entry in try folder.entries() where SnapshotName(perhapsUnfinished: entry) != nil {
            try folder.remove(entry)
        }
    }

    /// How many files there are, and how large they are together.
    package var size: (files: Int, bytes: Int) {
        guard let folder = existingFolder(), let names = try? folder.entries() else { return (0, 0) }
        let sizes = names.compactMap { try? folder.status(of: $0)?.byteCount }
        return (sizes.count, sizes.reduce(0, +))
    }
}
