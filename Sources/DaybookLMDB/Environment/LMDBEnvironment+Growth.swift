internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LMDBEnvironment {
    /// How long a growing map waits for the transactions of this process to end.
    private static let patienceMilliseconds = 30_000

    var mapSizeBytes: Int {
        var found = unsafe MDB_envinfo()
        _ = unsafe mdb_env_info(handle.pointer, &found)
        return unsafe Int(found.me_mapsize)
    }

    /// Doubles the map, unless another thread has done so since it was seen to be `seenBytes`.
    func growMap(beyond seenBytes: Int, _ thread: ThreadIdentity) throws(LMDBError) {
        try moveMap(thread, .grow) { () throws(LMDBError) in
            guard mapSizeBytes <= seenBytes else { return }
            guard canMap(seenBytes) else { throw LMDBError(code: MDB_MAP_FULL, operation: .grow) }
            try setMapSize(seenBytes * 2)
        }
    }

    /// Takes over the size to which another process has grown the map.
    func adoptGrownMap(_ thread: ThreadIdentity, _ operation: LMDBError.Operation) throws(LMDBError) {
        try moveMap(thread, operation) { () throws(LMDBError) in try setMapSize(0) }
    }

    private func moveMap(
        _ thread: ThreadIdentity, _ operation: LMDBError.Operation, _ move: () throws(LMDBError) -> Void
    ) throws(LMDBError) {
        let patience = Self.patienceMilliseconds
        guard try gate.alone(thread, to: .moveMap, patienceMilliseconds: patience, move) else {
            throw LMDBError(code: LMDBError.growthBlockedCode, operation: operation)
        }
    }

    /// LMDB unmaps before it maps anew, so a failure leaves the environment without a map: it is dead then.
    private func setMapSize(_ bytes: Int) throws(LMDBError) {
        let code = unsafe mdb_env_set_mapsize(handle.pointer, bytes)
        guard code != 0 else { return }
        gate.refuse(with: LMDBError.environmentDeadCode)
        throw LMDBError(code: code, operation: .grow)
    }

    /// Whether so much more address space is to be had.
    private func canMap(_ additionalBytes: Int) -> Bool {
        let address = unsafe mmap(nil, additionalBytes, PROT_NONE, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE, -1, 0)
        guard unsafe address != MAP_FAILED else { return false }
        _ = unsafe munmap(address, additionalBytes)
        return true
    }
}
