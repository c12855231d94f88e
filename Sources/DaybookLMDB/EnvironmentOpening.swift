internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The steps from a folder to an open environment.
struct EnvironmentOpening {
    let directory: String
    let names: [String]
    let options: EnvironmentOptions

    struct Opened: Sendable {
        let handle: EnvironmentHandle
        let databases: [String: Database]
    }

    var paths: [String] { [directory + "/data.mdb", directory + "/lock.mdb"] }

    func open() throws(LMDBError) -> Opened {
        let handle = try openShrinkingMap()
        do {
            try closeOnExec(handle)
            return Opened(handle: handle, databases: try openDatabases(handle))
        } catch {
            handle.close()
            throw error
        }
    }

    /// Halves the map where the address space is too small for it.
    private func openShrinkingMap() throws(LMDBError) -> EnvironmentHandle {
        var mapSizeBytes = options.mapSizeBytes
        while true {
            do {
                return try openRetrying(mapSizeBytes)
            } catch {
                let halved = mapSizeBytes / 2
                guard error.code == ENOMEM, halved >= EnvironmentOptions.smallestMapSizeBytes else { throw error }
                mapSizeBytes = halved
            }
        }
    }

    /// "Opening can fail if another process is opening or closing the environment at exactly the same time": tries again for
    /// a second.
    private func openRetrying(_ mapSizeBytes: Int) throws(LMDBError) -> EnvironmentHandle {
        let deadline = MonotonicDeadline(afterMilliseconds: 1_000)
        var backOff = BackOff()
        while true {
            do {
                return try openOnce(mapSizeBytes)
            } catch {
                guard Self.transientCodes.contains(error.code), !deadline.hasPassed else { throw error }
                backOff.pause()
            }
        }
    }

    private static let transientCodes: Set<Int32> = [EAGAIN, EBUSY, EINTR, EINVAL, MDB_INVALID]

    private func openOnce(_ mapSizeBytes: Int) throws(LMDBError) -> EnvironmentHandle {
        let handle = try EnvironmentHandle()
        var code = unsafe mdb_env_set_mapsize(handle.pointer, mapSizeBytes)
        if code == 0 { code = unsafe mdb_env_set_maxreaders(handle.pointer, UInt32(options.readersMax)) }
        if code == 0 { code = unsafe mdb_env_set_maxdbs(handle.pointer, UInt32(options.databasesMax)) }
        if code == 0 { code = unsafe mdb_env_open(handle.pointer, directory, flags, mode_t(options.fileMode)) }
        guard code == 0 else {
            handle.close()
            throw LMDBError(code: code, operation: .open)
        }
        return handle
    }

    private var flags: UInt32 {
        var flags = UInt32(MDB_NOTLS)
        switch options.access {
        case .readWrite: break
        case .readOnly: flags |= UInt32(MDB_RDONLY)
        case .readOnlyWithoutLock: flags |= UInt32(MDB_RDONLY) | UInt32(MDB_NOLOCK)
        }
        if options.durability == .scratch { flags |= UInt32(MDB_NOSYNC) | UInt32(MDB_NOMETASYNC) }
        return flags
    }

    /// LMDB opens `data.mdb` without O_CLOEXEC: children would inherit it.
    private func closeOnExec(_ handle: EnvironmentHandle) throws(LMDBError) {
        var descriptor: Int32 = -1
        let code = unsafe mdb_env_get_fd(handle.pointer, &descriptor)
        guard code == 0 else { throw LMDBError(code: code, operation: .open) }
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw LMDBError(code: errno, operation: .open) }
    }

    /// Handles opened in a transaction are valid only once it has committed, so all are opened here, at once. Looking first
    /// in a read transaction keeps an opening that creates nothing from waiting for the writer lock.
    private func openDatabases(_ handle: EnvironmentHandle) throws(LMDBError) -> [String: Database] {
        let found = try openDatabases(handle, creating: false)
        if found.count == names.count || options.access != .readWrite { return found }
        return try openDatabases(handle, creating: true)
    }

    private func openDatabases(_ handle: EnvironmentHandle, creating: Bool) throws(LMDBError) -> [String: Database] {
        var transaction: OpaquePointer?
        var code = unsafe mdb_txn_begin(handle.pointer, nil, creating ? 0 : UInt32(MDB_RDONLY), &transaction)
        if code == MDB_READERS_FULL {
            _ = unsafe mdb_reader_check(handle.pointer, nil)
            code = unsafe mdb_txn_begin(handle.pointer, nil, creating ? 0 : UInt32(MDB_RDONLY), &transaction)
        }
        guard code == 0, let transaction = unsafe transaction else { throw LMDBError(code: code, operation: .open) }
        var databases: [String: Database] = [:]
        for name in names {
            var identifier: UInt32 = 0
            code = unsafe mdb_dbi_open(transaction, name, creating ? UInt32(MDB_CREATE) : 0, &identifier)
            if code == MDB_NOTFOUND, !creating { continue }
            guard code == 0 else {
                unsafe mdb_txn_abort(transaction)
                throw LMDBError(code: code, operation: .open)
            }
            databases[name] = Database(identifier: identifier)
        }
        code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { throw LMDBError(code: code, operation: .open) }
        return databases
    }
}
