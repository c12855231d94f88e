// How a store comes into being, and how what an interrupted process left is finished or begun again. See `FolderState`
// for the steps; all of this runs under the folder's lock.

internal import DaybookLMDB
internal import DaybookModel

struct StoreMaking {
    let files: StoreFiles
    let host: HostFacts
    let program: String

    /// No interrupted making leaves a `data.mdb` of this size: whatever such a file is, it is not thrown away here.
    static let discardableByteCountMax = 1 << 20

    private var folder: FolderDescriptor { files.folder }

    /// Makes a store where there is none.
    func make() throws(LogError) -> LMDBEnvironment {
        try folder.remove(StoreFile.newIdentity)
        try folder.remove(StoreFile.data)
        try folder.remove(StoreFile.lock)
        let identity = IdentityFile(identity: try host.randomBytes(16))
        // From here on the folder says that a store is being made, whatever becomes of the machine.
        try identity.write(StoreFile.newIdentity, in: folder)
        return try commitFirstEvent(identity, try files.openEnvironment(.readWrite, isBeingMade: true))
    }

    /// Goes on where another process was interrupted.
    func finish() throws(LogError) -> LMDBEnvironment {
        guard case .success(let identity) = try IdentityFile.read(StoreFile.newIdentity, in: folder) else {
            // Not flushed yet when the machine stopped, so nothing was done after it.
            try requireDiscardableData()
            return try make()
        }
        guard DataFile.inspect("\(folder.path)/\(StoreFile.data)").isSound else {
            try requireDiscardableData()
            return try make()
        }
        return try commitFirstEvent(identity, try files.openEnvironment(.readWrite, isBeingMade: true))
    }

    private func requireDiscardableData() throws(LogError) {
        guard let data = try folder.status(of: StoreFile.data), data.byteCount > StoreMaking.discardableByteCountMax
        else {
            return
        }
        throw LogError(
            .damaged,
            """
            \(folder.path) looks like a store whose making was interrupted, but its data.mdb is damaged and too large \
            for that. Put identity and data.mdb back from a backup, or save what can be read with `daybook recover`.
            """)
    }

    private func commitFirstEvent(
        _ identity: IdentityFile, _ environment: LMDBEnvironment
    ) throws(LogError) -> LMDBEnvironment {
        do {
            let storage = try LMDBStorage(environment)
            if let found = try FirstEvent.identity(in: storage) {
                guard found == identity.identity else {
                    throw LogError(
                        .damaged,
                        """
                        \(folder.path)/identity.new names another store than data.mdb. Put identity and data.mdb back \
                        from the same backup.
                        """)
                }
            } else {
                try record(identity, in: storage)
            }
            try folder.rename(StoreFile.newIdentity, to: StoreFile.identity)
            try folder.flush()
            try folder.flushParent()
            return environment
        } catch {
            environment.close()
            throw LogError(error, doing: "make a store in \(folder.path)")
        }
    }

    /// The first event and what `meta` says of the store, in one commit.
    private func record(_ identity: IdentityFile, in storage: LMDBStorage) throws {
        let now = host.now()
        let genesis = Genesis(
            identity: identity.identity, format: UInt64(MetaRows.currentFormat), program: program, host: host.host,
            user: host.user)
        try LogWriter(storage).turn(now: now) { turn in
            try turn.record(Event(time: now, body: .genesis(Box(genesis))))
            try MetaRows(identity: identity.identity).write(to: turn.transaction)
        }
    }
}
