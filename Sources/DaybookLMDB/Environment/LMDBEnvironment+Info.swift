internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LMDBEnvironment {
    /// What the environment says of itself. Counting the free pages walks the free list: for people and gauges, not
    /// for every turn.
    package func info() throws -> EnvironmentInfo {
        try read { transaction in
            var found = unsafe MDB_envinfo()
            var code = unsafe mdb_env_info(handle.pointer, &found)
            var shape = MDB_stat()
            if code == 0 { code = unsafe mdb_env_stat(handle.pointer, &shape) }
            guard code == 0 else { throw LMDBError(code: code, operation: .statistics) }
            return EnvironmentInfo(
                mapSizeBytes: unsafe Int(found.me_mapsize),
                usedBytes: unsafe (Int(found.me_last_pgno) + 1) * Int(shape.ms_psize),
                fileSizeBytes: try withDataFileDescriptor(fileSizeBytes),
                freePages: try freePages(transaction),
                pageSizeBytes: Int(shape.ms_psize),
                lastTransactionID: unsafe UInt64(found.me_last_txnid),
                readersMax: unsafe Int(found.me_maxreaders),
                readers: try readers(),
                flags: try flags(),
                libraryVersion: LinkedLibrary.version)
        }
    }

    /// End of the last page that the last commit used: a commit that needs new pages takes them from here on. Cheap
    /// enough for every turn.
    package func usedBytes() throws(LMDBError) -> Int {
        let thread = ThreadIdentity.current
        try gate.enter(thread, for: .statistics)
        defer { gate.leave(thread) }
        var found = unsafe MDB_envinfo()
        var code = unsafe mdb_env_info(handle.pointer, &found)
        var shape = MDB_stat()
        if code == 0 { code = unsafe mdb_env_stat(handle.pointer, &shape) }
        guard code == 0 else { throw LMDBError(code: code, operation: .statistics) }
        return unsafe (Int(found.me_last_pgno) + 1) * Int(shape.ms_psize)
    }

    /// Calls `body` with the descriptor of `data.mdb`, for reserving disk space. Never close it, nor keep it.
    package func withDataFileDescriptor<R>(_ body: (Int32) throws -> R) throws -> R {
        let thread = ThreadIdentity.current
        try gate.enter(thread, for: .statistics)
        defer { gate.leave(thread) }
        var descriptor: Int32 = -1
        let code = unsafe mdb_env_get_fd(handle.pointer, &descriptor)
        guard code == 0 else { throw LMDBError(code: code, operation: .statistics) }
        return try body(descriptor)
    }

    /// Looks again whether the file is as long as it must be. Do so before a long read of a file that somebody may
    /// have cut.
    package func checkSize() throws {
        let finding = try withDataFileDescriptor { DataFile(descriptor: $0).inspect() }
        guard finding.isSound else {
            throw LMDBError(code: LMDBError.fileRefusedCode, operation: .get, finding: finding)
        }
    }

    private func fileSizeBytes(_ descriptor: Int32) throws(LMDBError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw LMDBError(code: errno, operation: .statistics)
        }
        return Int(status.st_size)
    }

    /// The free list is database 0: values are a count and as many page numbers.
    private func freePages(_ transaction: borrowing ReadTransaction) throws(LMDBError) -> Int {
        var cursor = try transaction.cursor(Database(identifier: 0, of: transaction.handle))
        var pages = 0
        while try cursor.next() {
            pages += unsafe Int(cursor.unsafeValue.loadUnaligned(as: UInt.self))
        }
        return pages
    }

    private func flags() throws(LMDBError) -> [String] {
        var flags: UInt32 = 0
        let code = unsafe mdb_env_get_flags(handle.pointer, &flags)
        guard code == 0 else { throw LMDBError(code: code, operation: .statistics) }
        return Self.flagNames.filter { flags & $0.bit != 0 }.map(\.name)
    }

    private static var flagNames: [(bit: UInt32, name: String)] {
        [
            (UInt32(MDB_FIXEDMAP), "FIXEDMAP"), (UInt32(MDB_NOSUBDIR), "NOSUBDIR"), (UInt32(MDB_NOSYNC), "NOSYNC"),
            (UInt32(MDB_RDONLY), "RDONLY"), (UInt32(MDB_NOMETASYNC), "NOMETASYNC"), (UInt32(MDB_WRITEMAP), "WRITEMAP"),
            (UInt32(MDB_MAPASYNC), "MAPASYNC"), (UInt32(MDB_NOTLS), "NOTLS"), (UInt32(MDB_NOLOCK), "NOLOCK"),
            (UInt32(MDB_NORDAHEAD), "NORDAHEAD"), (UInt32(MDB_NOMEMINIT), "NOMEMINIT"),
        ]
    }
}

extension LMDBEnvironment {
    /// All reader slots of all processes. LMDB lists them only as text.
    package func readers() throws(LMDBError) -> [ReaderInfo] {
        let thread = ThreadIdentity.current
        try gate.enter(thread, for: .statistics)
        defer { gate.leave(thread) }
        var listing = ""
        _ = unsafe withUnsafeMutablePointer(to: &listing) { listing in
            unsafe mdb_reader_list(handle.pointer, appendLine, listing)
        }
        return listing.split(separator: "\n").compactMap(ReaderInfo.init(line:))
    }
}

/// Called by LMDB for every line of its listing, during the call above and on its thread.
private func appendLine(_ line: UnsafePointer<CChar>?, _ listing: UnsafeMutableRawPointer?) -> Int32 {
    guard let line = unsafe line, let listing = unsafe listing else { return 0 }
    unsafe listing.assumingMemoryBound(to: String.self).pointee += String(cString: line)
    return 0
}
