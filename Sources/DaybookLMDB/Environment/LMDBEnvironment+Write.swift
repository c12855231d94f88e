// A write runs its body and commits. When the map is full, the transaction is dropped, the map is doubled once no
// transaction of this process is open, and the body runs again from its beginning on the unchanged data. That a put
// met a full map is noted beside the environment, not taken from what the body throws: a body may wrap the error,
// or swallow it.

internal import CDaybookLMDB
internal import Synchronization

extension LMDBEnvironment {
    /// Runs `body` in a write transaction: commits when it returns, changes nothing when it throws.
    ///
    /// The body **may run more than once** (when the map was full), so it must not change anything outside but the
    /// result it returns. It holds a lock that stops the writers of all processes, so it must not wait for
    /// anything.
    ///
    /// An error with `isFromCommit` (other than a full map) means that the outcome is unknown; the environment is
    /// dead then.
    @discardableResult
    package func write<R>(_ body: (inout WriteTransaction) throws -> R) throws -> R {
        let thread = ThreadIdentity.current
        guard options.access == .readWrite else { throw refusal(LMDBError.readOnlyCode) }
        guard writingThread.load(ordering: .relaxed) != thread.number else {
            throw refusal(LMDBError.nestedWriteCode)
        }
        while true {
            switch try attemptWrite(thread, body) {
            case .committed(let result): return result
            case .mapWasFull(let mapSizeBytes): try growMap(beyond: mapSizeBytes, thread)
            }
        }
    }

    private enum Attempt<R> {
        case committed(R)
        case mapWasFull(mapSizeBytes: Int)
    }

    private func attemptWrite<R>(
        _ thread: ThreadIdentity, _ body: (inout WriteTransaction) throws -> R
    ) throws -> Attempt<R> {
        let pointer = try unsafe beginWrite(thread)
        defer { gate.leave(thread) }
        let result: R
        do {
            var transaction = unsafe WriteTransaction(unsafePointer: pointer)
            result = try body(&transaction)
        } catch {
            let mapWasFull = handle.sawFullMap
            unsafe abort(pointer)
            if mapWasFull { return .mapWasFull(mapSizeBytes: mapSizeBytes) }
            throw error
        }
        if handle.sawFullMap {
            unsafe abort(pointer)
            return .mapWasFull(mapSizeBytes: mapSizeBytes)
        }
        let code = unsafe commit(pointer)
        if code == MDB_MAP_FULL { return .mapWasFull(mapSizeBytes: mapSizeBytes) }
        guard code == 0 else { throw LMDBError(code: code, operation: .commit) }
        return .committed(result)
    }

    private func beginWrite(_ thread: ThreadIdentity) throws(LMDBError) -> OpaquePointer {
        while true {
            try gate.enter(thread, for: .beginWrite)
            var pointer: OpaquePointer?
            let code = unsafe mdb_txn_begin(handle.pointer, nil, 0, &pointer)
            if code == 0, let pointer = unsafe pointer {
                writingThread.store(thread.number, ordering: .relaxed)
                handle.clearMapWasFull()
                return unsafe pointer
            }
            gate.leave(thread)
            guard code == MDB_MAP_RESIZED else { throw LMDBError(code: code, operation: .beginWrite) }
            try adoptGrownMap(thread, .beginWrite)
        }
    }

    private func abort(_ pointer: OpaquePointer) {
        writingThread.store(0, ordering: .relaxed)
        unsafe mdb_txn_abort(pointer)
    }

    /// Commits. An error of the disk leaves the outcome open and marks the environment dead: pages that failed to
    /// reach the disk may be forgotten by the kernel, and a later flush would succeed without them.
    private func commit(_ pointer: OpaquePointer) -> Int32 {
        writingThread.store(0, ordering: .relaxed)
        let code = unsafe mdb_txn_commit(pointer)
        if Self.codesThatKill(code) { gate.refuse(with: LMDBError.environmentDeadCode) }
        return code
    }

    /// Whether a commit that failed with this code may have written something.
    private static func codesThatKill(_ code: Int32) -> Bool {
        switch code {
        case 0, MDB_MAP_FULL, MDB_TXN_FULL, MDB_BAD_TXN: false
        default: true
        }
    }

    private func refusal(_ code: Int32) -> LMDBError { LMDBError(code: code, operation: .beginWrite) }
}
