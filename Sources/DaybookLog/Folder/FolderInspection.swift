// Who may write in the folder decides what is in it. So before anything in it is believed, the folder and its files
// must be what they seem (no links), belong to one user, and be writable by that user alone.
//
// The owner has to be the effective user; only root may open anybody's store, and gives what it makes in it to the
// owner.

/// What must hold of a folder before its content is used.
struct FolderInspection {
    let folder: FolderDescriptor
    let host: HostFacts

    /// Files that LMDB or we open by name. A store may lack some of them.
    private static let files = [
        StoreFile.data, StoreFile.lock, StoreFile.identity, StoreFile.newIdentity, StoreFile.wake,
    ]

    /// Refuses what cannot be used, and says who owns the rest.
    func owner() throws(LogError) -> UInt32 {
        try requireLocalFileSystem()
        let status = try folder.status()
        try require(status, folder.path, isOwnedBy: host.effectiveUser == 0 ? status.owner : host.effectiveUser)
        for name in FolderInspection.files {
            guard let file = try folder.status(of: name) else { continue }
            try require(file, name, is: .file, ownedBy: status.owner)
        }
        for name in [StoreFile.processes, KeyFolder.name] {
            guard let inner = try folder.status(of: name) else { continue }
            try require(inner, name, is: .folder, ownedBy: status.owner)
        }
        return status.owner
    }

    private func requireLocalFileSystem() throws(LogError) {
        guard case .network(let name) = host.fileSystem(folder.path) else { return }
        throw LogError(
            .unusable,
            """
            \(folder.path) is on a network file system (\(name)), where locks and shared memory do not hold what a \
            store needs. Use a folder on a local disk.
            """)
    }

    private func require(
        _ status: EntryStatus, _ name: String, is form: EntryStatus.Form, ownedBy owner: UInt32
    ) throws(LogError) {
        let path = "\(folder.path)/\(name)"
        guard status.form != .link else {
            throw LogError(
                .unusable, "\(path) is a symbolic link, which could lead anywhere. Put the real one in its place.")
        }
        guard status.form == form else {
            throw LogError(
                .unusable,
                "\(path) is not a \(form == .file ? "file" : "folder"). Name the folder that holds the store.")
        }
        try require(status, path, isOwnedBy: owner)
    }

    private func require(_ status: EntryStatus, _ path: String, isOwnedBy owner: UInt32) throws(LogError) {
        guard status.owner == owner else {
            throw LogError(
                .unusable,
                """
                \(path) belongs to user \(status.owner), not to user \(owner). Run as its owner, or give it to user \
                \(owner) with chown.
                """)
        }
        guard !status.isWritableByOthers else {
            throw LogError(
                .unusable,
                "\(path) can be written by other users. Take that away with `chmod go-w \(path)` and try again.")
        }
    }
}

/// The names in a store's folder.
enum StoreFile {
    static let data = "data.mdb"
    static let lock = "lock.mdb"
    static let identity = "identity"
    /// The identity of a store that is being made.
    static let newIdentity = "identity.new"
    static let processes = "processes"
    static let wake = "wake"
}
