internal import CDaybookLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// LMDB's manual: "Opening can fail if another process is opening or closing the environment at exactly the same
/// time." The last one to close destroys the locks; who came in just then finds out when it first takes one.
enum OpeningRace {
    /// What opening may fail with in such a moment. All have other causes too, which then show a second later.
    private static let codes: Set<Int32> = [EAGAIN, EBUSY, EINTR, EINVAL, MDB_INVALID]

    /// Tries again for up to a second.
    static func outlast<Result>(_ open: () throws(LMDBError) -> Result) throws(LMDBError) -> Result {
        let deadline = MonotonicDeadline(afterMilliseconds: 1_000)
        var backOff = BackOff()
        while true {
            do {
                return try open()
            } catch {
                guard codes.contains(error.code), !deadline.hasPassed else { throw error }
                backOff.pause()
            }
        }
    }
}
