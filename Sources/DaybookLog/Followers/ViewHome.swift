// `views/` in a store's folder. It is no part of the store: whoever has had enough of it may delete it at any time, and
// what is found in it is believed only if it was made since the machine started, for this store, by what lies there.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where the views of a store are kept.
struct ViewHome: Sendable {
    let store: FolderDescriptor
    let identity: [UInt8]
    let host: HostFacts
    let mapSizeBytes: Int
    /// Whether this process may make and change views.
    let isWritable: Bool

    static let folderName = "views"
    static let patienceMilliseconds = 5_000

    /// The files in the folder of a view. All others are somebody else's.
    enum File {
        static let data = "data.mdb"
        static let lock = "lock.mdb"
        /// Locked by the process that keeps the view up to date.
        static let owner = "owner"
        static let stamp = "stamp"
        static let newStamp = "stamp.new"
    }

    /// `views/`; nil if it is not there.
    func folder() throws(LogError) -> FolderDescriptor? {
        guard try store.status(of: ViewHome.folderName) != nil else { return nil }
        return try own(store.existingFolder(ViewHome.folderName))
    }

    /// The folder of a view; nil if it is not there.
    func folder(of id: ViewID) throws(LogError) -> FolderDescriptor? {
        guard let views = try folder(), try views.status(of: id.folderName) != nil else { return nil }
        return try own(views.existingFolder(id.folderName))
    }

    /// The folder of a view, made if it is missing.
    func makeFolder(of id: ViewID) throws(LogError) -> FolderDescriptor {
        let views = try own(store.folder(ViewHome.folderName))
        try owner.take([ViewHome.folderName], in: store)
        let folder = try own(views.folder(id.folderName))
        try owner.take([id.folderName], in: views)
        return folder
    }

    /// What lies in a view's folder under `name`, found by its path: the folder may be another one by now.
    func status(of name: String, in id: ViewID) throws(LogError) -> EntryStatus? {
        try store.status(of: "\(ViewHome.folderName)/\(id.folderName)/\(name)")
    }

    /// The views that there are, in order.
    func list() throws(LogError) -> [ViewID] {
        guard let views = try folder() else { return [] }
        return try views.entries().compactMap(ViewID.init(folderName:)).sorted()
    }

    /// Runs `body` while no other process opens, makes or removes a view.
    func alone<R>(_ body: () throws(LogError) -> R) throws(LogError) -> R? {
        guard let views = try folder() else { return nil }
        return try FolderLock.with(views, patienceMilliseconds: ViewHome.patienceMilliseconds, body)
    }

    /// Takes the files of a view away, and its folder if nothing else is in it.
    func remove(_ id: ViewID, _ folder: FolderDescriptor) throws(LogError) {
        for name in [File.stamp, File.newStamp, File.data, File.lock, File.owner] { try folder.remove(name) }
        try self.folder()?.removeFolder(id.folderName)
    }

    var owner: StoreOwner {
        get throws(LogError) {
            let user = try store.status().owner
            return StoreOwner(user: user, isSomebodyElse: user != host.effectiveUser)
        }
    }

    /// Who may write in the folder decides what is in it, and whether this process survives reading it.
    private func own(_ folder: FolderDescriptor) throws(LogError) -> FolderDescriptor {
        let status = try folder.status()
        guard status.owner == (try store.status().owner), !status.isWritableByOthers else {
            throw LogError(
                .unusable,
                "\(folder.path) can be written by others than the store's owner. Delete it; it will be built anew.")
        }
        return folder
    }
}

extension FolderDescriptor {
    /// Removes the folder `name` unless there is something in it.
    func removeFolder(_ name: String) throws(LogError) {
        guard unlinkat(number, name, AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENOTEMPTY else {
            throw LogError(errno: errno, doing: "remove the folder \(path)/\(name)")
        }
    }
}

extension EntryStatus {
    func isSame(as other: EntryStatus?) -> Bool { device == other?.device && number == other?.number }
}
