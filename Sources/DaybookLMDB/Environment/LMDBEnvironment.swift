internal import CDaybookLMDB
internal import Synchronization

/// An open LMDB environment: one folder, some named databases, one writer and many readers at a time, among any
/// number of processes. `Docs/Storage-Rules.md` says what must be kept to, and why.
package final class LMDBEnvironment: Sendable {
    package let directory: String
    package let options: EnvironmentOptions

    let handle: EnvironmentHandle
    let gate: TransactionGate
    /// Thread of this process that is inside a write transaction; 0 if none is. It is written only under LMDB's
    /// writer lock.
    let writingThread = Atomic<UInt>(0)

    private let databases: [String: Database]
    private let files: Set<FileIdentity>

    /// Opens the environment in `directory`, which must exist, and in it `databases`, creating those that are missing.
    ///
    /// Read-only, a missing database is simply nil in `database(_:)`. The data file is looked at before LMDB sees
    /// it; what was found wrong stands in the error's `finding`.
    package init(
        at directory: String, databases names: [String], options: EnvironmentOptions = EnvironmentOptions()
    ) throws(LMDBError) {
        let opening = EnvironmentOpening(directory: directory, names: names, options: options)
        let (opened, files) = try EnvironmentRegistry.register(opening.paths) { () throws(LMDBError) in
            try opening.open()
        }
        self.directory = directory
        self.options = options
        self.handle = opened.handle
        self.databases = opened.databases
        self.files = files
        self.gate = TransactionGate()
    }

    /// The database of that name, if it was asked for at opening and is there.
    package func database(_ name: String) -> Database? { databases[name] }

    /// Closes the environment after waiting for this process's open transactions. Later calls are refused.
    ///
    /// Called inside a transaction of the same thread it cannot wait for that one: the environment then closes when
    /// it is let go of.
    package func close() {
        gate.refuse(with: LMDBError.environmentClosedCode)
        while !isShut.load(ordering: .acquiring) {
            let thread = ThreadIdentity.current
            let isDone = gate.alone(thread, to: .close, patienceMilliseconds: 1_000) { shut() }
            if isDone || gate.isInside(thread) { return }
        }
    }

    private let isShut = Atomic<Bool>(false)

    private func shut() {
        guard !isShut.exchange(true, ordering: .acquiringAndReleasing) else { return }
        EnvironmentRegistry.unregister(files) {
            for reader in gate.takeIdleReaders() { unsafe mdb_txn_abort(reader.pointer) }
            handle.close()
        }
    }

    deinit { shut() }
}
