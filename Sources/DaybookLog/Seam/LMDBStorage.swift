package import DaybookLMDB
internal import DaybookModel
internal import Synchronization

/// The log and the ledgers in one LMDB environment, one transaction for both.
package final class LMDBStorage: LogStorage {
    package let environment: LMDBEnvironment
    let databases: LogDatabases
    /// How writers of several processes take turns; nil where the environment is this process's alone.
    private let turnstile: WriterTurnstile?
    private let ring = Mutex<Keyring?>(nil)
    package let shelf: ArchiveShelf

    /// In which form the store was when it was opened; nil where nobody could have changed it since.
    private let meta: MetaRows?
    /// In which form this release writes.
    let versions: StoreVersions

    /// The folder for temporary files, where the environment is one of these and has no name.
    private let temporaryFolder: String?

    package convenience init(_ environment: LMDBEnvironment, temporaryIn folder: String? = nil) throws(LogError) {
        try self.init(environment, turnstile: nil, temporaryIn: folder)
    }

    convenience init(
        _ environment: LMDBEnvironment, turnstile: WriterTurnstile?, meta: MetaRows? = nil,
        versions: StoreVersions = .current, temporaryIn folder: String? = nil
    ) throws(LogError) {
        let databases = try LogDatabases(environment)
        if let problem = databases.ledgersProblem { throw problem }
        self.init(
            environment, databases, turnstile: turnstile, meta: meta, versions: versions, temporaryIn: folder)
    }

    init(
        _ environment: LMDBEnvironment, _ databases: LogDatabases, turnstile: WriterTurnstile?, meta: MetaRows? = nil,
        versions: StoreVersions = .current, temporaryIn folder: String? = nil
    ) {
        self.versions = versions
        temporaryFolder = folder
        self.environment = environment
        self.turnstile = turnstile
        self.meta = meta
        self.databases = databases
        shelf = ArchiveShelf(store: environment.directory)
    }

    /// Why the ledgers cannot be read as they stand, though the log can; nil if they can.
    package var ledgersProblem: LogError? { databases.ledgersProblem }

    /// What payloads are encrypted with from the next transaction on; nil where they stand open.
    package var keyring: Keyring? { ring.withLock { $0 } }

    package var opened: any LogStorage { keyring.map { OpenedStorage(self, $0) } ?? self }

    func use(_ keyring: Keyring) { ring.withLock { $0 = keyring } }

    package func read<R>(_ body: (any LogSnapshot) throws -> R) throws -> R {
        do {
            return try environment.read { transaction in
                let snapshot = LMDBLogTransaction(transaction.handle, databases, shelf, keyring)
                defer { snapshot.end() }
                return try body(snapshot)
            }
        } catch let error as LMDBError {
            throw LogError(error, doing: "read the store in \(environment.directory)")
        }
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R) throws -> R {
        try write(body, committed: { _ in })
    }

    package func write<R>(_ body: (any LogTransaction) throws -> R, committed: (R) -> Void) throws -> R {
        do {
            guard let turnstile else {
                let (result, _) = try write(body, {})
                committed(result)
                return result
            }
            var passage = turnstile.queueUp()
            defer { turnstile.end(&passage) }
            let (result, hasChanged) = try write(body) { turnstile.hold(&passage) }
            // Telling others may cost this thread its processor.
            committed(result)
            if hasChanged { turnstile.page.announceCommit() }
            return result
        } catch let error as LMDBError {
            if let temporaryFolder { throw TemporaryFolder.failure(error, in: temporaryFolder) }
            throw LogError(writing: error, to: environment.directory)
        }
    }

    private func write<R>(
        _ body: (any LogTransaction) throws -> R, _ gotLock: () -> Void
    ) throws -> (result: R, hasChanged: Bool) {
        try environment.write { transaction in
            gotLock()
            let log = LMDBLogTransaction(transaction.handle, databases, shelf, keyring, meta)
            defer { log.end() }
            try log.loadDigest()
            return (try body(log), log.hasChanged)
        }
    }
}
