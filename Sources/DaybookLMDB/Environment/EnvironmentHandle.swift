internal import CDaybookLMDB

/// LMDB's environment and, beside it, the one thing that a failing put must tell `write`.
///
/// Sendable because LMDB's environments may be used from any thread; what may not happen at the same time is kept
/// apart by
/// `TransactionGate`.
@safe
struct EnvironmentHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    /// Set when the running write transaction met a full map. Touched only by the thread that holds the writer lock.
    private let mapWasFull: UnsafeMutablePointer<Bool>

    init() throws(LMDBError) {
        var created: OpaquePointer?
        let code = unsafe mdb_env_create(&created)
        guard code == 0, let created = unsafe created else { throw LMDBError(code: code, operation: .open) }
        unsafe pointer = created
        unsafe mapWasFull = .allocate(capacity: 1)
        unsafe mapWasFull.initialize(to: false)
        _ = unsafe mdb_env_set_userctx(created, mapWasFull)
    }

    func close() {
        unsafe mdb_env_close(pointer)
        unsafe mapWasFull.deallocate()
    }

    func clearMapWasFull() { unsafe mapWasFull.pointee = false }

    var sawFullMap: Bool { unsafe mapWasFull.pointee }

    /// Called with any transaction of an environment made above.
    static func noteFullMap(in transaction: OpaquePointer) {
        guard let context = unsafe mdb_env_get_userctx(mdb_txn_env(transaction)) else { return }
        unsafe context.assumingMemoryBound(to: Bool.self).pointee = true
    }
}
