internal import DaybookLMDB
internal import DaybookModel

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The files of a store whose folder is open: LMDB's, and the one that names it.
struct StoreFiles {
    let folder: FolderDescriptor
    let options: StoreFolder.Options

    /// Opens LMDB's environment. What `data.mdb` is allowed to be depends on how far the store is made.
    func openEnvironment(
        _ access: EnvironmentOptions.Access, isBeingMade: Bool = false,
        durability: EnvironmentOptions.Durability = .durable
    ) throws(LogError) -> LMDBEnvironment {
        if !isBeingMade {
            let finding = DataFile.inspect("\(folder.path)/\(StoreFile.data)")
            guard finding.isSound else { throw LogError(finding, doing: "open the store in \(folder.path)") }
        }
        try prepare(isBeingMade ? [StoreFile.data, StoreFile.lock] : [StoreFile.lock], for: access)
        var environmentOptions = EnvironmentOptions()
        environmentOptions.mapSizeBytes = options.mapSizeBytes
        environmentOptions.access = access
        environmentOptions.durability = durability
        environmentOptions.createIfMissing = isBeingMade
        environmentOptions.acceptEmptyFile = isBeingMade
        environmentOptions.createDatabases = isBeingMade
        environmentOptions.naming = LedgerSet.naming
        return try open(LogDatabases.names, environmentOptions)
    }

    /// Opens LMDB's environment with the ledgers in use as they are, and a place for others beside them.
    func openBesideLedgers(_ access: EnvironmentOptions.Access) throws(LogError) -> LMDBEnvironment {
        try prepare([StoreFile.lock], for: access)
        let beside = LogDatabases.ledgers.map { LedgerSet.beside.prefix + $0 }
        var environmentOptions = EnvironmentOptions()
        environmentOptions.mapSizeBytes = options.mapSizeBytes
        environmentOptions.access = access
        environmentOptions.createIfMissing = false
        environmentOptions.neverCreated = Set(LogDatabases.names)
        environmentOptions.databasesMax = 2 * LogDatabases.names.count + 2
        environmentOptions.naming = LedgerSet.naming
        return try open(LogDatabases.names + beside, environmentOptions)
    }

    private func open(
        _ names: [String], _ environmentOptions: EnvironmentOptions
    ) throws(LogError) -> LMDBEnvironment {
        do throws(LMDBError) {
            return try LMDBEnvironment(at: folder.path, databases: names, options: environmentOptions)
        } catch {
            if error.isDiskFull, let shortage = DiskSpace.shortage(of: folder.path) {
                throw LogError(errno: shortage.code, doing: "open \(folder.path)/data.mdb")
            }
            throw LogError(error, doing: "open \(folder.path)/data.mdb")
        }
    }

    /// LMDB would make its files with what the umask leaves of their mode, which need not be enough to open them again.
    private func prepare(_ names: [String], for access: EnvironmentOptions.Access) throws(LogError) {
        guard access != .readOnlyWithoutLock else { return }
        for name in names where try folder.status(of: name) == nil { _ = try folder.openFile(name, .toMake) }
    }

    /// The store in an open environment, once `identity`, `data.mdb` and its first event have been seen to agree, in a
    /// format that this release may use.
    func requireOneStore(
        _ environment: LMDBEnvironment, _ access: StoreFolder.Access, _ turnstile: WriterTurnstile?
    ) throws -> StoreFolder.Parts {
        let sidecar = try readIdentity()
        guard let meta = try MetaRows.read(from: environment) else {
            throw LogError(
                .damaged,
                """
                \(folder.path)/data.mdb holds no store, though identity says that it should. Put it back from a backup.
                """)
        }
        guard meta.identity == sidecar else { throw differs("data.mdb holds", meta.identity, sidecar) }
        try meta.requireReadable(folder.path, options.versions)
        if access != .readOnly { try meta.requireWritable(folder.path, options.versions) }
        let storage = try storage(in: environment, meta, access, turnstile)
        if let first = try FirstEvent.identity(in: storage), first != sidecar {
            throw differs("the log begins as", first, sidecar)
        }
        return StoreFolder.Parts(identity: sidecar, storage: storage)
    }

    /// The databases of the store. Those of another format may be others than this release looks for.
    private func storage(
        in environment: LMDBEnvironment, _ meta: MetaRows, _ access: StoreFolder.Access, _ turnstile: WriterTurnstile?
    ) throws(LogError) -> LMDBStorage {
        guard access == .readOnly else {
            return try LMDBStorage(environment, turnstile: turnstile, meta: meta, versions: options.versions)
        }
        do throws(LogError) {
            // Whoever only reads may read a log without the ledgers that another release made of it.
            let problem = meta.problem(options.versions, folder.path)
            return LMDBStorage(
                environment, try LogDatabases(environment, problem: problem), turnstile: turnstile,
                versions: options.versions)
        } catch  where meta.versions != options.versions {
            throw LogError(
                .unusable,
                """
                \(folder.path) has \(meta.versions.text), and lacks what this release reads. Use the release that made \
                it.
                """)
        }
    }

    private func differs(_ what: String, _ found: [UInt8], _ sidecar: [UInt8]) -> LogError {
        LogError(
            .damaged,
            """
            \(folder.path): identity names store \(hexadecimal(sidecar)), but \(what) store \(hexadecimal(found)). One \
            of them was exchanged: put identity and data.mdb back from the same backup.
            """)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(Hexadecimal.text) }

    private func readIdentity() throws(LogError) -> [UInt8] {
        switch try IdentityFile.read(StoreFile.identity, in: folder) {
        case .success(let file): return file.identity
        case .failure(.newerFormat(let format)):
            throw LogError(
                .unusable,
                """
                \(folder.path)/identity has format \(format); this release knows \(IdentityFile.format). Use the newer \
                release that made it.
                """)
        case .failure(.notUnderstood):
            throw LogError(
                .damaged, "\(folder.path)/identity is not what Daybook writes there. Put it back from a backup.")
        case nil:
            throw LogError(.damaged, "\(folder.path)/identity is missing. Put it back from a backup.")
        }
    }
}

/// The event that begins a log and names its store.
enum FirstEvent {
    /// Nil if the log is empty, or its first event has been moved to an archive.
    static func identity(in storage: LMDBStorage) throws -> [UInt8]? {
        try storage.read { log in
            try log.event(1) { value in
                guard EventChecksum.matches(value, at: 1), case .genesis(let genesis) = try Event(value, at: 1).body
                else {
                    throw LogError(.damaged, "The first event of the log is damaged. Run `daybook log verify`.", at: 1)
                }
                return genesis.value.identity
            }
        }
    }
}
