// A full disk is to be found out before a commit, not in the middle of one: there it costs the environment and leaves
// the outcome open. So space is asked for ahead, behind the end of `data.mdb`, without changing the file's size. A
// window of some MB is asked for at a time, so that this is rarely a system call.
//
//     | pages in use | what the turn may take | the reserve, 2 MB | the rest of the window |
//     0              used                                                               secured
//
// New work must leave the reserve whole. Work that completes what was begun may take from it: it frees more than it
// needs. When the disk has room again, the next question gets another answer; nothing has to be reset.

internal import CDaybookPlatform
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Room on the disk for what is about to be written.
package final class DiskReserve: Sendable {
    package enum Work: Sendable {
        /// May be refused: nothing depends on it yet.
        case new
        /// Ends what was begun.
        case completing
    }

    static let reserveBytes = 2 << 20
    static let windowBytes = 1 << 20...16 << 20
    /// While there is too little space, it is asked for again after so long.
    static let retryNanoseconds: UInt64 = 100_000_000

    private struct State {
        /// Up to here in the file writing cannot fail for lack of space.
        var securedBytes = 0
        var canPreallocate = true
        var retryAtNanoseconds: UInt64 = 0
        /// The same for work that would do with less.
        var completingRetryAtNanoseconds: UInt64 = 0
    }

    private let disk: DataFileSpace
    private let retryNanoseconds: UInt64
    private let state = Mutex(State())

    init(_ disk: DataFileSpace, retryNanoseconds: UInt64 = DiskReserve.retryNanoseconds) {
        self.disk = disk
        self.retryNanoseconds = retryNanoseconds
    }

    /// Throws `.diskFull` if a turn that may take `byteCount` bytes does not fit.
    package func require(_ work: Work, byteCount: Int) throws(LogError) {
        guard try !hasRoom(for: work, byteCount: byteCount) else { return }
        let end = try disk.usedBytes() + byteCount + (work == .new ? DiskReserve.reserveBytes : 0)
        guard end <= disk.fileBytesMax() else {
            throw LogError(
                .diskFull,
                """
                data.mdb in \(disk.path) would be larger than files may be here: new work is refused until the limit \
                is raised (ulimit -f); nothing else has to be done.
                """)
        }
        let consequence = work == .new ? "new work is refused" : "even the reserve is used up"
        throw LogError(
            .diskFull,
            """
            The disk that holds \(disk.path) is full: \(consequence) until there is room. Free some space; nothing \
            else has to be done.
            """)
    }

    /// Whether a turn fits that may take `byteCount` bytes; see `worstCaseBytes`.
    package func hasRoom(for work: Work, byteCount: Int) throws(LogError) -> Bool {
        let used = try disk.usedBytes()
        let needed = used + byteCount
        let wanted = needed + DiskReserve.reserveBytes
        guard (work == .new ? wanted : needed) <= disk.fileBytesMax() else { return false }
        return state.withLock { state in
            if wanted <= state.securedBytes { return true }
            if state.canPreallocate { secure(&state, used: used, wanted: wanted) }
            // Where the reserve cannot be had whole, work that ends takes what there is.
            if work == .completing, state.canPreallocate, needed > state.securedBytes {
                secureLeast(&state, used: used, needed: needed)
            }
            // Where nothing can be secured, what is free now has to do.
            let end = state.canPreallocate ? state.securedBytes : used + disk.freeBytes()
            return (work == .new ? wanted : needed) <= end
        }
    }

    private func secure(_ state: inout State, used: Int, wanted: Int) {
        let now = MonotonicClock.nowNanoseconds
        guard now >= state.retryAtNanoseconds else { return }
        let start = max(state.securedBytes, used)
        // A request that fails half way keeps what it got, and would leave other programs without a byte: so it must
        // have room.
        let free = disk.freeBytes()
        let window = min(max(used / 4, DiskReserve.windowBytes.lowerBound), DiskReserve.windowBytes.upperBound)
        for end in [wanted + window, wanted] where end - start <= free {
            switch disk.preallocate(start, end - start) {
            case 0:
                state.securedBytes = end
                return
            case EOPNOTSUPP, ENOSYS, EINVAL:
                state.canPreallocate = false
                return
            default:
                continue
            }
        }
        state.retryAtNanoseconds = now + retryNanoseconds
    }

    private func secureLeast(_ state: inout State, used: Int, needed: Int) {
        let now = MonotonicClock.nowNanoseconds
        guard now >= state.completingRetryAtNanoseconds else { return }
        let start = max(state.securedBytes, used)
        if needed - start <= disk.freeBytes(), disk.preallocate(start, needed - start) == 0 {
            state.securedBytes = needed
        } else {
            state.completingRetryAtNanoseconds = now + retryNanoseconds
        }
    }

    /// What a turn may take at worst: its events twice, since large ones fill whole pages, four pages for the rows of
    /// each command, and the upper pages of every tree. No turn copies more pages than there are.
    package func worstCaseBytes(commands: Int, byteCount: Int) throws(LogError) -> Int {
        DiskReserve.worstCaseBytes(commands: commands, byteCount: byteCount, usedBytes: try usedBytes())
    }

    static func worstCaseBytes(commands: Int, byteCount: Int, usedBytes: Int) -> Int {
        512 << 10 + 2 * byteCount + min(commands * 4 * 4_096, usedBytes)
    }

    func usedBytes() throws(LogError) -> Int { try disk.usedBytes() }
}

/// What the reserve asks of the data file and of its disk.
struct DataFileSpace: Sendable {
    var path: String
    /// Where a commit that needs new pages takes them.
    var usedBytes: @Sendable () throws(LogError) -> Int
    /// Answers 0 or an `errno`.
    var preallocate: @Sendable (_ offset: Int, _ length: Int) -> Int32
    var freeBytes: @Sendable () -> Int
    /// So large this process may make it.
    var fileBytesMax: @Sendable () -> Int = { FileSizeLimit.bytes }
}
