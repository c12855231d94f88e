// The file `wake`: one page of memory shared by all processes that have the store open. It carries nothing that must
// not be lost. With it a process learns at once that another has committed, who holds the write lock and since when,
// and who waits for it.
//
// | offset | size | what |
// |---|---|---|
// | 0 | 8 | `DAYBKWAK` |
// | 8 | 4 | version of this form |
// | 64 | 4 | commits so far; waited on |
// | 68 | 4 | how many wait for the next commit |
// | 128 | 8 | who holds the write lock: pid in the upper half, since when (ms) in the lower; 0 for nobody |
// | 136 | 4 | turns: how often the write lock was got; waited on |
// | 140 | 4 | how many wait for the next turn |
// | 192 | 256 | pids that wait for the write lock, a word each; 0 for a free place |
//
// A process may be killed between any two of these stores. So each of them is only a hint: a count left too high costs
// a system call, a pid left behind one wait of 20 ms.

internal import CDaybookPlatform

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the processes of one store tell each other.
package final class WakePage: Sendable {
    enum Offset {
        static let version = 8
        static let commits = 64
        static let listeners = 68
        static let holder = 128
        static let turns = 136
        static let yielders = 140
        static let waiting = 192
    }

    static let currentVersion: UInt32 = 1
    static let places = 64
    private static let magic = Array("DAYBKWAK".utf8)

    let page: SharedPage
    /// What wakes this process's writer alone.
    private let ownCall = Call.writer(of: getpid())

    private init(_ page: SharedPage) {
        self.page = page
    }

    /// Maps the file, after making it if it is missing, and anew if it is spoilt and nobody else uses it. Called under
    /// the folder's lock.
    static func open(in folder: FolderDescriptor, owner: StoreOwner, isAlone: Bool) throws(LogError) -> WakePage {
        if try folder.status(of: StoreFile.wake) != nil {
            let file = try folder.openFile(StoreFile.wake, .toChange)
            if isValid(try file.read(SharedPage.byteCount)) { return WakePage(try SharedPage(mapping: file)) }
            guard isAlone else {
                throw LogError(
                    .unusable,
                    """
                    \(file.path) is not what this release puts there, and other processes use it. Stop them, so that \
                    it can be made anew.
                    """)
            }
            try folder.remove(StoreFile.wake)
        }
        let file = try folder.openFile(StoreFile.wake, .toMake)
        // All of it is written, so that it has room on the disk before anything is stored through the mapping.
        try file.write(initial)
        try owner.take([StoreFile.wake], in: folder)
        return WakePage(try SharedPage(mapping: file))
    }

    private static var initial: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SharedPage.byteCount)
        bytes.replaceSubrange(0..<magic.count, with: magic)
        withUnsafeBytes(of: currentVersion) { bytes.replaceSubrange(Offset.version..<Offset.version + 4, with: $0) }
        return bytes
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool {
        bytes.count == SharedPage.byteCount && bytes[..<16] == initial[..<16]
    }
}

extension WakePage {
    /// A number that changes with every commit of any process.
    package var commits: UInt32 { page.load32(Offset.commits) }

    /// Tells everyone that something was committed. Writers, who may have work to begin, are woken first: a processor
    /// that idles is theirs before somebody who only looks has it.
    package func announceCommit() {
        page.add32(1, at: Offset.commits)
        guard page.load32(Offset.listeners) > 0 else { return }
        wake(Offset.commits, .writers)
        wake(Offset.commits, .onlookers)
    }

    /// Tells this process's writer that something has been left for it. Everybody else sleeps on.
    package func callWriter() {
        page.add32(1, at: Offset.commits)
        if page.load32(Offset.listeners) > 0 { wake(Offset.commits, ownCall) }
    }

    /// Waits until `commits` is no longer `seen`, at most so long, and says what it is then.
    package func waitForCommit(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 {
        listen(to: .onlookers, seen, timeoutNanoseconds)
    }

    /// The same for the writer, whom its own process may call as well.
    package func waitAsWriter(after seen: UInt32, timeoutNanoseconds: UInt64) -> UInt32 {
        listen(to: [.writers, ownCall], seen, timeoutNanoseconds)
    }

    private func listen(to calls: Call, _ seen: UInt32, _ timeoutNanoseconds: UInt64) -> UInt32 {
        page.add32(1, at: Offset.listeners)
        defer { page.add32(.max, at: Offset.listeners) }
        return waitForChange(Offset.commits, from: seen, timeoutNanoseconds, calls)
    }

    func wake(_ offset: Int, _ calls: Call = .any) {
        _ = daybook_word_wake(page.word32(at: offset), Int32.max, calls.rawValue, nil)
    }

    func waitForChange(
        _ offset: Int, from seen: UInt32, _ timeoutNanoseconds: UInt64, _ calls: Call = .any
    ) -> UInt32 {
        let start = MonotonicClock.nowNanoseconds
        while true {
            let now = page.load32(offset)
            let waited = MonotonicClock.nowNanoseconds - start
            guard now == seen, waited < timeoutNanoseconds else { return now }
            let left = timeoutNanoseconds - waited
            // Where the system cannot wait for a word, it is looked at again and again.
            if daybook_word_wait(page.word32(at: offset), seen, calls.rawValue, left) == ENOTSUP {
                MonotonicClock.pause(nanoseconds: min(left, 2_000_000))
            }
        }
    }

    /// What those who sleep on a word listen to. Processes may share a call of a writer: then one wakes for nothing.
    struct Call: OptionSet {
        let rawValue: UInt32
        static let any = Call(rawValue: .max)
        static let writers = Call(rawValue: 1)
        static let onlookers = Call(rawValue: 2)

        static func writer(of processID: Int32) -> Call {
            Call(rawValue: 4 << (UInt32(bitPattern: processID) % 30))
        }
    }
}
