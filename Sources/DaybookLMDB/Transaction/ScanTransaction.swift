internal import CDaybookLMDB

/// A read transaction for walks that take long: between two steps it can let its snapshot go and take a new one.
@safe
@usableFromInline
package struct ScanTransaction: ~Copyable, ~Escapable, LMDBTransaction {
    @usableFromInline package let handle: TransactionHandle
    private let environment: LMDBEnvironment
    private let thread: ThreadIdentity
    private var beganNanoseconds: UInt64

    @_lifetime(immortal)
    init(_ handle: TransactionHandle, _ environment: LMDBEnvironment, _ thread: ThreadIdentity) {
        self.handle = handle
        self.environment = environment
        self.thread = thread
        beganNanoseconds = MonotonicDeadline.nowNanoseconds
    }

    /// Moves to the newest snapshot. What was read before may be gone or changed: find your place again by its key.
    ///
    /// After an error the transaction cannot be read any more.
    @_lifetime(self: copy self)
    package mutating func renew() throws(LMDBError) {
        unsafe mdb_txn_reset(handle.pointer)
        while true {
            environment.gate.stepAside(thread)
            environment.gate.stepBack(thread)
            let code = unsafe mdb_txn_renew(handle.pointer)
            if code == 0 { break }
            guard code == MDB_MAP_RESIZED else { throw LMDBError(code: code, operation: .beginRead) }
            try adoptGrownMap()
        }
        beganNanoseconds = MonotonicDeadline.nowNanoseconds
    }

    /// Renews the snapshot if it is older than that, and says whether it did.
    @discardableResult
    @_lifetime(self: copy self)
    package mutating func renewIfOlder(thanMilliseconds milliseconds: Int) throws(LMDBError) -> Bool {
        let ageNanoseconds = MonotonicDeadline.nowNanoseconds - beganNanoseconds
        guard ageNanoseconds > UInt64(milliseconds) * 1_000_000 else { return false }
        try renew()
        return true
    }

    private func adoptGrownMap() throws(LMDBError) {
        environment.gate.stepAside(thread)
        defer { environment.gate.stepBack(thread) }
        try environment.adoptGrownMap(thread, .beginRead)
    }
}

extension LMDBEnvironment {
    /// Runs `body` on a snapshot that it renews as it goes, so that a long walk pins no pages for long.
    package func scan<R>(_ body: (inout ScanTransaction) throws -> R) throws -> R {
        let thread = ThreadIdentity.current
        let reader = try beginRead(thread)
        defer { endRead(reader, thread) }
        var transaction = ScanTransaction(reader, self, thread)
        return try body(&transaction)
    }
}
