internal import CDaybookLMDB

extension LMDBEnvironment {
    /// Runs `body` on a consistent snapshot. Keep it short: pages freed after the snapshot are not reused while it
    /// is open, in any process, and the file grows. Nothing that points into the snapshot gets out.
    package func read<R>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let thread = ThreadIdentity.current
        let reader = try beginRead(thread)
        defer { endRead(reader, thread) }
        let transaction = unsafe ReadTransaction(unsafePointer: reader.pointer)
        return try body(transaction)
    }

    func beginRead(_ thread: ThreadIdentity) throws(LMDBError) -> TransactionHandle {
        var mayReap = true
        while true {
            let idle = try gate.enterAsReader(thread)
            var pointer = unsafe idle?.pointer
            let code: Int32
            if let idle {
                code = unsafe mdb_txn_renew(idle.pointer)
            } else {
                code = unsafe mdb_txn_begin(handle.pointer, nil, UInt32(MDB_RDONLY), &pointer)
            }
            if code == 0, let pointer = unsafe pointer { return unsafe TransactionHandle(pointer) }
            if let idle { unsafe mdb_txn_abort(idle.pointer) }
            gate.leave(thread)
            switch code {
            case MDB_MAP_RESIZED: try adoptGrownMap(thread, .beginRead)
            case MDB_READERS_FULL where mayReap:
                mayReap = false
                _ = try reapDeadReaders()
            default: throw LMDBError(code: code, operation: .beginRead)
            }
        }
    }

    func endRead(_ reader: TransactionHandle, _ thread: ThreadIdentity) {
        unsafe mdb_txn_reset(reader.pointer)
        if let surplus = gate.leaveAsReader(thread, keeping: reader) { unsafe mdb_txn_abort(surplus.pointer) }
    }

    /// Frees the reader slots of processes that died. Returns how many there were.
    package func reapDeadReaders() throws(LMDBError) -> Int {
        let thread = ThreadIdentity.current
        try gate.enter(thread, for: .reap)
        defer { gate.leave(thread) }
        var dead: Int32 = 0
        let code = unsafe mdb_reader_check(handle.pointer, &dead)
        guard code == 0 else { throw LMDBError(code: code, operation: .reap) }
        return Int(dead)
    }
}
