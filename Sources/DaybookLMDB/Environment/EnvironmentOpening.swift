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
        if options.access == .readOnlyWithoutLock { try requireReadOnlyFileSystem() }
        let isNew = try requireSoundFile()
        try LockFileSpace(path: paths[1], options: options).secure()
        let opened = try OpeningRace.outlast(openShrinkingMap)
        if isNew, options.durability == .durable {
            let code = flush(directory)
            guard code == 0 else {
                opened.handle.close()
                throw LMDBError(code: code, operation: .open)
            }
        }
        return opened
    }

    /// Looks at the data file before LMDB does. True if there is none yet and one may be made.
    ///
    /// A process that is just creating the database has made `lock.mdb` and not yet written `data.mdb`: then this
    /// waits for up to a second before it believes that the file is empty.
    private func requireSoundFile() throws(LMDBError) -> Bool {
        let deadline = MonotonicDeadline(afterMilliseconds: 1_000)
        var backOff = BackOff()
        while true {
            let finding = DataFile.inspect(paths[0])
            switch finding {
            case .sound:
                return false
            case .missing:
                guard options.createIfMissing, options.access == .readWrite else {
                    throw LMDBError(code: LMDBError.fileMissingCode, operation: .open)
                }
                return true
            case .empty where options.acceptEmptyFile && options.access == .readWrite:
                return true
            case .empty where FileIdentity.of(paths[1]) != nil && !deadline.hasPassed:
                backOff.pause()
            case .empty, .notADataFile, .foreign, .metaPageDamaged, .metaPagesDisagree, .truncated, .unreadable:
                throw LMDBError(code: LMDBError.fileRefusedCode, operation: .open, finding: finding)
            }
        }
    }

    private func requireReadOnlyFileSystem() throws(LMDBError) {
        var status = statvfs()
        guard unsafe statvfs(directory, &status) == 0 else { throw LMDBError(code: errno, operation: .open) }
        guard UInt(status.f_flag) & UInt(ST_RDONLY) != 0 else {
            throw LMDBError(code: LMDBError.fileSystemWritableCode, operation: .open)
        }
    }

    /// Halves the map where the address space is too small for it, or leaves no room for what else the process does.
    private func openShrinkingMap() throws(LMDBError) -> Opened {
        var mapSizeBytes = options.mapSizeBytes
        while true {
            do throws(LMDBError) {
                let opened = try openOnce(mapSizeBytes)
                guard options.access == .readWrite, !hasAddressSpace(EnvironmentOptions.spareBytes) else {
                    return opened
                }
                opened.handle.close()
                throw LMDBError(code: ENOMEM, operation: .open)
            } catch {
                let halved = mapSizeBytes / 2
                guard error.code == ENOMEM, halved >= EnvironmentOptions.smallestMapSizeBytes else { throw error }
                mapSizeBytes = halved
            }
        }
    }

    /// Whether so much can still be mapped. Threads that cannot be started let a process hang, and not fail.
    private func hasAddressSpace(_ count: Int) -> Bool {
        let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
        let start = unsafe mmap(nil, count, PROT_NONE, flags, -1, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else { return false }
        unsafe munmap(start, count)
        return true
    }

    private func openOnce(_ mapSizeBytes: Int) throws(LMDBError) -> Opened {
        let handle = try EnvironmentHandle()
        do {
            try openEnvironment(handle, mapSizeBytes)
            try closeOnExec(handle)
            return Opened(handle: handle, databases: try openDatabases(handle))
        } catch {
            handle.close()
            throw error
        }
    }

    private func openEnvironment(_ handle: EnvironmentHandle, _ mapSizeBytes: Int) throws(LMDBError) {
        var code = unsafe mdb_env_set_mapsize(handle.pointer, mapSizeBytes)
        if code == 0 { code = unsafe mdb_env_set_maxreaders(handle.pointer, UInt32(options.readersMax)) }
        if code == 0 { code = unsafe mdb_env_set_maxdbs(handle.pointer, UInt32(options.databasesMax)) }
        if code == 0 { code = unsafe mdb_env_open(handle.pointer, directory, flags, mode_t(options.fileMode)) }
        guard code == 0 else { throw LMDBError(code: code, operation: .open) }
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

    /// Handles opened in a transaction are valid only once it has committed, so all are opened here, at once.
    /// Looking first in a read transaction keeps an opening that creates nothing from waiting for the writer lock.
    private func openDatabases(_ handle: EnvironmentHandle) throws(LMDBError) -> [String: Database] {
        let found = try openDatabases(handle, creating: false)
        let isComplete = names.allSatisfy { found[$0] != nil || options.neverCreated.contains($0) }
        if isComplete || options.access != .readWrite || !options.createDatabases { return found }
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
        var row: [UInt8]?
        if let naming = options.naming {
            do throws(LMDBError) {
                row = try unsafe namingRow(naming, transaction)
            } catch {
                unsafe mdb_txn_abort(transaction)
                throw error
            }
        }
        for name in names {
            var identifier: UInt32 = 0
            let creates = creating && !options.neverCreated.contains(name)
            let nameInFile = options.naming?.name(name, row) ?? name
            code = unsafe mdb_dbi_open(transaction, nameInFile, creates ? UInt32(MDB_CREATE) : 0, &identifier)
            if code == MDB_NOTFOUND, !creates { continue }
            guard code == 0 else {
                unsafe mdb_txn_abort(transaction)
                throw LMDBError(code: code, operation: .open)
            }
            databases[name] = unsafe Database(identifier: identifier, of: TransactionHandle(transaction))
        }
        code = unsafe mdb_txn_commit(transaction)
        guard code == 0 else { throw LMDBError(code: code, operation: .open) }
        return databases
    }

    /// The row that says what databases are called; nil if it is not there.
    private func namingRow(_ naming: DatabaseNaming, _ transaction: OpaquePointer) throws(LMDBError) -> [UInt8]? {
        var identifier: UInt32 = 0
        var row: [UInt8]?
        var code = unsafe mdb_dbi_open(transaction, naming.database, 0, &identifier)
        if code == 0 {
            code = unsafe Array(naming.key.utf8).withUnsafeBytes { key in
                var key = unsafe MDB_val(key)
                var value = unsafe MDB_val()
                let code = unsafe mdb_get(transaction, identifier, &key, &value)
                if code == 0 { row = unsafe Array(value.bytes) }
                return code
            }
        }
        // A page that cannot be read ends the transaction; what is said of it then would not say why.
        guard code == 0 || code == MDB_NOTFOUND else { throw LMDBError(code: code, operation: .open) }
        return row
    }
}
